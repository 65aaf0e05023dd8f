import assert from 'node:assert/strict';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import type { Change } from '../../../../src/kubernetes/writes/change.ts';
import { dangerText } from '../../../../src/kubernetes/writes/danger.ts';
import { FreshValues } from '../../../../src/kubernetes/writes/fresh-values.ts';
import { recreationOf } from '../../../../src/kubernetes/writes/recreation.ts';
import { undo } from '../../../../src/kubernetes/writes/undo.ts';
import type { Writer } from '../../../../src/kubernetes/writes/writer.ts';
import { served } from '../../../support/fake-cluster.ts';

type Objects = Record<string, KubernetesObject | number>;
/** Answers what is written: with an error, or with nothing to say that it is accepted. */
type Accept = (request: ApiRequest) => ApiError | undefined;

const KINDS = [
  served('', 'v1', 'Service', 'services'),
  served('apps', 'v1', 'ReplicaSet', 'replicasets'),
  served('apps', 'v1', 'StatefulSet', 'statefulsets'),
];

/** A writer in a cluster with these objects, each under its path. */
function writerIn(objects: Objects, accept: Accept = () => undefined) {
  const reviewed: (KubernetesObject | undefined)[] = [];
  const client = {
    assertPermitted: () => undefined,
    json: async ({ path }: ApiRequest) => {
      const found = objects[path] ?? 404;
      if (typeof found === 'number') throw new ApiError(found, 'Failed', 'no');
      return found;
    },
    answer: async (request: ApiRequest) => {
      const refused = accept(request);
      if (refused) throw refused;
      return { body: request.body, headers: {} };
    },
  };
  const resolve = async (kind: string) => KINDS.find((one) => one.kind === kind);
  const connection = { client, discovery: { resolve }, context: { name: 'c', cluster: {} } } as unknown as Connection;
  const review = async (changes: readonly Change[]) => void reviewed.push(...changes.map(({ after }) => after));
  const write = async <T>(_: Change, send: () => Promise<T>) => send();
  const { signal } = new AbortController();
  const fresh = new FreshValues();
  const writer: Writer = { connection, signal, fresh, review, write, unchanged: async () => {} };
  return { writer, reviewed };
}

async function recreated(
  deleted: KubernetesObject,
  objects: Objects = {},
): Promise<KubernetesObject & { texts: string[] }> {
  const { object, consequences } = await recreationOf(deleted, writerIn(objects).writer);
  return { ...object, texts: consequences.map(dangerText) };
}

