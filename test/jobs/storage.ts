import assert from 'node:assert/strict';
import type { Job, Place } from './job.ts';
import { documents } from './manifests.ts';
import { read } from './reading.ts';

const classOf = ({ namespace }: Place) => `${namespace}-disks`;
const volumeOf = ({ namespace }: Place) => `${namespace}-disk`;
const GROWN = '--for=jsonpath={.spec.resources.requests.storage}=10Gi';

/** "The disk of postgres is nearly full: double it." */
export const resize: Job = {
  name: 'resize a PVC',
  atMost: { calls: 3, bytes: 600 },
  async prepare(place) {
    const storage = { accessModes: ['ReadWriteOnce'], storageClassName: classOf(place) };
    const disks = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: classOf(place) },
      provisioner: 'disks.example.com',
      allowVolumeExpansion: true,
    };
    const volume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volumeOf(place) },
      spec: {
        ...storage,
        capacity: { storage: '5Gi' },
        claimRef: { namespace: place.namespace, name: 'data' },
        csi: { driver: 'disks.example.com', volumeHandle: 'disk-1' },
      },
    };
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { ...storage, resources: { requests: { storage: '5Gi' } } },
    };
    await place.apply(documents(...[disks, volume, claim].map((object) => JSON.stringify(object))));
    await place.kubectl('wait', 'pvc/data', '--for=jsonpath={.status.phase}=Bound', '--timeout=100s');
  },
  async run(call, namespace) {
    const data = { kind: 'PersistentVolumeClaim', name: 'data', namespace };
    const text = await call('get_resource', { ...data, fields: ['.spec.resources.requests.storage'] });
    const [size] = read(text, /(\d+)Gi/);
    const patch = JSON.stringify({ spec: { resources: { requests: { storage: `${2 * Number(size)}Gi` } } } });
    await call('update_resource', { ...data, patch });
    read(await call('wait_for_resource', { ...data, for: 'ready' }), /^(Ready) .*10Gi/);
  },
  // The cluster has no such driver, so the test stands in for it.
  async meanwhile(place) {
    await place.kubectl('wait', 'pvc/data', GROWN, '--timeout=100s');
    const capacity = JSON.stringify({ capacity: { storage: '10Gi' } });
    await place.kubectl('patch', 'pv', volumeOf(place), '-p', `{"spec":${capacity}}`);
    await place.kubectl('patch', 'pvc', 'data', '--subresource=status', '-p', `{"status":${capacity}}`);
  },
  async verify(place) {
    const { spec, status } = await place.get('pvc', 'data');
    assert.deepEqual([spec.resources?.requests.storage, status.capacity?.storage], ['10Gi', '10Gi']);
  },
  async cleanUp(place) {
    const volume = ['delete', 'pv', volumeOf(place), '--ignore-not-found', '--wait=false'];
    await place.kubectl(...volume);
    await place.kubectl('delete', 'storageclass', classOf(place), '--ignore-not-found');
  },
};
