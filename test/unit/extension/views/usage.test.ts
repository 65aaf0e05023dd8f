import assert from 'node:assert/strict';
import { usageTexts } from '../../../../src/extension/views/usage.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import { kind } from '../../../support/api-resource.ts';

describe('the usage in the view', () => {
  /** What is shown of a kind where the metrics API is served in this version. */
  async function shown(of: 'Pod' | 'Node', version: string | undefined): Promise<[string, string][]> {
    const answers: Record<string, object[]> = {
      [`/apis/metrics.k8s.io/${version}/namespaces/shop/pods`]: [
        {
          metadata: { name: 'web' },
          containers: [
            { name: 'a', usage: { cpu: '10m', memory: '30Mi' } },
            { name: 'b', usage: { cpu: '2m' } },
          ],
        },
      ],
      [`/apis/metrics.k8s.io/${version}/nodes`]: [{ metadata: { name: 'n' }, usage: { cpu: '1', memory: '1Gi' } }],
      '/api/v1/nodes': [{ metadata: { name: 'n' }, status: { allocatable: { cpu: '4', memory: '4Gi' } } }],
    };
    const json = async ({ path }: { path: string }) => {
      const items = answers[path];
      assert.ok(items, path);
      return { items };
    };
    const served = (metrics: string, name: string) =>
      kind(metrics, 'metrics.k8s.io', { version: version ?? '', name, namespaced: name === 'pods' });
    const resources = version ? [served('PodMetrics', 'pods'), served('NodeMetrics', 'nodes')] : [];
    const connection = { client: { json }, discovery: { kinds: async () => ({ resources, missing: [] }) } };
    const { signal } = new AbortController();
    return [
      ...(await usageTexts(connection as unknown as Connection, kind(of), of === 'Pod' ? 'shop' : undefined, signal)),
    ];
  }

  it('is there in whichever version the cluster serves it', async () => {
    for (const version of ['v1beta1', 'v1']) {
      assert.deepEqual(await shown('Pod', version), [['web', '12m · 30Mi']]);
      assert.deepEqual(await shown('Node', version), [['n', '1 (25%) · 1Gi (25%)']]);
    }
    assert.deepEqual(await shown('Pod', undefined), []);
  });
});
