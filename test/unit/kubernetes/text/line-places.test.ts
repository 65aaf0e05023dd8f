import assert from 'node:assert/strict';
import fc from 'fast-check';
import { placeOfLine } from '../../../../src/kubernetes/text/line-places.ts';
import { toYaml } from '../../../../src/kubernetes/text/yaml.ts';

const MARK = 'the-line';
const key = fc.constantFrom('a', 'b', 'spec', 'on', '1', 'x.y/z');
const filler = fc.constantFrom<unknown>(
  'text',
  1,
  null,
  {},
  [],
  ['p', { q: 'r' }],
  { s: { t: 'u' } },
  'if x:\n  then y:\n- z',
);

/** One step into an object or list, and what precedes it there. */
type Step = { key: string; before: unknown } | { item: string; earlier: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ key, before: filler }),
  fc.record({ item: fc.constantFrom('web', 'db'), earlier: fc.nat(2) }),
);

function build(steps: readonly Step[]): unknown {
  const [first, ...rest] = steps;
  if (!first) return MARK;
  const inner = build(rest);
  if ('key' in first) return { before: first.before, [first.key]: inner, after: first.before };
  const own = typeof inner === 'object' && !Array.isArray(inner) ? { name: first.item, ...(inner as object) } : inner;
  return [...Array.from({ length: first.earlier }, () => ({ name: 'other', list: ['x'] })), own, 'last'];
}

describe('placeOfLine', () => {
  const lines = toYaml({
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'side', image: 'x' },
            { name: 'web', image: 'nginx', env: [{ name: 'A', value: 'b' }] },
          ],
        },
      },
    },
    data: { 'app.conf': 'server:\n  port: 1\n', plain: 'x' },
  }).split('\n');
  const placeOf = (text: string) =>
    placeOfLine(
      lines,
      lines.findLastIndex((line) => line.includes(text)),
    );

  for (const [text, place] of [
    ['image: nginx', 'spec.template.spec.containers[name: web]'],
    ['value: b', 'spec.template.spec.containers[name: web].env[name: A]'],
    ['name: web', 'spec.template.spec.containers'],
    ['port: 1', 'data.app.conf'],
    ['plain: x', 'data'],
    ['spec:', 'spec.template'],
  ] as const)
    it(`of "${text}" is ${place}`, () => assert.equal(placeOf(text), place));

  it('is empty at the top', () => assert.equal(placeOfLine(['a: b'], 0), ''));

  it('names every key above a line, of any object', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
        const text = toYaml({ root: build(steps) }).split('\n');
        const at = text.findIndex((line) => line.includes(MARK));
        const keys = steps.flatMap((one) => ('key' in one ? [one.key] : []));
        // The last key is on the line itself, unless it holds a list.
        const last = steps.at(-1);
        const above = ['root', ...(last && 'key' in last ? keys.slice(0, -1) : keys)];
        const quoted = (name: string) => (/^(on|1)$/.test(name) ? `"${name}"` : name);
        const found = placeOfLine(text, at)
          .replaceAll(/\[[^\]]*\]/g, '')
          .replaceAll(/\.+/g, '.');
        assert.equal(found, above.map(quoted).join('.'));
      }),
    );
  });

  it('never fails, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(' ', '-', 'a', ':', '\n', '|', '"') }), (text) => {
        const all = text.split('\n');
        for (const at of all.keys()) assert.equal(typeof placeOfLine(all, at), 'string');
      }),
    );
  });
});
