import assert from 'node:assert/strict';
import type { Workload } from '../../../../../src/kubernetes/diagnosis/facts/types.ts';
import { replicasReport } from '../../../../../src/kubernetes/diagnosis/rules/workloads.ts';
import { holding, lookupIn } from '../fake-cluster.ts';

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