describe('a deleted object, created again', () => {
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: 'data',
      namespace: 'shop',
      uid: 'old',
      annotations: {
        'pv.kubernetes.io/bind-completed': 'yes',
        'pv.kubernetes.io/bound-by-controller': 'yes',
        'volume.kubernetes.io/selected-node': 'gone',
        own: 'x',
      },
      finalizers: ['kubernetes.io/pvc-protection'],
    },
    spec: { volumeName: 'pvc-old', accessModes: ['ReadWriteOnce'] },
    status: { phase: 'Bound' },
  };
  const volume = (spec: object, metadata: object = {}) => ({
    '/api/v1/persistentvolumes/pvc-old': { metadata: { name: 'pvc-old', ...metadata }, spec: { ...spec } },
  });

  it('is a claim that does not pass for bound, and waits for the volume that was kept', async () => {
    const kept = volume({ persistentVolumeReclaimPolicy: 'Retain', claimRef: { name: 'data', uid: 'old' } });
    const { texts, metadata, spec } = await recreated(claim, kept);
    assert.deepEqual(metadata, { name: 'data', namespace: 'shop', annotations: { own: 'x' } });
    assert.deepEqual(spec, claim.spec);
    assert.match(texts.join(), /^It stays Pending until somebody removes the claimRef of its volume pvc-old, /);
    const free = volume({ persistentVolumeReclaimPolicy: 'Retain' });
    assert.deepEqual((await recreated(claim, free)).texts, []);
    const unread = await recreated(claim, { '/api/v1/persistentvolumes/pvc-old': 403 });
    assert.deepEqual(unread.texts, ['Not looked at: persistentvolumes "pvc-old".']);
  });

  it('is no claim whose data are gone', async () => {
    const claimRef = { uid: claim.metadata.uid };
    const going = [
      {},
      volume({ persistentVolumeReclaimPolicy: 'Delete', claimRef }),
      volume({ persistentVolumeReclaimPolicy: 'Retain', claimRef }, { deletionTimestamp: 'x' }),
    ];
    for (const objects of going) await assert.rejects(recreated(claim, objects), /went with it, with all data/);
    // Named, and never bound.
    const other = volume({ persistentVolumeReclaimPolicy: 'Delete', claimRef: { uid: 'another' } });
    const unbound = { ...claim, status: {}, metadata: { name: 'data', namespace: 'shop', uid: 'x' } };
    for (const objects of [{}, other]) assert.deepEqual((await recreated(unbound, objects)).texts, []);
  });

  it('is a volume that stays reserved for its claim, and is not taken for released', async () => {
    const claimRef = { namespace: 'shop', name: 'data', uid: 'old', resourceVersion: '1' };
    const metadata = { name: 'pv', annotations: { 'pv.kubernetes.io/provisioned-by': 'x' } };
    const deleted = { apiVersion: 'v1', kind: 'PersistentVolume', metadata, spec: { claimRef } };
    const there = { '/api/v1/namespaces/shop/persistentvolumeclaims/data': claim };
    assert.deepEqual((await recreated(deleted, there)).spec, { claimRef });
    const reserved = { claimRef: { namespace: 'shop', name: 'data' } };
    const other = { ...claim, metadata: { ...claim.metadata, uid: 'new' } };
    const elsewhere = { '/api/v1/namespaces/shop/persistentvolumeclaims/data': other };
    for (const objects of [{}, elsewhere]) {
      const made = await recreated(deleted, objects);
      assert.deepEqual([made.spec, made.metadata], [reserved, metadata]);
    }
  });

  it('has only owners that are there, and the labels by which one of them finds it', async () => {
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'rs', controller: true };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...{ name: 'web-1-x', namespace: 'shop', ownerReferences: [owner] },
        labels: { app: 'web', 'pod-template-hash': '1' },
      },
      spec: {
        ...{ nodeName: 'n', priority: 0, ephemeralContainers: [{ name: 'debugger' }] },
        containers: [{ name: 'a', volumeMounts: [{ name: 'kube-api-access-x1' }] }],
        volumes: [{ name: 'kube-api-access-x1' }],
      },
    };
    const path = '/apis/apps/v1/namespaces/shop/replicasets/web-1';
    const owned = await recreated(pod, { [path]: { metadata: { uid: 'rs' } } });
    assert.deepEqual(owned.metadata, pod.metadata);
    assert.deepEqual(owned.spec, { containers: [{ name: 'a' }] });
    assert.deepEqual((await recreated(pod, { [path]: 403 })).metadata, pod.metadata);
    const others: Objects[] = [{}, { [path]: { metadata: { uid: 'another' } } }];
    for (const objects of others)
      assert.deepEqual((await recreated(pod, objects)).metadata, {
        ...{ name: 'web-1-x', namespace: 'shop' },
        labels: { app: 'web' },
      });
  });

  it('is a Job that selects its own pods', async () => {
    const labels = { app: 'a', 'controller-uid': 'old', 'batch.kubernetes.io/job-name': 'j' };
    const selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': 'old' } };
    const job = (spec: object) =>
      recreated({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j', labels }, spec: { ...spec } });
    const made = await job({ selector, template: { metadata: { labels }, spec: {} } });
    assert.deepEqual(made.metadata, { name: 'j', labels: { app: 'a' } });
    assert.deepEqual(made.spec, { template: { metadata: { labels: { app: 'a' } }, spec: {} } });
    const own = { manualSelector: true, selector, template: { metadata: { labels } } };
    assert.deepEqual((await job(own)).spec, own);
  });

  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { clusterIP: '10.0.0.5', clusterIPs: ['10.0.0.5'], ports: [{ port: 80, nodePort: 30_080 }] },
  };
  const restored = (accept: Accept) => {
    const { writer, reviewed } = writerIn({}, accept);
    const place = { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'web' };
    return { undone: undo({ ...place, access: 'delete', before: service }, writer), reviewed };
  };

  it('is a Service with the addresses that it had, or with others where another has them', async () => {
    const free = restored(() => undefined);
    await free.undone;
    assert.deepEqual(
      free.reviewed.map((one) => one?.spec),
      [service.spec],
    );
    const taken = restored(({ query, body }) => {
      const isTaken = query?.dryRun === undefined && JSON.stringify(body).includes('10.0.0.5');
      const reason =
        'spec.clusterIPs: Invalid value: 10.0.0.5: failed to allocate IP: provided IP is already allocated';
      return isTaken ? new ApiError(422, 'Invalid', `Service "web" is invalid: ${reason}`) : undefined;
    });
    await taken.undone;
    assert.deepEqual(taken.reviewed.at(-1)?.spec, { ports: [{ port: 80 }] });
  });

  it('is not tried again where it is refused for another reason', async () => {
    const refused = restored(() => new ApiError(403, 'Forbidden', 'not for you'));
    await assert.rejects(refused.undone, /not for you/);
    assert.deepEqual(refused.reviewed, []);
  });
});
