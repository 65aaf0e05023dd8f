import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import { isTrouble, statusFindings } from '../../../../../src/kubernetes/diagnosis/facts/condition-findings.ts';

const lines = (object: KubernetesObject) =>
  statusFindings(object, true).map(({ level, message }) => `${level}: ${message}`);
const withConditions = (...conditions: object[]) => statusFindings({ status: { conditions } }, false);

describe('findings in the status of any kind', () => {
  it('tell good conditions from bad ones by their names', () => {
    for (const [type, status, bad] of [
      ['Ready', 'True', false],
      ['Ready', 'False', true],
      ['Available', 'Unknown', true],
      ['Degraded', 'True', true],
      ['Degraded', 'False', false],
      ['MemoryPressure', 'False', false],
      ['ReplicaFailure', 'True', true],
      ['Progressing', 'False', false],
      ['Issuing', 'False', false],
      ['Stalled', 'True', true],
    ] as const) {
      assert.equal(withConditions({ type, status }).length > 0, bad, `${type}=${status}`);
    }
  });

  it('of a Node are bad when True, but for Ready and its like', () => {
    const bad = [
      'KernelDeadlock',
      'ReadonlyFilesystem',
      'FrequentKubeletRestart',
      'CorruptDockerOverlay2',
      'PIDPressure',
    ];
    const named = ['NetworkUnavailable', 'GPUUnhealthy', 'RuntimeNotReady', 'VMEventScheduled', 'InstanceExpired'];
    const good = ['Ready', 'KernelReady', 'AcceleratedHardwareReady', 'EtcdIsVoter', 'KubeletTCPReachable'];
    const judged = (types: string[], status: string) => types.map((type) => isTrouble({ type, status }, 'nodes'));
    for (const type of [...bad, ...named])
      assert.deepEqual([...judged([type], 'True'), ...judged([type], 'False')], [true, false], type);
    for (const type of good)
      assert.deepEqual([...judged([type], 'True'), ...judged([type], 'False')], [false, true], type);
    assert.deepEqual(judged(['Ready', 'MemoryPressure'], 'Unknown'), [true, false]);
  });

  it('are found in phases, health and generations, and survive nonsense', () => {
    assert.deepEqual(lines({ status: { health: { status: 'Degraded' } } }), ['symptom: it reports Degraded']);
    assert.deepEqual(lines({ status: { phase: 'Failed', message: 'no space' } }), [
      'cause: it reports Failed: no space',
    ]);
    assert.match(
      lines({ metadata: { generation: 3 }, status: { observedGeneration: 2 } })[0] ?? '',
      /generation 3, seen 2/,
    );
    assert.deepEqual(statusFindings({ status: { conditions: [null, 'x', {}], phase: 7 } }, true), []);
    assert.equal(statusFindings({}, true)[0]?.level, 'risk');
    assert.deepEqual(statusFindings({}, false), []);
  });
});
