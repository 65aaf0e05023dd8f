import assert from 'node:assert/strict';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import type { Discovery } from '../../../../src/kubernetes/client/discovery.ts';
import { metricsKind, readMetrics } from '../../../../src/kubernetes/workloads/metrics-api.ts';
import { kind } from '../../../support/api-resource.ts';

describe('the metrics API', () => {
  const { signal } = new AbortController();
  const pods = kind('PodMetrics', 'metrics.k8s.io', { version: 'v1', name: 'pods' });
  const nodes = kind('NodeMetrics', 'metrics.k8s.io', { version: 'v1', name: 'nodes', namespaced: false });
  const serving = (...resources: unknown[]) =>
    ({ kinds: async () => ({ resources: [kind('Pod'), ...resources], missing: [] }) }) as unknown as Discovery;

  it('is read in the version that is served, where it is', async () => {
    assert.equal(await metricsKind(serving(pods, nodes), 'nodes'), nodes);
    assert.equal(await metricsKind(serving(pods), 'nodes'), undefined);
    const asked: unknown[] = [];
    const json = async ({ path, query }: { path: string; query?: object }) =>
      asked.push([path, query]) && { items: null };
    const client = { json } as unknown as ApiClient;
    assert.deepEqual(await readMetrics(client, pods, { namespace: 'shop', labelSelector: 'a=b', signal }), []);
    await readMetrics(client, nodes, { name: 'n', namespace: 'shop', signal });
    assert.deepEqual(asked, [
      ['/apis/metrics.k8s.io/v1/namespaces/shop/pods', { labelSelector: 'a=b' }],
      ['/apis/metrics.k8s.io/v1/nodes/n', undefined],
    ]);
  });

  it('has nothing of what has just begun, and fails as it does', async () => {
    const failing = (code: number) =>
      ({ json: () => Promise.reject(new ApiError(code, 'Failed', 'no')) }) as unknown as ApiClient;
    assert.deepEqual(await readMetrics(failing(404), pods, { name: 'a', namespace: 'shop', signal }), []);
    await assert.rejects(readMetrics(failing(503), pods, { name: 'a', namespace: 'shop', signal }), { code: 503 });
    await assert.rejects(readMetrics(failing(404), pods, { namespace: 'shop', signal }), { code: 404 });
  });
});
