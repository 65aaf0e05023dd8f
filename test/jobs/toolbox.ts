import assert from 'node:assert/strict';
import type { Job } from './job.ts';
import { configMap, deployment, documents, service } from './manifests.ts';
import { read } from './reading.ts';

const SHOP = { 'part-of': 'shop' };

/** "What belongs to the app?", of whatever kind it is. */
export const findParts: Job<string[]> = {
  name: 'what makes up an application',
  atMost: { calls: 1, bytes: 600 },
  async prepare(place) {
    const account = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'shop', labels: SHOP },
    });
    const other = deployment({ name: 'other' });
    await place.apply(
      documents(
        deployment({ name: 'web', labels: SHOP, replicas: 0 }),
        configMap('settings', { a: 'b' }, SHOP),
        account,
        other,
      ),
    );
  },
  async run(call, namespace) {
    const text = await call('list_resources', { kind: 'all', namespace, labelSelector: 'part-of=shop' });
    const kinds = ['configmaps', 'serviceaccounts', 'deployments.apps'];
    return kinds.map((kind) => `${kind} ${read(text, new RegExp(`^${kind} \\(1\\): (\\S+)$`, 'm'))[0]}`);
  },
  async verify(_, found) {
    assert.deepEqual(found, ['configmaps settings', 'serviceaccounts shop', 'deployments.apps web']);
  },
};

/** "Who changed the settings, and what?" */
export const findWhoChanged: Job<string[]> = {
  name: 'who changed a ConfigMap',
  atMost: { calls: 1, bytes: 400 },
  async prepare(place) {
    await place.apply(configMap('settings', { mode: 'careful' }));
    await place.kubectl(
      'patch',
      'configmap',
      'settings',
      '--field-manager=night-shift',
      '--patch={"data":{"mode":"fast"}}',
    );
  },
  async run(call, namespace) {
    const text = await call('list_changes', { kind: 'cm', name: 'settings', namespace });
    return read(text, /\tConfigMap\/settings\t(night-shift)\t.*(data\.mode)/);
  },
  async verify(_, found) {
    assert.deepEqual(found, ['night-shift', 'data.mode']);
  },
};

/** "What would this file change if I applied it?" */
export const foretell: Job<string[]> = {
  name: 'what a manifest would change',
  atMost: { calls: 1, bytes: 500 },
  async prepare(place) {
    await place.apply(documents(deployment({ name: 'web', replicas: 0 }), service('web', { app: 'web' })));
  },
  async run(call, namespace) {
    const manifest = documents(
      deployment({ name: 'web', replicas: 0, image: 'nginx:1.30' }),
      service('web', { app: 'web' }),
    );
    const text = await call('compare_resources', { manifest, namespace });
    return read(text, /^differs: (\S+) .*\n.*image: (\S+) -> (\S+)\nsame: (\S+)/m);
  },
  async verify(place, found) {
    const { spec } = await place.get('deployment', 'web');
    const image = spec.template?.spec.containers[0]?.image;
    assert.deepEqual(found, ['deployments.apps', image, 'nginx:1.30', 'services']);
  },
};

/** "Who can read the Secrets here?" */
export const findReaders: Job<string> = {
  name: 'who may read Secrets',
  atMost: { calls: 1, bytes: 1_500 },
  async prepare(place) {
    await place.kubectl('create', 'role', 'reader', '--verb=get,list', '--resource=secrets');
    await place.kubectl('create', 'rolebinding', 'readers', '--role=reader', '--user=mallory');
  },
  async run(call, namespace) {
    const text = await call('check_access', { verb: 'list', kind: 'secrets', namespace, subject: '*' });
    return read(text, /^User (mallory)\tRoleBinding \S+\/readers of Role reader$/m)[0] ?? '';
  },
  async verify(_, found) {
    assert.equal(found, 'mallory');
  },
};
