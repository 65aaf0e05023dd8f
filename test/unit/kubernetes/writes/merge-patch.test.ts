import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deepEqual, isObject, type JsonObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { mergePatch } from '../../../../src/kubernetes/writes/merge-patch.ts';

const key = fc.constantFrom('a', 'b', 'constructor', 'toString');

describe('mergePatch', () => {
  it('makes the one object of the other', () => {
    // A merge patch cannot set null, and the API server stores none.
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.integer({ max: 3 }),
        fc.constantFrom('', 'x', 'y'),
        fc.array(tie('node'), { maxLength: 2 }),
        fc.dictionary(key, tie('node'), { noNullPrototype: true }),
      ),
    })).node;
    const root = fc.dictionary(key, value, { noNullPrototype: true });
    fc.assert(
      fc.property(root, root, (from, to) => {
        assert.ok(deepEqual(merge(from, mergePatch(from, to)), to));
      }),
    );
    assert.deepEqual(mergePatch({ a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 3 } }), { b: { c: 3, d: null } });
    assert.deepEqual(mergePatch({ constructor: 1 }, {}), { constructor: null });
  });
});

/** RFC 7386. */
function merge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(Object.hasOwn(result, key) ? result[key] : undefined, value);
  }
  return result;
}
