import assert from 'node:assert/strict';
import type { Condition } from '../../../../../src/kubernetes/apimachinery/conditions.ts';
import { diagnose } from '../../../../../src/kubernetes/diagnosis/diagnose.ts';
import { bare, holding, lookupIn, served } from '../../../../support/fake-cluster.ts';

describe('a Node', () => {
  const nodes = served('', 'v1', 'Node', 'nodes', false);
  const HEALTHY: Condition[] = [
    { type: 'Ready', status: 'True' },
    { type: 'MemoryPressure', status: 'False' },
    { type: 'NetworkUnavailable', status: 'False' },
  ];

  async function said(...conditions: Condition[]): Promise<string[]> {
    const node = { ...bare(nodes), status: { conditions: [...HEALTHY, ...conditions] } };
    const { findings, verdict } = await diagnose(node, nodes, lookupIn(holding({})));
    return findings.length > 0 ? findings.map(({ level, message }) => `${level}: ${message}`) : [String(verdict)];
  }

  it('is healthy while nothing that its agents look for is there', async () => {
    const healthy = ['Healthy: nothing wrong found.'];
    // node-problem-detector, EKS and k3s
    assert.deepEqual(await said({ type: 'KernelDeadlock', status: 'False', reason: 'KernelHasNoDeadlock' }), healthy);
    assert.deepEqual(await said({ type: 'KernelReady', status: 'True' }), healthy);
    assert.deepEqual(await said({ type: 'EtcdIsVoter', status: 'True', reason: 'MemberNotLearner' }), healthy);
  });

  it('has the problems that they have found', async () => {
    assert.deepEqual(
      await said(
        { type: 'ReadonlyFilesystem', status: 'True', message: 'remounted read-only' },
        { type: 'KernelReady', status: 'False', reason: 'SoftLockup' },
        { type: 'VMEventScheduled', status: 'True', message: 'Freeze at noon' },
      ),
      [
        'cause: it has ReadonlyFilesystem: remounted read-only',
        'cause: its condition says KernelReady=False (SoftLockup)',
        'risk: it has VMEventScheduled: Freeze at noon',
      ],
    );
    assert.deepEqual(await said({ type: 'DockerHung', status: 'True', reason: 'Hung', message: '' }), [
      'cause: it has DockerHung: Hung',
    ]);
    assert.deepEqual(await said({ type: 'KernelReady', status: 'Unknown' }), [
      'symptom: its condition says KernelReady=Unknown',
    ]);
  });

  it('has a risk in what its agents alone can judge', async () => {
    assert.deepEqual(await said({ type: 'InPlaceUpdate', status: 'True', reason: 'UpdateSuccessful' }), [
      'risk: it has InPlaceUpdate: UpdateSuccessful',
    ]);
    assert.deepEqual(await said({ type: 'Foo', status: 'True' }), ['risk: it has Foo']);
    assert.deepEqual(await said({ type: 'DriverCompatible', status: 'True' }), ['Healthy: nothing wrong found.']);
    // Like VMEventScheduled (AKS), it has not happened yet.
    assert.deepEqual(await said({ type: 'FreezeScheduled', status: 'True' }), ['risk: it has FreezeScheduled']);
  });
});
