import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { parseColumn, queryPath } from '../../../../src/kubernetes/text/json-path.ts';
import { processorTime } from '../../../support/load.ts';

const name = fc.constantFrom(
  'a',
  'b',
  'app-name',
  'x_1',
  '__proto__',
  'constructor',
  'with.dot',
  "it's",
  'back\\slash',
);
// No digits, because numeric text equals that number.
const text = fc.string({ unit: fc.constantFrom(...'xy\'"\\ .]'), maxLength: 3 });
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
}));
const object = fc.dictionary(name, value).map((made) => JSON.parse(JSON.stringify(made)) as object);

/** One step, and an independent implementation of what it selects. */
interface Step {
  text: string;
  choose(from: unknown): unknown[];
}

const children = (from: unknown): unknown[] => (typeof from === 'object' && from !== null ? Object.values(from) : []);
const member = (from: unknown, key: string): unknown[] =>
  typeof from === 'object' && from !== null && !Array.isArray(from) && Object.hasOwn(from, key)
    ? [(from as Record<string, unknown>)[key]]
    : [];
const inside = (from: unknown): unknown[] => [from, ...children(from).flatMap(inside)];
const quoted = (key: string) => `'${key.replace(/[\\']/g, '\\$&')}'`;
const index = fc.integer({ min: -3, max: 3 });

const step: fc.Arbitrary<Step> = fc.oneof(
  name.map((key) => ({ text: `.${key.replace(/[.\\']/g, '\\$&')}`, choose: (from: unknown) => member(from, key) })),
  name.map((key) => ({ text: `[${quoted(key)}]`, choose: (from: unknown) => member(from, key) })),
  fc.constantFrom('.*', '[*]').map((text) => ({ text, choose: children })),
  index.map((at) => ({
    text: `[${at}]`,
    choose: (from: unknown) => (Array.isArray(from) && from.at(at) !== undefined ? [from.at(at)] : []),
  })),
  fc.tuple(index, index).map(([start, end]) => ({
    text: `[${start}:${end}]`,
    choose: (from: unknown) => (Array.isArray(from) ? from.slice(start, end) : []),
  })),
  fc.tuple(name, fc.oneof(text, fc.integer())).map(([key, wanted]) => ({
    text: `[?(@[${quoted(key)}] == ${typeof wanted === 'string' ? quoted(wanted) : wanted})]`,
    choose: (from: unknown) => children(from).filter((one) => member(one, key).some((found) => found === wanted)),
  })),
);

describe('queryPath, of any path', () => {
  it('chooses what the steps of the path say', () => {
    fc.assert(
      fc.property(object, fc.array(step, { minLength: 1, maxLength: 4 }), fc.boolean(), (json, steps, braces) => {
        const path = `$${steps.map(({ text }) => text).join('')}`;
        const expected = steps.reduce<unknown[]>((found, { choose }) => found.flatMap(choose), [json]);
        assert.deepEqual(queryPath(json, braces ? `{${path.slice(1)}}` : path), expected);
      }),
    );
  });

  it('finds at any depth what stands there', () => {
    fc.assert(
      fc.property(object, fc.constantFrom('a', 'b'), (json, key) => {
        const expected = inside(json).flatMap((one) => member(one, key));
        assert.deepEqual(new Set(queryPath(json, `..${key}`)), new Set(expected));
      }),
    );
  });

  it('takes any text, and refuses with advice what is no path', () => {
    const sign = fc.constantFrom(
      ...'.[]{}()*?@$\'":,|&!=<>-\\~^ 01ab'.split(''),
      '..',
      '?(',
      '@.',
      '&&',
      '==',
      'constructor',
    );
    const any = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(sign, { maxLength: 30 }).map((signs) => signs.join('')),
      fc.array(sign, { maxLength: 6 }).map((signs) => signs.join('').repeat(500)),
    );
    fc.assert(
      fc.property(object, any, (json, path) => {
        const before = JSON.stringify(json);
        try {
          queryPath(json, parseColumn(path).path);
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
          assert.match(error.message, /JSONPath/);
        }
        assert.equal(JSON.stringify(json), before);
      }),
      { numRuns: 500 },
    );
  });

  it('calls nothing', () => {
    const call = fc.constantFrom(
      'repeat(1e9)',
      'constructor("throw 1")()',
      'match(/(a+)+$/)',
      'push(1)',
      'toString()',
      'valueOf()',
    );
    fc.assert(
      fc.property(fc.constantFrom('.a', '.a.b', '', "['a']"), call, (at, code) => {
        assert.throws(() => queryPath({ a: { b: 'x' } }, `$..[?(@${at}.${code})]`), UserError);
        assert.throws(() => queryPath({ a: { b: 'x' } }, `$.a[(@${at}.${code})]`), UserError);
        assert.throws(() => queryPath({ a: { b: 'x' } }, `$${at}.${code}`), UserError);
      }),
    );
  });

  it('ends soon, however the path multiplies', async () => {
    const big = { items: Array.from({ length: 2_000 }, (_, at) => ({ at, deep: { deep: { deep: [at, at] } } })) };
    const took = await processorTime(() => {
      for (const path of [
        '..*'.repeat(300),
        '$..[?(@..at == 1 || @..at == 2)]',
        `$${'[*,*,*,*]'.repeat(90)}`,
        '..[*,*,*]'.repeat(90),
        '$[?($..*==$..*)]',
        '$..[?(!($..* != $..at))]',
        '.items[?($.items[*].at<$.items[*].at)]',
      ]) {
        try {
          queryPath(big, path);
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
        }
      }
    });
    assert.ok(took < 1_500, `${took} ms`);
  });
});
