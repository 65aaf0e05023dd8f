import assert from 'node:assert/strict';
import { jobOf } from '../../../../src/kubernetes/writes/jobs.ts';

describe('a Job started by hand', () => {
  it('is what the CronJob would have started, and belongs to it', () => {
    const template = { metadata: { labels: { app: 'report' }, annotations: { a: 'b' } }, spec: { backoffLimit: 2 } };
    const cronJob = { metadata: { name: 'report', namespace: 'shop', uid: 'u' }, spec: { jobTemplate: template } };
    assert.deepEqual(jobOf(cronJob, 'report-manual-1'), {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: 'report-manual-1',
        namespace: 'shop',
        labels: { app: 'report' },
        annotations: { a: 'b', 'cronjob.kubernetes.io/instantiate': 'manual' },
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'report', uid: 'u', controller: true }],
      },
      spec: { backoffLimit: 2 },
    });
  });

  it('needs a template', () => {
    assert.throws(() => jobOf({ metadata: { name: 'web' }, spec: {} }, 'x'), /has no template of a Job/);
  });
});
