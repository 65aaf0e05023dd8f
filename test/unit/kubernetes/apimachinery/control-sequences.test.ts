import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CONTROL_STRING, withTargets } from '../../../../src/kubernetes/apimachinery/control-sequences.ts';
import { processorTime } from '../../../support/load.ts';

/** As ECMA-48 has it, without regard to time. */
const CONTENT = String.raw`[^\x07\x1b\x9c\n]*`;
const END = String.raw`(?:\x07|\x1b\\|\x9c)`;
const STRING = new RegExp(String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])${CONTENT}${END}`, 'g');
const LINK = new RegExp(String.raw`(?:\x1b\]|\x9d)8;[^;\x07\x1b\x9c\n]*;(${CONTENT})${END}`, 'g');
const pieces = fc.constantFrom(
  ...[
    '\x90',
    '\x9d',
    '\x9d8;',
    '\x1b]8;',
    '\x1b]',
    '\x9f',
    '\x1b',
    '\\',
    '\x1b\\',
    '\x07',
    '\x9c',
    '\n',
    'a',
    ';',
    '8',
    '$1',
  ],
);
const texts = fc.array(pieces, { maxLength: 14 }).map((all) => all.join(''));
/** In milliseconds of processor time, for a text in which quadratic time is minutes. */
const LIMIT = 500;

describe('sequences of a terminal', () => {
  it('are the same as those found without regard to time', () => {
    const found = new RegExp(CONTROL_STRING, 'g');
    fc.assert(
      fc.property(texts, (text) => {
        assert.equal(text.replace(found, '|'), text.replace(STRING, '|'));
        assert.equal(withTargets(text), text.replace(LINK, ' $1 '));
      }),
      { numRuns: 20_000 },
    );
  });

  it('are found in time linear in the text', async () => {
    const found = new RegExp(CONTROL_STRING, 'g');
    for (const piece of ['\x90', '\x90a', '\x1b]\x90', '\x9d8;a;', '\x1b]8;', '\x9d8;;\x9dx', '\x9b;', 'a']) {
      const text = piece.repeat(100_000);
      const took = await processorTime(() => [text.replace(found, ''), withTargets(text)]);
      assert.ok(took < LIMIT, `${JSON.stringify(piece)}: ${took} ms`);
    }
  });
});
