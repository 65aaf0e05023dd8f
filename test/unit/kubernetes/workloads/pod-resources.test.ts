import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  effectiveResources,
  limitsOf,
  requestsOf,
  requestText,
} from '../../../../src/kubernetes/workloads/pod-resources.ts';
import type { Container, Pod } from '../../../../src/kubernetes/workloads/pods.ts';

const container = (name: string, cpu: number, isSidecar = false): Container => ({
  name,
  resources: { requests: { cpu: String(cpu) }, limits: { cpu: String(cpu) } },
  ...(isSidecar && { restartPolicy: 'Always' }),
});

describe('what a pod reserves', () => {
  it('is for its containers together, or for an init container with the sidecars before it', () => {
    const init = (...initContainers: Container[]) =>
      requestsOf({ spec: { containers: [container('app', 1)], initContainers } }).get('cpu');
    assert.equal(init(container('setup', 3)), 3);
    assert.equal(init(container('proxy', 1, true), container('setup', 3)), 4);
    assert.equal(init(container('setup', 3), container('proxy', 1, true)), 3);
    assert.equal(init(container('proxy', 1, true), container('setup', 1)), 2);
  });

  it('counts all resources, limits without a request, and the overhead', () => {
    const limits = { cpu: '1', 'nvidia.com/gpu': '1' };
    const spec = { containers: [{ name: 'app', resources: { limits, requests: { cpu: '500m' } } }] };
    const needs = requestsOf({ spec: { ...spec, overhead: { cpu: '250m', memory: '64Mi' } } });
    assert.deepEqual(Object.fromEntries(needs), { cpu: 0.75, 'nvidia.com/gpu': 1, memory: 2 ** 26, pods: 1 });
    assert.equal(requestText(needs), 'cpu 750m, nvidia.com/gpu 1, memory 64Mi');
    const requests = { 'hugepages-2Mi': '128Mi', 'ephemeral-storage': '2Gi' };
    const large = requestsOf({ spec: { containers: [{ name: 'app', resources: { requests } }] } });
    assert.equal(requestText(large), 'hugepages-2Mi 128Mi, ephemeral-storage 2Gi');
    assert.equal(requestText(requestsOf({})), '');
    // Overhead is no limit where there is none.
    const most = limitsOf({ spec: { ...spec, overhead: { cpu: '250m', memory: '64Mi' } } });
    assert.deepEqual(Object.fromEntries(most), { cpu: 1.25, 'nvidia.com/gpu': 1 });
  });

  it('is as Kubernetes adds it up, whatever the containers', () => {
    const amount = fc.integer({ min: 0, max: 9 });
    const pods = fc.record({
      apps: fc.array(amount, { minLength: 1, maxLength: 3 }),
      inits: fc.array(fc.tuple(amount, fc.boolean()), { maxLength: 5 }),
      whole: fc.option(amount),
      overhead: fc.option(amount),
    });
    const property = fc.property(pods, ({ apps, inits, whole, overhead }) => {
      const amounts = (cpu: number) => ({ cpu: String(cpu) });
      const pod: Pod = {
        spec: {
          containers: apps.map((cpu, index) => container(`app-${index}`, cpu)),
          initContainers: inits.map(([cpu, isSidecar], index) => container(`init-${index}`, cpu, isSidecar)),
          ...(whole !== null && { resources: { requests: amounts(whole), limits: amounts(whole) } }),
          ...(overhead !== null && { overhead: amounts(overhead) }),
        },
      };
      const sum = (all: number[]) => all.reduce((total, one) => total + one, 0);
      const sidecars = (count: number) => sum(inits.slice(0, count).map(([cpu, isSidecar]) => (isSidecar ? cpu : 0)));
      const moments = inits.map(([cpu], index) => sidecars(index) + cpu);
      const together = whole ?? Math.max(sum(apps) + sidecars(inits.length), ...moments);
      assert.equal(requestsOf(pod).get('cpu'), together + (overhead ?? 0));
      assert.equal(limitsOf(pod).get('cpu'), together === 0 ? 0 : together + (overhead ?? 0));
    });
    fc.assert(property);
  });

  it('is the larger while a pod is being resized, and the old where that is not possible', () => {
    const resources = { requests: { cpu: '2' }, limits: { cpu: '2' } };
    const pod = (wanted: number, reason?: string): Pod => ({
      spec: { containers: [container('app', wanted)] },
      status: {
        conditions: reason === undefined ? [] : [{ type: 'PodResizePending', status: 'True', reason }],
        containerStatuses: [{ name: 'app', resources, allocatedResources: { cpu: '2' } }],
      },
    });
    const both = (one: Pod) => [requestsOf(one).get('cpu'), limitsOf(one).get('cpu')];
    assert.deepEqual(both(pod(3, 'Deferred')), [3, 3]);
    assert.deepEqual(both(pod(1)), [2, 2]);
    assert.deepEqual(both(pod(64, 'Infeasible')), [2, 2]);
    assert.equal(effectiveResources(container('app', 64), { name: 'app', resources }), resources);
    assert.deepEqual(effectiveResources({ name: 'app' }, { name: 'app' }), {});
  });
});
