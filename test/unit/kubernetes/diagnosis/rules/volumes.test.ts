import assert from 'node:assert/strict';
import type { Condition } from '../../../../../src/kubernetes/apimachinery/conditions.ts';
import { diagnose } from '../../../../../src/kubernetes/diagnosis/diagnose.ts';
import type { Claim } from '../../../../../src/kubernetes/diagnosis/facts/types.ts';
import { bare, holding, lookupIn, served } from '../../../../support/fake-cluster.ts';

describe('a PersistentVolumeClaim', () => {
  const claims = served('', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims');
  const HEALTHY = 'Healthy: nothing wrong found.';

  /** What is said of a claim for 20Gi with this capacity: its size, and the findings or the verdict. */
  async function said(
    capacity: string | undefined,
    status: NonNullable<Claim['status']> & { conditions?: Condition[] } = {},
  ): Promise<string[]> {
    const claim = {
      ...bare(claims),
      spec: { resources: { requests: { storage: '20Gi' } }, storageClassName: 'fast', accessModes: ['ReadWriteOnce'] },
      status: { phase: 'Bound', ...(capacity ? { capacity: { storage: capacity } } : {}), ...status },
    };
    const objects = {
      '/apis/storage.k8s.io/v1/storageclasses/fast': {
        metadata: { name: 'fast' },
        provisioner: 'csi.example.com',
        volumeBindingMode: 'WaitForFirstConsumer',
      },
    };
    const { summary, findings, verdict } = await diagnose(claim, claims, lookupIn(holding(objects)));
    const size = /\((.*) ReadWriteOnce/.exec(summary)?.[1] ?? summary;
    return [
      size,
      ...(findings.length > 0 ? findings.map(({ level, message }) => `${level}: ${message}`) : [String(verdict)]),
    ];
  }
  const condition = (type: string, message: string) => ({ conditions: [{ type, status: 'True', message }] });

  it('is healthy once it has what it asks for, or more', async () => {
    assert.deepEqual(await said('20Gi'), ['20Gi', HEALTHY]);
    assert.deepEqual(await said('21474836480'), ['21474836480', HEALTHY]);
    assert.deepEqual(await said('100Gi'), ['100Gi', HEALTHY]);
    assert.deepEqual(await said(undefined), ['20Gi', HEALTHY]);
  });

  it('is not healthy while it is smaller than it asks for', async () => {
    const small = 'symptom: it is smaller than it asks for: 10Gi of 20Gi';
    assert.deepEqual(await said('10Gi'), ['10Gi of 20Gi', small]);
    assert.deepEqual(await said('10Gi', condition('FileSystemResizePending', 'waiting for a pod')), [
      '10Gi of 20Gi',
      small,
      'risk: it is being changed: FileSystemResizePending=True: waiting for a pod',
    ]);
  });

  it('has the errors of its change as causes', async () => {
    const status = { allocatedResourceStatuses: { storage: 'ControllerResizeInfeasible' } };
    const what = 'cause: it cannot become what it asks for';
    assert.deepEqual(await said('10Gi', { ...status, ...condition('ControllerResizeError', 'no quota') }), [
      '10Gi of 20Gi',
      `${what}: ControllerResizeInfeasible; ControllerResizeError=True: no quota`,
    ]);
    assert.deepEqual(await said('20Gi', condition('ModifyVolumeError', 'no such iops')), [
      '20Gi',
      `${what}: ModifyVolumeError=True: no such iops`,
    ]);
    const change = { modifyVolumeStatus: { status: 'Infeasible', targetVolumeAttributesClassName: 'gold' } };
    assert.deepEqual(await said('20Gi', change), ['20Gi', `${what}: VolumeAttributesClass gold: Infeasible`]);
  });

  it('waits for its first consumer as before', async () => {
    assert.deepEqual((await said(undefined, { phase: 'Pending' })).slice(1), [
      'symptom: it waits for its first consumer: no pod uses it yet, and class fast binds only then',
    ]);
  });
});
