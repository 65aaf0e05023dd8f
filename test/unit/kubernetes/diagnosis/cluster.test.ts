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
      const ownerReferences = [{ kind, name: ownerName, uid: owner, controller: true }];
      const labels = kind === 'ReplicaSet' ? { 'pod-template-hash': '5d' } : {};
      return {
        cells: ['1/1', status, '0'],
        object: { metadata: { name, namespace: 'shop', labels, ownerReferences, ...more } },
      };
    };
    const failed = pod('web-5', 'ReplicaSet web-5d', 'Error');
    const completed = pod('web-3', 'ReplicaSet web-5d', 'Completed');
    const pods = [
      pod('web-1', 'ReplicaSet web-5d', 'Running'),
      pod('web-2', 'ReplicaSet web-5d', 'Terminating', { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      completed,
      // They go on, as their phase says.
      pod('web-4', 'ReplicaSet web-5d', 'Error'),
      pod('web-6', 'ReplicaSet web-5d', 'Completed'),
      failed,
      ...['db-0', 'db-1'].map((name) => pod(name, 'StatefulSet web', 'Running')),
    ];
    const text = await digestOf((path, query) => {
      if (path.endsWith('/deployments')) return table(['Ready'], ['web', '2/5']);
      if (path.endsWith('/statefulsets')) return table(['Ready'], ['web', '2/2']);
      const columnDefinitions = ['Ready', 'Status', 'Restarts'].map((name) => ({ name }));
      if (path.endsWith('/pods')) return { columnDefinitions, rows: query?.fieldSelector ? [failed, completed] : pods };
      if (/\/(pods|deployments)\//.test(path)) throw new ApiError(404, 'NotFound', `${path} not found`);
      return EMPTY;
    });
    assert.match(text, /^Symptom: Deployment shop\/web has 3 of 5 pods$/m);
    assert.match(text, /^Symptom: pod shop\/web-6: Completed$/m);
    assert.doesNotMatch(text, /web-3/);
    assert.match(text, /^Symptom: pod shop\/web-4: Error$/m);
    assert.match(text, /^Risk: 1 pod that failed has been replaced: shop\/web-5 \(Error\)$/m);
    assert.doesNotMatch(text, /StatefulSet/);
  });

  describe('with workloads that change', () => {
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();
    const ofDb = (name: string, created: number, more: object = {}) => ({
      cells: ['1/1', 'deletionTimestamp' in more ? 'Terminating' : 'Running', '0'],
      object: {
        metadata: {
          ...{ name, namespace: 'shop', creationTimestamp: ago(created), ...more },
          ownerReferences: [{ kind: 'StatefulSet', name: 'db', uid: 'u', controller: true }],
        },
      },
    });
    /** The survey of a StatefulSet of three, with these pods, and a refusal of that age in seconds. */
    const survey = (pods: object[], refusal: number, status: object = {}) =>
      digestOf((path, query) => {
        const columnDefinitions = ['Ready', 'Status', 'Restarts'].map((name) => ({ name }));
        if (path.endsWith('/pods')) return { columnDefinitions, rows: query?.fieldSelector ? [] : pods };
        if (path.endsWith('/statefulsets')) return table(['Ready'], ['db', '2/3']);
        if (path.endsWith('/statefulsets/db'))
          return { metadata: { name: 'db', namespace: 'shop', uid: 'u' }, spec: { replicas: 3 }, status };
        if (path === '/api/v1/namespaces/shop/events')
          return {
            items: [
              {
                ...{ type: 'Warning', reason: 'FailedCreate', message: 'exceeded quota: q, requested: pods=1' },
                ...{ metadata: { name: 'e' }, involvedObject: { kind: 'StatefulSet', name: 'db', uid: 'u' } },
                lastTimestamp: ago(refusal),
              },
            ],
          };
        if (/\/(pods|nodes)\//.test(path)) throw new ApiError(404, 'NotFound', `${path} not found`);
        return EMPTY;
      });
    // Made when it is asked: a run of all tests takes minutes.
    const two = () => [ofDb('db-0', 9_000), ofDb('db-1', 900)];

    it('counts the pods of a StatefulSet until they are gone, and finds nothing in those that shut down', async () => {
      const rolling = [...two(), ofDb('db-2', 9_000, { deletionTimestamp: ago(-20) })];
      assert.match(await survey(rolling, 3_000), /3 pods, 0 not ready\nNothing wrong found;/);
      const late = [...two(), ofDb('db-2', 9_000, { deletionTimestamp: ago(600) })];
      assert.match(await survey(late, 3_000), /1 not ready\nSymptom: pod shop\/db-2: Terminating$/m);
      // The controller has counted one that is not in the list.
      assert.match(await survey(two(), 3_000, { replicas: 3 }), /\nNothing wrong found;/);
    });

    it('has a refusal as the cause only if nothing was created since, or it is recent', async () => {
      const quota = /^Cause: StatefulSet shop\/db has 2 of 3 pods: ResourceQuota "q" forbids its pods/m;
      assert.match(await survey(two(), 600), quota);
      assert.match(await survey([ofDb('db-0', 30), ofDb('db-1', 20)], 60), quota);
      assert.match(await survey(two(), 1_000), /^Symptom: StatefulSet shop\/db has 2 of 3 pods$/m);
    });
  });

  it('is over the failures of Jobs that completed in the end', async () => {
    const row = (name: string, kind: string, owner: string, hour: number, ...cells: string[]) => ({
      cells,
      object: {
        metadata: {
          ...{ name, namespace: 'shop', uid: name, creationTimestamp: `2026-01-01T0${hour}:00:00Z` },
          ownerReferences: [{ kind, name: owner, uid: owner, controller: true }],
        },
      },
    });
    const failed = ['backup-1', 'backup-3'].map((job, hour) => row(`${job}-x`, 'Job', job, hour, '0/1', 'Error', '0'));
    const text = await digestOf((path) => {
      if (path.endsWith('/pods'))
        return { columnDefinitions: ['Ready', 'Status', 'Restarts'].map((name) => ({ name })), rows: failed };
      if (path.endsWith('/jobs'))
        return {
          columnDefinitions: [{ name: 'Status' }],
          rows: ['Failed', 'Complete', 'Failed'].map((status, index) =>
            row(`backup-${index + 1}`, 'CronJob', 'backup', index, status),
          ),
        };
      if (path.includes('/pods/')) throw new ApiError(404, 'NotFound', `${path} not found`);
      return EMPTY;
    });
    assert.match(text, /^Symptom: pod shop\/backup-3-x: Error$/m);
    assert.match(text, /^Symptom: 1 Job failed: shop\/backup-3$/m);
    assert.match(text, /^Risk: 1 pod that failed has been replaced: shop\/backup-1-x \(Error\)$/m);
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

  it('counts what it leaves out of a node, and knows a Service of another name', async () => {
    const types = ['VMEventScheduled', 'FreezeScheduled', 'KernelDeadlock', 'ReadonlyFilesystem', 'GPUUnhealthy'];
    const node = {
      metadata: { name: 'n1' },
      spec: { unschedulable: true },
      status: { conditions: ['Ready', ...types].map((type) => ({ type, status: 'True', message: 'm' })) },
    };
    const text = await digestOf((path) => {
      if (path.endsWith('/nodes')) return { items: [node] };
      return path.endsWith('/services')
        ? table(['Type', 'Selector'], ['outside', 'ExternalName', 'app=x'], ['dead', 'ClusterIP', 'app=y'])
        : EMPTY;
    });
    assert.equal(text.match(/^Cause: node n1: it has \w+: m$/gm)?.length, 3);
    assert.match(text, /^Risk: 2 more findings about nodes$/m);
    assert.match(text, /without endpoints: shop\/dead$/m);
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
