import assert from 'node:assert/strict';
import { inOrder, type Warning } from '../../../../../src/kubernetes/diagnosis/facts/warnings.ts';

describe('warnings', () => {
  it('that differ only in names count as one', () => {
    const warning = (message: string, last: number): Warning => ({
      type: 'Warning',
      reason: 'FailedCreate',
      message,
      count: 2,
      object: { kind: 'ReplicaSet', name: 'web' },
      namespace: 'n',
      first: 0,
      last,
    });
    const [only, ...others] = inOrder([
      warning('pods "web-1" is forbidden', 1),
      warning('(combined from similar events): pods "web-3" is forbidden', 3),
      warning('pods "web-2" is forbidden', 2),
    ]);
    assert.deepEqual(others, []);
    assert.equal(only?.count, 6);
    assert.equal(only?.last, 3);
  });
});
