import assert from 'node:assert/strict';
import { type ClusterStatus, statusText } from '../../../../src/extension/status/cluster-status.ts';

describe('status', () => {
  const status: ClusterStatus = { context: 'dev', namespace: 'shop', server: '', isProtected: false, open: [] };

  it('is a lock where agents only read, and letters of what they may do elsewhere', () => {
    assert.equal(statusText(status), '$(lock) dev · shop');
    const open = ['enableCreate', 'enableUpdate', 'enableDelete', 'enableExec'] as const;
    assert.equal(statusText({ ...status, open }), '$(unlock) CUDE dev · shop');
    assert.equal(statusText({ ...status, open, isProtected: true }), '$(lock) dev · shop');
    assert.match(statusText({ ...status, problem: 'x' }), /warning/);
  });

  it('shortens long names, and shows no icons that a name asks for', () => {
    const context = 'arn:aws:eks:eu-central-1:123456789012:cluster/production';
    assert.equal(statusText({ ...status, context }), '$(lock) arn:aws:eks:eu-…uster/production · shop');
    assert.doesNotMatch(statusText({ ...status, context: '$(unlock)' }), /\$\(unlock\)/);
  });
});
