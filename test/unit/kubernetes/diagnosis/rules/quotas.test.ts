import assert from 'node:assert/strict';
import { cause, risk } from '../../../../../src/kubernetes/diagnosis/facts/finding.ts';
import { quotaReport, refusalText } from '../../../../../src/kubernetes/diagnosis/rules/quotas.ts';

describe('quotas', () => {
  it('are named in what is said of a refusal', () => {
    assert.equal(
      refusalText('pods "web-1" is forbidden: exceeded quota: small, requested: cpu=1, used: cpu=2, limited: cpu=2'),
      'ResourceQuota "small" forbids its pods: requested: cpu=1, used: cpu=2, limited: cpu=2',
    );
    assert.equal(
      refusalText('pods "web-1" is forbidden: failed quota: small: must specify limits.cpu for: app'),
      'ResourceQuota "small" forbids its pods: they must specify limits.cpu for: app',
    );
    assert.equal(
      refusalText(
        'Error creating: pods "web-" is forbidden: error looking up service account a/b: serviceaccount "b" not found',
      ),
      'its pods cannot be created: pods "web-" is forbidden: error looking up service account a/b: serviceaccount "b" not found',
    );
    const levels = quotaReport({
      status: {
        hard: { pods: '10', cpu: '4', 'requests.memory': '1Gi' },
        used: { pods: '10', cpu: '3800m', 'requests.memory': '10Mi' },
      },
    });
    assert.deepEqual(levels.findings, [
      cause('nothing more may be created: pods 10 of 10'),
      risk('almost used up: cpu 3800m of 4'),
    ]);
  });
});
