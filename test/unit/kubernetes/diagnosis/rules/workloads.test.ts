import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import type { Workload } from '../../../../../src/kubernetes/diagnosis/facts/types.ts';
import { deploymentReport, replicasReport } from '../../../../../src/kubernetes/diagnosis/rules/workloads.ts';
import { holding, lookupIn } from '../../../../support/fake-cluster.ts';

describe('the update of a workload', () => {
  const metadata = { name: 'vault', namespace: 'shop', uid: '1' };
  const BETWEEN = { currentRevision: 'vault-1', updateRevision: 'vault-2' };

  async function said(kind: string, spec: Workload['spec'], status: Workload['status']): Promise<string[]> {
    const { findings } = await replicasReport({ kind, metadata, spec, status }, kind, lookupIn(holding({})));
    const about = findings.filter(({ message }) => /template|update/.test(String(message)));
    return about.map(({ level, message }) => `${level}: ${message}`);
  }
  const statefulSet = (updateStrategy: NonNullable<Workload['spec']>['updateStrategy'], updatedReplicas: number) =>
    said(
      'StatefulSet',
      { replicas: 3, updateStrategy },
      { ...BETWEEN, replicas: 3, readyReplicas: 3, updatedReplicas },
    );
  const daemonSet = (type: string, updatedNumberScheduled: number) =>
    said('DaemonSet', { updateStrategy: { type } }, { currentNumberScheduled: 3, updatedNumberScheduled });

  it('is up to who deletes the pods, with OnDelete', async () => {
    assert.deepEqual(await statefulSet({ type: 'OnDelete' }, 3), []);
    assert.deepEqual(await daemonSet('OnDelete', 3), []);
    const risk = ['risk: 2 of its pods have the old template until they are deleted (OnDelete)'];
    assert.deepEqual(await statefulSet({ type: 'OnDelete' }, 1), risk);
    assert.deepEqual(await daemonSet('OnDelete', 1), risk);
  });

  it('is complete when all are updated that the partition lets be', async () => {
    const partly = (updated: number) =>
      statefulSet({ type: 'RollingUpdate', rollingUpdate: { partition: 2 } }, updated);
    const kept = 'risk: 2 of its pods keep the old template: partition 2 holds them back';
    assert.deepEqual(await partly(1), [kept]);
    assert.deepEqual(await partly(0), ['symptom: its update is not complete: 0 of 1 pods are updated', kept]);
    assert.deepEqual(await statefulSet({ type: 'RollingUpdate' }, 2), [
      'symptom: its update is not complete: 2 of 3 pods are updated',
    ]);
    assert.deepEqual(await statefulSet(undefined, 3), []);
  });
});

describe('the pods of a Deployment', () => {
  const selector = { matchLabels: { app: 'web' } };
  const owned = (kind: string, uid: string) => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'it', uid }],
  });
  const RUNNING = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  const EVICTED = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' };
  const REFUSED = {
    type: 'ReplicaFailure',
    status: 'True',
    message: 'Error creating: exceeded quota: q, requested: pods=1',
  };

  /** What is said with `ready` pods that are and others with these statuses, of `wanted`. */
  async function said(wanted: number, ready: number, others: [status: object, deletedMs?: number][], refused = false) {
    const metadata = {
      name: 'web',
      namespace: 'shop',
      uid: 'd',
      annotations: { 'deployment.kubernetes.io/revision': '1' },
    };
    const statuses: [object, number?][] = [...Array.from({ length: ready }, (): [object] => [RUNNING]), ...others];
    const pods = statuses.map(([status, deletedMs], index): [string, KubernetesObject] => [
      `/api/v1/namespaces/shop/pods/p${index}`,
      {
        metadata: {
          name: `p${index}`,
          ...owned('ReplicaSet', 'r'),
          ...(deletedMs ? { deletionTimestamp: new Date(Date.now() + deletedMs).toISOString() } : {}),
        },
        spec: { containers: [] },
        status,
      },
    ]);
    const set = {
      metadata: { ...metadata, name: 'web-1', uid: 'r', ...owned('Deployment', 'd') },
      status: { replicas: ready },
    };
    const deployment = {
      kind: 'Deployment',
      metadata,
      spec: { replicas: wanted, selector },
      status: { replicas: ready, readyReplicas: ready, ...(refused ? { conditions: [REFUSED] } : {}) },
    };
    const path = '/apis/apps/v1/namespaces/shop/replicasets/web-1';
    const lookup = lookupIn(holding({ ...Object.fromEntries(pods), [path]: set }));
    const { findings } = await deploymentReport(deployment, lookup);
    return findings.map(({ level, message }) => `${level}: ${message}`);
  }

  const refusal = 'cause: ResourceQuota "q" forbids its pods: requested: pods=1';
  const evicted = (name: string) => `pod ${name}: it was ended: Evicted: The node was low on resource: memory.`;

  it('count while they are active: those that ended or end hide nothing', async () => {
    const lacks = 'symptom: it has 2 of 3 pods';
    assert.deepEqual(await said(3, 2, [[EVICTED]], true), [refusal, lacks, `risk: ${evicted('p2')}`]);
    assert.deepEqual(await said(3, 2, [[RUNNING, 20_000]], true), [refusal, lacks]);
    assert.deepEqual(await said(3, 2, [[{ phase: 'Succeeded' }]], true), [refusal, lacks]);
  });

  it('that were evicted are a cause only where nothing else is', async () => {
    assert.deepEqual(await said(2, 2, [[EVICTED]]), ['risk: 1 pod that failed has been replaced: p2 (Evicted)']);
    assert.deepEqual(await said(2, 2, [[EVICTED], [{ phase: 'Failed', reason: 'NodeShutdown' }]]), [
      'risk: 2 pods that failed have been replaced: p2 (Evicted), p3 (NodeShutdown)',
    ]);
    assert.deepEqual(await said(3, 2, [[EVICTED]]), ['symptom: it has 2 of 3 pods', `cause: ${evicted('p2')}`]);
    assert.deepEqual(await said(2, 2, []), []);
  });

  it('that shut down are well until they should be gone', async () => {
    const draining = {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [{ name: 'app', state: { terminated: { exitCode: 143, reason: 'Error' } } }],
    };
    assert.deepEqual(await said(2, 2, [[draining, 20_000]]), []);
    assert.deepEqual(await said(2, 2, [[draining, -30_000]]), []);
    const late =
      'cause: pod p2: it is being deleted since 30m (grace period 0 s) and should be gone: its node does not confirm that it stopped';
    assert.deepEqual((await said(2, 2, [[draining, -1_800_000]]))[0], late);
    assert.deepEqual(await said(2, 2, [[RUNNING, -1_800_000]]), [late]);
  });
});
