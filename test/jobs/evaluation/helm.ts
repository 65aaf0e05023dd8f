import assert from 'node:assert/strict';
import type { Place } from '../job.ts';
import { CHART, type Task } from './task.ts';

async function releases(place: Place): Promise<{ name: string; status: string }[]> {
  return JSON.parse(await place.helm('list', '--output', 'json'));
}

export const installChart: Task = {
  name: 'install-helm-chart',
  atMost: { calls: 1, bytes: 2_000 },
  async prepare() {},
  async run(call, namespace) {
    await call('install_helm_chart', { name: 'my-redis', chart: './redis', namespace, values: '{"replicas":1}' });
  },
  async theirs(call, { namespace }) {
    await call('helm_install', { name: 'my-redis', chart: CHART, namespace, values: { replicas: 1 } });
  },
  async verify(place) {
    assert.deepEqual(
      (await releases(place)).map(({ name, status }) => `${name} ${status}`),
      ['my-redis deployed'],
    );
    assert.equal((await place.get('deployment', 'my-redis')).spec.replicas, 1);
  },
};

export const listReleases: Task<string> = {
  name: 'list-helm-releases',
  atMost: { calls: 1, bytes: 500 },
  async prepare(place) {
    await place.helm('install', 'test-nginx', CHART);
  },
  run: (call) => call('list_helm_releases', {}),
  theirs: (call) => call('helm_list', { all_namespaces: true }),
  async verify({ namespace }, found) {
    assert.ok(found.includes('test-nginx') && found.includes(namespace));
  },
};

export const uninstallRelease: Task = {
  name: 'uninstall-helm-release',
  atMost: { calls: 1, bytes: 600 },
  async prepare(place) {
    await place.helm('install', 'cleanup-test', CHART);
  },
  async run(call, namespace) {
    await call('uninstall_helm_release', { name: 'cleanup-test', namespace });
  },
  async theirs(call, { namespace }) {
    await call('helm_uninstall', { name: 'cleanup-test', namespace });
  },
  async verify(place) {
    assert.deepEqual(await releases(place), []);
    assert.deepEqual(await place.list('deployments'), []);
  },
};
