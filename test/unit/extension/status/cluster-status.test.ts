import assert from 'node:assert/strict';
import { type ClusterStatus, statusText } from '../../../../src/extension/status/cluster-status.ts';

describe('status', () => {
  const status: ClusterStatus = { context: 'dev', namespace: 'shop', server: '', isProtected: false, open: [] };

  it('says where, and in words what agents may do there', () => {
    assert.equal(statusText(status), '$(lock) dev / shop · agents read-only');
    const open = ['enableCreate', 'enableUpdate', 'enableDelete', 'enableExec', 'enableHelmInstall'] as const;
    assert.equal(statusText({ ...status, open: open.slice(0, 2) }), '$(unlock) dev / shop · agents may create, update');
    assert.equal(
      statusText({ ...status, open }),
      '$(unlock) dev / shop · agents may create, update, delete and 2 more',
    );
    const text = '$(lock) dev / shop · protected · agents read-only';
    assert.equal(statusText({ ...status, open, isProtected: true }), text);
    assert.match(statusText({ ...status, problem: 'x' }), /warning/);
  });

  it('says that the cluster does not answer', () => {
    assert.equal(statusText(status, true), '$(debug-disconnect) dev / shop · agents read-only · offline');
  });

  it('has the short name of a context, and shows no icons that a name asks for', () => {
    const context = 'arn:aws:eks:eu-central-1:123456789012:cluster/production';
    assert.equal(
      statusText({ ...status, context }),
      '$(lock) production (eu-central-1 123456789012) / shop · agents read-only',
    );
    assert.doesNotMatch(statusText({ ...status, context: '$(unlock)' }), /\$\(unlock\)/);
  });
});
