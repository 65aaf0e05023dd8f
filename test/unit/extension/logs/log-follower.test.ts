import assert from 'node:assert/strict';
import { follow } from '../../../../src/extension/logs/log-follower.ts';
import type { ApiResource } from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import { kinds } from '../../../../src/kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import type { Pod } from '../../../../src/kubernetes/workloads/pods.ts';

describe('the logs of a workload', () => {
  it('are followed of pods that live before those that ended', async () => {
    const pod = (name: string, phase: string): Pod => ({
      metadata: {
        name,
        uid: name,
        namespace: 'shop',
        ownerReferences: [{ uid: 'w', kind: 'StatefulSet', name: 'web' }],
      },
      spec: { containers: [{ name: 'app' }] },
      status: { phase },
    });
    const pods = [...Array.from({ length: 60 }, (_, index) => pod(`old-${index}`, 'Failed')), pod('web-0', 'Running')];
    const followed: string[] = [];
    const client = {
      json: async ({ path }: ApiRequest) =>
        path.endsWith('/pods')
          ? { items: pods }
          : { metadata: { name: 'web', uid: 'w' }, spec: { selector: { matchLabels: { app: 'web' } } } },
      stream: async ({ path }: ApiRequest) => {
        followed.push(path.split('/').at(-2) ?? '');
        return (async function* () {})();
      },
    };
    const resource = { ...kinds.statefulSets, kind: 'StatefulSet', namespaced: true } as unknown as ApiResource;
    await follow({
      connection: { client } as unknown as Connection,
      objects: [{ resource, namespace: 'shop', name: 'web' }],
      container: undefined,
      previous: true,
      lines: 10,
      onLines: () => undefined,
      signal: new AbortController().signal,
    });
    assert.deepEqual([followed.length, followed[0]], [50, 'web-0']);
  });
});
