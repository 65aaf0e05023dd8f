import assert from 'node:assert/strict';
import { nodeCapacities, shareOf, totalCapacity } from '../../../../src/extension/pages/capacity.ts';

describe('the capacity of a cluster', () => {
  const node = (name: string, status = 'True') => ({
    metadata: { name },
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10' }, conditions: [{ type: 'Ready', status }] },
  });
  const pod = (nodeName: string, cpu: string, phase = 'Running') => ({
    spec: { nodeName, containers: [{ name: 'c', resources: { requests: { cpu } } }] },
    status: { phase },
  });
  const metrics = [{ metadata: { name: 'a' }, usage: { cpu: '500m', memory: '2Gi' } }];

  it('is that of its nodes, the troubled first, then the fullest', () => {
    const pods = [pod('a', '1'), pod('b', '3'), pod('b', '3', 'Succeeded')];
    const nodes = nodeCapacities([node('a'), node('b'), node('z', 'False')], pods, metrics);
    assert.deepEqual(
      nodes.map(({ name, isReady, capacity }) => [name, isReady, capacity.cpu.requested, capacity.pods.used]),
      [
        ['z', false, 0, 0],
        ['b', true, 3, 1],
        ['a', true, 1, 1],
      ],
    );
    assert.deepEqual(totalCapacity(nodes, 'cpu'), { whole: 12, requested: 4, used: undefined });
  });

  it('says nothing of what could not be read', () => {
    const [only] = nodeCapacities([node('a')], undefined, metrics);
    assert.deepEqual(only?.capacity.cpu, { whole: 4, requested: undefined, used: 0.5 });
    assert.equal(only?.capacity.pods.used, undefined);
    assert.equal(shareOf(undefined, 4), undefined);
    assert.equal(shareOf(1, 0), undefined);
  });
});
