import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import type { Workload } from '../../../../../src/kubernetes/diagnosis/facts/types.ts';
import { cronJobReport, jobReport } from '../../../../../src/kubernetes/diagnosis/rules/jobs.ts';
import { holding, lookupIn } from '../../../../support/fake-cluster.ts';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const ownedBy = (uid: string) => ({ ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: uid, uid }] });
const lines = ({ findings }: Awaited<ReturnType<typeof jobReport>>) =>
  findings.map(({ level, message }) => `${level}: ${message}`);

describe('a Job', () => {
  const RUNS = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  const WAITS = {
    phase: 'Pending',
    conditions: [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' },
    ],
  };
  const EVICTED = { phase: 'Failed', reason: 'Evicted', message: 'no memory' };

  /** What is said with pods of these statuses, the newest first. */
  async function said(job: Pick<Workload, 'spec' | 'status'>, ...statuses: object[]): Promise<string[]> {
    const pods = statuses.map((status, index): [string, KubernetesObject] => [
      `/api/v1/namespaces/shop/pods/p${index}`,
      { metadata: { name: `p${index}`, creationTimestamp: ago(index), ...ownedBy('j') }, spec: {}, status },
    ]);
    const metadata = { name: 'batch', namespace: 'shop', uid: 'j' };
    return lines(await jobReport({ kind: 'Job', metadata, ...job }, lookupIn(holding(Object.fromEntries(pods)))));
  }

  it('is well while its pods run, and has the problems of any that cannot', async () => {
    const status = { active: 3 };
    assert.deepEqual(await said({ status }, RUNS, RUNS, RUNS), []);
    assert.deepEqual(await said({ status }, RUNS, WAITS, WAITS), [
      'cause: pod p1: no node takes it: 0/3 nodes are available (and 1 more pods Unschedulable)',
    ]);
  });

  it('has the last failure beside the pods that go on, and none once it is complete', async () => {
    const failed = await said({ status: { active: 1, failed: 2 } }, RUNS, EVICTED, { ...EVICTED, message: 'older' });
    assert.deepEqual(failed, [
      'risk: pod p1: it was ended: Evicted: no memory',
      'risk: 2 pods failed so far (backoffLimit 6)',
    ]);
    const why = 'cause: pod p0: it was ended: Evicted: no memory';
    assert.deepEqual(await said({ status: { failed: 2 } }, EVICTED, EVICTED), [
      why,
      'symptom: 2 pods failed so far (backoffLimit 6)',
    ]);
    const ending = {
      failed: 7,
      conditions: [{ type: 'FailureTarget', status: 'True', reason: 'BackoffLimitExceeded' }],
    };
    assert.deepEqual(await said({ status: ending }, EVICTED, RUNS), [why, 'symptom: it failed: BackoffLimitExceeded']);
    const complete = { succeeded: 1, failed: 1, conditions: [{ type: 'Complete', status: 'True' }] };
    assert.deepEqual(await said({ status: complete }, { phase: 'Succeeded' }, EVICTED), []);
  });

  it('with a limit per index will fail if an index has', async () => {
    const limits = { backoffLimit: 2147483647, backoffLimitPerIndex: 1 };
    const status = { active: 1, failed: 4, failedIndexes: '1,3' };
    const lost = 'symptom: its indexes 1,3 failed for good';
    const end = ', so it will fail once the others have ended';
    assert.deepEqual(await said({ spec: limits, status }, RUNS), [`${lost} (backoffLimitPerIndex 1)${end}`]);
    const bounded = { ...limits, maxFailedIndexes: 5 };
    assert.deepEqual(await said({ spec: bounded, status }, RUNS), [
      `${lost} (backoffLimitPerIndex 1, maxFailedIndexes 5)${end}`,
    ]);
    assert.deepEqual(await said({ spec: { ...limits, successPolicy: { rules: [] } }, status }, RUNS), [
      `${lost} (backoffLimitPerIndex 1)`,
    ]);
    assert.deepEqual(await said({ spec: limits, status: { active: 1, failed: 1 } }, RUNS), [
      'risk: 1 pods failed so far (backoffLimitPerIndex 1)',
    ]);
  });
});

describe('a CronJob', () => {
  const metadata = { name: 'backup', namespace: 'shop', uid: 'c' };
  const FAILED = { conditions: [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded' }] };
  const COMPLETE = { conditions: [{ type: 'Complete', status: 'True' }] };

  /** What is said with Jobs of these statuses, the newest first. */
  async function said(more: Workload, ...statuses: object[]) {
    const jobs = statuses.map((status, index): [string, KubernetesObject] => [
      `/apis/batch/v1/namespaces/shop/jobs/j${index}`,
      {
        metadata: {
          name: `j${index}`,
          namespace: 'shop',
          uid: `j${index}`,
          creationTimestamp: ago(60 * index),
          ...ownedBy('c'),
        },
        spec: { suspend: false },
        status,
      },
    ]);
    const running = {
      metadata: { name: 'p', namespace: 'shop', ...ownedBy('j0') },
      spec: {},
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    };
    const cronJob = { kind: 'CronJob', metadata, ...more, spec: { schedule: '0 3 * * *', ...more.spec } };
    const objects = { ...Object.fromEntries(jobs), '/api/v1/namespaces/shop/pods/p': running };
    const report = await cronJobReport(cronJob, lookupIn(holding(objects)));
    return [report.summary, ...lines(report)];
  }

  it('is judged by its last finished Job while another runs', async () => {
    const status = { lastScheduleTime: ago(1), lastSuccessfulTime: ago(20 * 24 * 60) };
    const run = 'schedule "0 3 * * *", last run 60s ago';
    const failure = 'cause: Job j1: it failed: DeadlineExceeded';
    assert.deepEqual(await said({ status }, { active: 1 }, FAILED, COMPLETE), [
      `${run}, last success 20d ago`,
      failure,
    ]);
    assert.deepEqual(await said({ status: { lastScheduleTime: ago(1) } }, { active: 1 }, FAILED), [
      `${run}, no success so far`,
      failure,
    ]);
  });

  it('is well while its Jobs succeed, whatever failed before, and says where its clock is', async () => {
    const status = { lastScheduleTime: ago(1), lastSuccessfulTime: ago(1) };
    const run = 'schedule "0 3 * * *" (Asia/Tokyo), last run 60s ago';
    const spec = { timeZone: 'Asia/Tokyo' };
    assert.deepEqual(await said({ spec, status }, { active: 1 }, COMPLETE, FAILED), [run]);
    assert.deepEqual(await said({ spec, status }, COMPLETE, FAILED), [run]);
    assert.deepEqual(await said({ spec, status }), [run]);
    // successfulJobsHistoryLimit 0: only the failures are kept.
    assert.deepEqual(await said({ spec, status }, { active: 1 }, FAILED), [`${run}, last success 60s ago`]);
    assert.deepEqual(await said({ spec: { suspend: true } }), [
      'schedule "0 3 * * *", never run yet',
      'risk: it is suspended: no Jobs are started',
    ]);
  });
});
