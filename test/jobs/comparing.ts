import assert from 'node:assert/strict';
import type { Call, Job, Place } from './job.ts';
import { configMap, deployment, documents } from './manifests.ts';
import { readTable } from './reading.ts';

/** The relevant part of each object, by kind and name. */
type Inventory = Record<string, string>;

const otherNamespace = (namespace: string) => `${namespace}-other`;
// Identical in every namespace.
const NOT_THE_CA = 'metadata.name!=kube-root-ca.crt';

/** "What differs between these two namespaces?", in Deployments and ConfigMaps. */
export const compareNamespaces: Job<string[]> = {
  name: 'compare two namespaces',
  atMost: { calls: 2, bytes: 500 },
  async prepare(place) {
    const settings = (mode: string) => configMap('settings', { mode });
    const same = deployment({ name: 'cart', replicas: 2 });
    const other = place.at(otherNamespace(place.namespace));
    await place.kubectl('create', 'namespace', other.namespace);
    await place.apply(documents(same, deployment({ name: 'web', image: 'nginx:1.28' }), settings('careful')));
    await other.apply(documents(same, deployment({ name: 'web' }), deployment({ name: 'trial' }), settings('fast')));
  },
  async run(call, namespace) {
    const here = await readInventory(call, namespace);
    return differences(here, await readInventory(call, otherNamespace(namespace)));
  },
  async verify(place, found) {
    const here = await liveInventory(place);
    const expected = differences(here, await liveInventory(place.at(otherNamespace(place.namespace))));
    assert.deepEqual(expected, ['ConfigMap/settings', 'Deployment/trial', 'Deployment/web']);
    assert.deepEqual(found, expected);
  },
  async cleanUp(place) {
    await place.kubectl('delete', 'namespace', otherNamespace(place.namespace), '--ignore-not-found', '--wait=false');
  },
};

async function readInventory(call: Call, namespace: string): Promise<Inventory> {
  const columns = ['IMAGE:.spec.template.spec.containers[*].image', 'REPLICAS:.spec.replicas', 'DATA:.data'];
  const kind = 'Deployment,ConfigMap';
  const text = await call('list_resources', { kind, namespace, columns, fieldSelector: NOT_THE_CA });
  const [workloads = '', settings = ''] = text.split('\n\n');
  return Object.fromEntries([
    ...readTable(workloads).map(({ NAME, IMAGE, REPLICAS }) => [`Deployment/${NAME}`, `${IMAGE} ${REPLICAS}`]),
    ...readTable(settings).map(({ NAME, DATA }) => [`ConfigMap/${NAME}`, DATA]),
  ]);
}

async function liveInventory(place: Place): Promise<Inventory> {
  const workloads = await place.list('deployments');
  const settings = await place.list('configmaps', '--field-selector', NOT_THE_CA);
  return Object.fromEntries([
    ...workloads.map(({ metadata, spec }) => [
      `Deployment/${metadata.name}`,
      `${spec.template?.spec.containers[0]?.image} ${spec.replicas}`,
    ]),
    ...settings.map(({ metadata, data }) => [`ConfigMap/${metadata.name}`, JSON.stringify(data)]),
  ]);
}

function differences(one: Inventory, other: Inventory): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => one[name] !== other[name]).sort();
}
