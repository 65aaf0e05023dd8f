import assert from 'node:assert/strict';
import { ApiError, RefusedError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import { clusterDigest } from '../../../../src/kubernetes/diagnosis/cluster.ts';

const EMPTY = { items: [], rows: [], columnDefinitions: [] };

/** The API server's table for one kind. */
function table(columns: string[], ...rows: [name: string, ...cells: string[]][]): object {
  return {
    columnDefinitions: columns.map((name) => ({ name })),
    rows: rows.map(([name, ...cells]) => ({ cells, object: { metadata: { name, namespace: 'shop' } } })),
  };
}

function digestOf(answer: (path: string, query: ApiRequest['query']) => unknown): Promise<string> {
  const json = async ({ path, query }: ApiRequest) => answer(path, query);
  const connection = {
    client: { json, stream: json },
    discovery: { kinds: async () => ({ resources: [], missing: [] }) },
    context: { name: 'here' },
    namespace: 'shop',
    allowedNamespaces: [],
  } as unknown as Connection;
  return clusterDigest(connection, new AbortController().signal);
}

describe('clusterDigest', () => {
  it('says nothing of pods that it could not look at', async () => {
    const text = await digestOf((path) => {
      if (path.endsWith('/pods')) throw new ApiError(503, 'ServiceUnavailable', 'no');
      return path.endsWith('/deployments') ? table(['Ready'], ['web', '2/3'], ['api', '1/1']) : EMPTY;
    });
    assert.match(text, /^Cluster of context here: 0 nodes, 0 ready; pods unknown\n/);
    assert.match(text, /^Symptom: Deployment shop\/web has 2 of 3 pods ready$/m);
    assert.doesNotMatch(text, /shop\/api/);
    assert.match(text, /^Not readable, so not considered: pods \(503\)$/m);
  });

  it('says that it says little where listing is switched off', async () => {
    const text = await digestOf(() => {
      throw new RefusedError('Listing is switched off.');
    });
    assert.match(text, /: nodes unknown; pods unknown\nLittle can be said of it: its pods could not be looked at\.\n/);
    assert.match(
      text,
      /\nNot readable, so not considered: namespaces, pods, .* and \d+ more \(not permitted by this server\)$/,
    );
  });

  it('finds Deployments without pods, and pods that fail alike as one', async () => {
    const text = await digestOf((path) => {
      if (path.endsWith('/deployments')) return table(['Ready'], ['web', '0/3']);
      if (path.endsWith('/pods'))
        return table(
          ['Ready', 'Status', 'Restarts'],
          ...[...Array(300).keys()].map((index): [string, ...string[]] => [`p-${index}`, '0/1', 'Error', '0']),
        );
      if (path.includes('/pods/')) throw new ApiError(404, 'NotFound', `${path} not found`);
      return EMPTY;
    });
    assert.match(text, /300 pods, 300 not ready/);
    assert.match(text, /^Symptom: Deployment shop\/web has 0 of 3 pods$/m);
    assert.match(text, /^Symptom: 290 more pods are not ready: /m);
    assert.ok(text.length < 2_500, `${text.length}`);
  });

  it('counts the pods of each workload that are active, however alike the names', async () => {
    const pod = (name: string, owner: string, status: string, more: object = {}) => {
      const [kind, ownerName] = owner.split(' ');
      const ownerReferences = [{ kind, name: ownerName, uid: owner }];
      const labels = kind === 'ReplicaSet' ? { 'pod-template-hash': '5d' } : {};
      return {
        cells: ['1/1', status, '0'],
        object: { metadata: { name, namespace: 'shop', labels, ownerReferences, ...more } },
      };
    };
    const failed = pod('web-5', 'ReplicaSet web-5d', 'Error');
    const pods = [
      pod('web-1', 'ReplicaSet web-5d', 'Running'),
      pod('web-2', 'ReplicaSet web-5d', 'Terminating', { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      pod('web-3', 'ReplicaSet web-5d', 'Completed'),
      // It goes on, as its phase says.
      pod('web-4', 'ReplicaSet web-5d', 'Error'),
      failed,
      ...['db-0', 'db-1'].map((name) => pod(name, 'StatefulSet web', 'Running')),
    ];
    const text = await digestOf((path, query) => {
      if (path.endsWith('/deployments')) return table(['Ready'], ['web', '2/5']);
      if (path.endsWith('/statefulsets')) return table(['Ready'], ['web', '2/2']);
      const columnDefinitions = ['Ready', 'Status', 'Restarts'].map((name) => ({ name }));
      if (path.endsWith('/pods')) return { columnDefinitions, rows: query?.fieldSelector ? [failed] : pods };
      if (/\/(pods|deployments)\//.test(path)) throw new ApiError(404, 'NotFound', `${path} not found`);
      return EMPTY;
    });
    assert.match(text, /^Symptom: Deployment shop\/web has 2 of 5 pods$/m);
    assert.match(text, /^Symptom: pod shop\/web-4: Error$/m);
    assert.match(text, /^Risk: pod shop\/web-5: Error$/m);
    assert.doesNotMatch(text, /StatefulSet/);
  });

  it('counts the pods of a DaemonSet as its controller does', async () => {
    const text = await digestOf((path) => {
      if (path.endsWith('/daemonsets'))
        return table(['Desired', 'Current', 'Ready'], ['cni', '3', '0', '0'], ['logs', '3', '3', '1']);
      if (path.includes('/daemonsets/')) throw new ApiError(404, 'NotFound', `${path} not found`);
      return EMPTY;
    });
    assert.match(text, /\nSymptom: DaemonSet shop\/cni has 0 of 3 pods$/);
  });

  it('names all that it looked at where it finds nothing', async () => {
    const read = new Set<string>();
    const text = await digestOf((path) => {
      read.add(path.split('/').at(-1) ?? '');
      return EMPTY;
    });
    // What the answer calls what is read, and what is read only to judge that.
    const words: Record<string, string> = {
      ...{ nodes: 'nodes', pods: 'pods', deployments: 'Deployments', statefulsets: 'StatefulSets' },
      ...{ daemonsets: 'DaemonSets', jobs: 'Jobs', persistentvolumeclaims: 'claims', services: 'Services' },
      ...{ ingresses: 'Ingresses', horizontalpodautoscalers: 'autoscalers', resourcequotas: 'quotas' },
      ...{ poddisruptionbudgets: 'budgets', secrets: 'TLS certificates', rolebindings: 'role bindings' },
      ...{ certificatesigningrequests: 'CertificateSigningRequests', apiservices: 'APIServices' },
      ...{ validatingwebhookconfigurations: 'webhooks', mutatingwebhookconfigurations: 'webhooks' },
      ...{ customresourcedefinitions: 'CustomResourceDefinitions', events: 'events' },
      ...{ clusterrolebindings: 'role bindings', roles: 'role', clusterroles: 'role' },
      ...{ namespaces: '', endpointslices: '' },
    };
    assert.deepEqual([...read].sort(), Object.keys(words).sort());
    const said = /^Nothing wrong found; looked at: (.*); other kinds were not\.$/m.exec(text)?.[1] ?? '';
    for (const word of Object.values(words)) assert.ok(said.includes(word), word);
  });
});
