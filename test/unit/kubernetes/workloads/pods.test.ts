import assert from 'node:assert/strict';
import { isActive } from '../../../../src/kubernetes/workloads/pods.ts';

describe('an active pod', () => {
  it('has not ended, and is not being deleted', () => {
    const phases = ['Pending', 'Running', 'Unknown', 'Succeeded', 'Failed'];
    assert.deepEqual(
      phases.map((phase) => isActive({ status: { phase } })),
      [true, true, true, false, false],
    );
    assert.equal(isActive({}), true, 'just created');
    assert.equal(
      isActive({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, status: { phase: 'Running' } }),
      false,
    );
  });
});
