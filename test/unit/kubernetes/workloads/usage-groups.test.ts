import assert from 'node:assert/strict';
import type { Pod } from '../../../../src/kubernetes/workloads/pods.ts';
import { podUsage } from '../../../../src/kubernetes/workloads/usage.ts';
import { groupUsage } from '../../../../src/kubernetes/workloads/usage-groups.ts';

function measured(name: string, labels: Record<string, string>, cpu: string, limited: boolean) {
  const resources = { requests: { cpu: '100m' }, ...(limited && { limits: { cpu: '200m' } }) };
  const pod: Pod = {
    metadata: { namespace: 'shop', name, labels },
    spec: { nodeName: 'node-1', containers: [{ name: 'app', resources }] },
  };
  return { pod, usage: podUsage(pod, [{ name: 'app', usage: { cpu } }]) };
}

describe('usage in groups', () => {
  const pods = [
    measured('a', { app: 'web' }, '50m', true),
    measured('b', { app: 'web' }, '150m', true),
    measured('c', { app: 'api' }, '10m', false),
    measured('d', {}, '10m', true),
  ];
  const cpu = (by: string) =>
    groupUsage(pods, by).map(({ value, pods: count, usage }) => [value, count, usage.cpu.used, usage.cpu.limit]);

  it('adds up the pods with the same value of a label, and has no limit where one has none', () => {
    assert.deepEqual(cpu('app'), [
      ['web', 2, 0.2, 0.4],
      ['api', 1, 0.01, undefined],
      ['', 1, 0.01, 0.2],
    ]);
  });

  it('knows namespaces, nodes and workloads', () => {
    assert.deepEqual(
      cpu('namespace').map(([value, count]) => [value, count]),
      [['shop', 4]],
    );
    assert.deepEqual(
      cpu('node').map(([value]) => value),
      ['node-1'],
    );
    assert.deepEqual(
      cpu('workload').map(([value]) => value),
      ['a', 'b', 'c', 'd'].map((name) => `shop/Pod/${name}`),
    );
  });
});
