import assert from 'node:assert/strict';
import type { Pod } from '../../../../src/kubernetes/workloads/pods.ts';
import { containerUsages, nodeUsage, podUsage, usedBy } from '../../../../src/kubernetes/workloads/usage.ts';

const Mi = 2 ** 20;
const pod: Pod = {
  spec: {
    initContainers: [
      { name: 'setup', resources: { requests: { cpu: '4' } } },
      { name: 'sidecar', restartPolicy: 'Always', resources: { requests: { cpu: '50m' }, limits: { memory: '64Mi' } } },
    ],
    containers: [{ name: 'app', resources: { requests: { cpu: '100m' }, limits: { cpu: '200m', memory: '128Mi' } } }],
  },
};
const metrics = [
  { name: 'app', usage: { cpu: '50000000n', memory: '96Mi' } },
  { name: 'sidecar', usage: { cpu: '5m', memory: '4Mi' } },
];

describe('usage', () => {
  it('adds up what runs for long, and knows no limit where one container has none', () => {
    const { cpu, memory } = podUsage(pod, metrics);
    assert.deepEqual(cpu, { used: 0.055, requested: 0.15000000000000002, limit: undefined });
    assert.deepEqual(memory, { used: 100 * Mi, requested: 192 * Mi, limit: 192 * Mi });
  });

  it('takes what the pod has as a whole before its containers', () => {
    const whole = { ...pod.spec, resources: { requests: { cpu: '1' }, limits: { cpu: '2' } } };
    assert.deepEqual(podUsage({ spec: whole }, metrics).cpu, { used: 0.055, requested: 1, limit: 2 });
    const above = { ...whole, overhead: { cpu: '250m', memory: '8Mi' } };
    assert.deepEqual(podUsage({ spec: above }, metrics).cpu, { used: 0.055, requested: 1.25, limit: 2.25 });
    assert.equal(podUsage({ spec: above }, metrics).memory.requested, 200 * Mi);
  });

  it('takes what is in force while a pod is being resized', () => {
    const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '64Mi' } };
    const resized: Pod = { ...pod, status: { containerStatuses: [{ name: 'app', resources }] } };
    assert.equal(podUsage(resized, metrics).memory.limit, 128 * Mi);
    const [app] = containerUsages(resized, metrics);
    assert.deepEqual(app?.usage.memory, { used: 96 * Mi, requested: 64 * Mi, limit: 64 * Mi });
  });

  it('tells containers apart', () => {
    const [app, sidecar] = containerUsages(pod, metrics);
    assert.deepEqual([app?.name, app?.usage.cpu], ['app', { used: 0.05, requested: 0.1, limit: 0.2 }]);
    assert.deepEqual([sidecar?.name, sidecar?.usage.memory.limit], ['sidecar', 64 * Mi]);
  });

  it('adds up the pods of a node', () => {
    const { cpu, memory } = nodeUsage({ usage: { cpu: '1', memory: '1Gi' } }, [pod, pod]);
    // An init container needs more than all that runs later.
    assert.deepEqual([cpu.used, cpu.requested, cpu.limit], [1, 8, 0.4]);
    assert.equal(memory.requested, 384 * Mi);
    assert.equal(memory.limit, 384 * Mi);
    assert.deepEqual(nodeUsage(undefined, undefined).cpu, { used: undefined, requested: undefined, limit: undefined });
  });

  it('is known by metrics alone: of the containers of a pod, or of a node', () => {
    assert.deepEqual(usedBy({ containers: metrics }), { cpu: 0.055, memory: 100 * Mi });
    assert.deepEqual(usedBy({ usage: { cpu: '1', memory: '1Gi' } }), { cpu: 1, memory: 1024 * Mi });
    assert.deepEqual(usedBy({ containers: [] }), { cpu: undefined, memory: undefined });
  });
});
