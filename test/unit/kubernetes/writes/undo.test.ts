import assert from 'node:assert/strict';
import { undoingAccess } from '../../../../src/kubernetes/writes/undo.ts';
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
});
