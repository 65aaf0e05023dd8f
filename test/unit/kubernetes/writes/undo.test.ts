import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deepEqual, isObject, type JsonObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { mergePatch, undoingAccess } from '../../../../src/kubernetes/writes/undo.ts';
import { entry, object, place, update } from '../../../support/journal.ts';

describe('undo', () => {
  it('is for what was written, or may have been', () => {
    assert.equal(undoingAccess(entry(update)), 'update');
    assert.equal(undoingAccess(entry(update, 'unknown')), 'update');
    for (const outcome of ['refused', 'rejected', 'failed'] as const)
      assert.equal(undoingAccess(entry(update, outcome)), undefined);
    assert.equal(undoingAccess(entry({ ...place, access: 'create', after: object({}) })), 'delete');
    assert.equal(undoingAccess(entry({ ...place, access: 'delete', before: object({}) })), 'create');
    assert.equal(undoingAccess(entry({ ...place, access: 'exec', summary: 'ls' })), undefined);
    assert.equal(
      undoingAccess(entry({ ...place, kind: 'Namespace', access: 'delete', before: object({}) })),
      undefined,
    );
  });

  it('makes the one of the other by a merge patch', () => {
    // A merge patch cannot set null, and the API server stores none.
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.integer({ max: 3 }),
        fc.constantFrom('', 'x', 'y'),
        fc.array(tie('node'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('node'), { noNullPrototype: true }),
      ),
    })).node;
    const root = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { noNullPrototype: true });
    fc.assert(
      fc.property(root, root, (from, to) => {
        assert.ok(deepEqual(merge(from, mergePatch(from, to)), to));
      }),
    );
    assert.deepEqual(mergePatch({ a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 3 } }), { b: { c: 3, d: null } });
  });
});

/** RFC 7386. */
function merge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
}
