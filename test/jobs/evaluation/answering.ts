import assert from 'node:assert/strict';
import { deployment } from '../manifests.ts';
import { read, readTable } from '../reading.ts';
import { core, manifest, type Task } from './task.ts';

/** Its log is test/cluster/seeds/logs/calc-app-executor.log. */
const calculator = core('Pod', 'calc-app-pod', {
  spec: { containers: [{ name: 'calc-app-executor', image: 'python:3.14-slim', command: ['python', '/etc/calc.py'] }] },
});

export const debugLogs: Task<string> = {
  name: 'debug-app-logs',
  atMost: { calls: 1, bytes: 500 },
  async prepare(place) {
    await place.apply(manifest(calculator));
    await place.kubectl('wait', 'pod/calc-app-pod', '--for=condition=Ready', '--timeout=100s');
  },
  async run(call, namespace) {
    const text = await call('diagnose_resource', { kind: 'Pod', name: 'calc-app-pod', namespace });
    return read(text, /failed with error: (.*)$/m)[0] ?? '';
  },
  async theirs(call, { namespace }) {
    await call('pods_get', { namespace, name: 'calc-app-pod' });
    const [error] = read(await call('pods_log', { namespace, name: 'calc-app-pod' }), /failed with error: (.*)$/m);
    return error;
  },
  async verify(_, found) {
    assert.match(found, /division by zero/);
  },
};

export const filterEvents: Task<string> = {
  name: 'filter-events-by-type',
  atMost: { calls: 1, bytes: 500 },
  async prepare(place) {
    const bad = core('Pod', 'bad-pod', {
      metadata: { name: 'bad-pod', annotations: { 'demo.mcp-k8s/behaviour': 'image-pull-failure' } },
      spec: { containers: [{ name: 'bad', image: 'quay.io/this-image-does-not-exist:latest' }] },
    });
    const good = core('Pod', 'good-pod', { spec: { containers: [{ name: 'good', image: 'nginx:1.29' }] } });
    await place.apply(manifest(bad, good));
    await place.kubectl('wait', 'pod/good-pod', '--for=condition=Ready', '--timeout=100s');
    const waits = '--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff';
    await place.kubectl('wait', 'pod/bad-pod', waits, '--timeout=100s');
  },
  run: (call, namespace) => call('list_events', { kind: 'Pod', name: 'bad-pod', type: 'Warning', namespace }),
  theirs: (call, { namespace }) =>
    call('events_list', { namespace, fieldSelector: 'involvedObject.name=bad-pod,type=Warning' }),
  async verify(_, found) {
    assert.match(found, /Failed to pull image/);
    assert.doesNotMatch(found, /good-pod/);
  },
};

export const filterNamespaces: Task<string> = {
  name: 'filter-namespace-by-name',
  atMost: { calls: 1, bytes: 150 },
  async prepare() {},
  run: (call, namespace) =>
    call('list_resources', { kind: 'ns', fieldSelector: `metadata.name=${namespace}`, output: 'name' }),
  theirs: (call, { namespace }) => call('namespaces_list', { fieldSelector: `metadata.name=${namespace}` }),
  async verify({ namespace }, found) {
    assert.ok(found.includes(namespace));
    assert.doesNotMatch(found, /kube-system|shop/);
  },
};

/** The task excluded from the bound on bytes. */
export const IMAGES = 'list-images-for-pods';

export const listImages: Task<string[]> = {
  name: IMAGES,
  atMost: { calls: 1, bytes: 1_500 },
  async prepare(place) {
    await place.apply(deployment({ name: 'mysql', image: 'quay.io/fedora/mysql-80:latest' }));
    await place.untilRolledOut('mysql');
  },
  async run(call) {
    const groupBy = ['IMAGE:.spec.containers[*].image', 'INIT:.spec.initContainers[*].image'];
    const rows = readTable(await call('list_resources', { kind: 'Pod', groupBy, limit: 1_000 }));
    return rows.flatMap(({ IMAGE = '', INIT = '' }) => [IMAGE, INIT]).filter((image) => image !== '-');
  },
  // No pod table shows their images.
  async theirs(call, place) {
    await call('pods_list', {});
    const found: string[] = [];
    for (const { metadata } of await place.list('pods', '--all-namespaces')) {
      const { name, namespace } = metadata;
      const pod = await call('pods_get', { name, namespace });
      found.push(...[...pod.matchAll(/^\s+(?:- )?image: "?([^\s"]+)"?$/gm)].map(([, image = '']) => image));
    }
    return found;
  },
  async verify(place, found) {
    const pods = await place.list('pods', '--all-namespaces');
    const images = pods.flatMap(({ spec }) => spec.containers ?? []).map(({ image }) => image);
    assert.ok(images.includes('quay.io/fedora/mysql-80:latest'));
    for (const image of images) assert.ok(found.includes(image), image);
  },
};

export const nodesTop: Task<string> = {
  name: 'nodes-top',
  atMost: { calls: 1, bytes: 450 },
  async prepare() {},
  run: (call) => call('get_resource_usage', { kind: 'Node' }),
  theirs: (call) => call('nodes_top', {}),
  async verify(place, found) {
    for (const { metadata } of await place.list('nodes')) assert.ok(found.includes(metadata.name));
  },
};

/** A kubeconfig question answered in one call, as in the peer's published run. */
function aboutContexts(name: string, minified: boolean): Task<string> {
  return {
    name,
    atMost: { calls: 1, bytes: 400 },
    async prepare() {},
    run: (call) => call('list_contexts', {}),
    theirs: (call) => call('configuration_view', { minified }),
    async verify(place, found) {
      assert.ok(found.includes(await place.kubectl('config', 'current-context')));
    },
  };
}

export const listContexts = aboutContexts('list-contexts', false);
export const identifyContext = aboutContexts('identify-context-for-task', false);
export const viewConfig = aboutContexts('view-current-config', true);
