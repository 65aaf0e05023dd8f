import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { toYaml } from '../../../src/kubernetes/yaml-text.ts';

/** What YAML could take for something else than text, and what it is made of. */
const WORDS =
  'yes No on OFF y n true False null ~ .inf .nan << = __proto__ 0 7 12 0x1f 0o7 1_0 1e3 e 1:30 10.0.0.1 100m 64Mi 5k Z ' +
  '2026-11-21 T10:00:00 2026-11-21T10:00:00Z 8f14e45f-ceea-467f-9e62-7e2d1c3a0b11 web é … 😀 # : - ? & * ! | > % @ ` " \' ' +
  '{ } [ ] , / . _ + \\';
const SPACES = [' ', '  ', '\t', '\n', '\n\n', '\r', '\u0085', '\u2028', '\u0000', '\u007f'];

const text = fc
  .oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...WORDS.split(' '), ...SPACES), { maxLength: 5 }).map((pieces) => pieces.join('')),
    fc.stringMatching(/^[\w:./@+= -]{0,12}$/),
    fc.stringMatching(/^[\d.:_eExob+-]{0,8}[a-zA-Z]{0,2}$/),
  )
  // The end of a document is quoted only where it could be taken for one, and by us everywhere.
  .filter((one) => !/^(---|\.\.\.)/m.test(one));
const leaf = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constantFrom(null, undefined, -0, 1e21));
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(text, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

const STYLE = { lineWidth: 0, aliasDuplicateObjects: false, indentSeq: false, compat: 'yaml-1.1' } as const;

describe('toYaml', () => {
  it('writes everything as the library does', () => {
    fc.assert(
      fc.property(tree, (value) => assert.equal(toYaml(value), stringify(value, STYLE))),
      { numRuns: 2_000 },
    );
  });
});
