import assert from 'node:assert/strict';
import type { Located } from '../../../../src/extension/views/nodes.ts';
import { relatedTo } from '../../../../src/extension/views/relations.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { kinds } from '../../../../src/kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import { WORKLOAD_KINDS } from '../../../../src/kubernetes/workloads/workload-kinds.ts';

describe('what uses a ConfigMap', () => {
  const pod = { containers: [], volumes: [{ name: 'v', configMap: { name: 'settings' } }] };
  const users: Record<string, unknown> = {
    pods: pod,
    cronjobs: { jobTemplate: { spec: { template: { spec: pod } } } },
  };

  /** The kinds of its users, where there is one object of each kind. */
  async function usedBy(metadata: KubernetesObject['metadata']): Promise<string[]> {
    const json = async ({ path }: { path: string }) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      return { items: [{ metadata, spec: users[name] ?? { template: { spec: pod } } }] };
    };
    const resources = [kinds.pods, ...WORKLOAD_KINDS.map(({ resource }) => resource)];
    const connection = { client: { json }, discovery: { kinds: async () => ({ resources }) } };
    const located = { resource: kinds.configMaps, namespace: 'shop', name: 'settings' };
    const { signal } = new AbortController();
    const found = await relatedTo(connection as unknown as Connection, located as unknown as Located, signal);
    return found.map((one) => (one.type === 'object' ? one.resource.name : one.type));
  }

  it('is every workload and pod that nothing else controls', async () => {
    assert.deepEqual(await usedBy({ name: 'web', namespace: 'shop' }), [
      ...['deployments', 'statefulsets', 'daemonsets', 'replicasets', 'replicationcontrollers', 'cronjobs', 'jobs'],
      'pods',
    ]);
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u', controller: true };
    assert.deepEqual(await usedBy({ name: 'web', namespace: 'shop', ownerReferences: [owner] }), []);
  });
});
