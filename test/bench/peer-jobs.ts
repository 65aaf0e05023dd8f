import { parse } from 'yaml';
import { CANARY } from '../jobs/creating.ts';
import type { Call, Live, Place } from '../jobs/job.ts';
import { deployment, documents, service } from '../jobs/manifests.ts';
import { deployer, fromWeb } from '../jobs/permissions.ts';
import { read } from '../jobs/reading.ts';

type Row = Record<string, string>;

const WORKLOAD = { apiVersion: 'apps/v1', kind: 'Deployment' };
const CLAIM = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
const SERVICE = { apiVersion: 'v1', kind: 'Service' };
const SETTINGS = { apiVersion: 'v1', kind: 'ConfigMap' };
const NODE = { apiVersion: 'v1', kind: 'Node' };

/**
 * The jobs with the peer's tools, in the fewest possible calls. Where an agent would have to poll, kubectl waits here
 * and the agent looks once, in the peer's favour. Rolling back is left out: the peer can only rewrite the Deployment.
 */
export const peerJobs: Record<string, (call: Call, place: Place) => Promise<unknown>> = {
  async 'find the crashing pod and its cause'(call, { namespace }) {
    const pods = rows(await call('pods_list_in_namespace', { namespace }));
    const name = pods.find(({ STATUS }) => STATUS === 'CrashLoopBackOff')?.NAME ?? '';
    const [logLine] = read(await call('pods_log', { namespace, name, previous: true }), /(FATAL.*)/);
    const [exitCode] = read(await call('pods_get', { namespace, name }), /exitCode: (\d+)/);
    return { pod: name, exitCode: Number(exitCode), logLine };
  },

  async 'scale a Deployment'(call, place) {
    const { namespace } = place;
    const [replicas] = read(await call('resources_scale', { ...WORKLOAD, name: 'web', namespace }), /replicas: (\d+)/);
    await call('resources_scale', { ...WORKLOAD, name: 'web', namespace, scale: 2 * Number(replicas) });
    await place.untilRolledOut('web');
    await call('resources_list', { ...WORKLOAD, namespace });
  },

  async 'fix an image'(call, place) {
    const { namespace } = place;
    const pods = rows(await call('pods_list_in_namespace', { namespace }));
    const name = pods.find(({ STATUS }) => STATUS === 'ImagePullBackOff')?.NAME;
    const [container] = read(await call('pods_get', { namespace, name }), /containers:\n[\s\S]*?name: (\S+)/);
    const containers = [{ name: container, image: 'nginx:1.29' }];
    await apply(call, place, { ...WORKLOAD, metadata: { name: 'web' }, spec: { template: { spec: { containers } } } });
    await place.untilRolledOut('web');
    await call('resources_list', { ...WORKLOAD, namespace });
  },

  async 'create a Deployment with a Service'(call, place) {
    const { namespace } = place;
    const greeter = deployment({ name: 'greeter', replicas: 2, port: 80 });
    await apply(call, place, ...[greeter, service('greeter', { app: 'greeter' })].map((text) => JSON.parse(text)));
    await place.untilRolledOut('greeter');
    await call('resources_list', { ...WORKLOAD, namespace });
    await call('resources_list', { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace });
  },

  // No call verifies it.
  async 'RBAC for a service account'(call, { namespace }) {
    await call('resources_create_or_update', { resource: documents(...deployer(namespace)) });
  },

  async NetworkPolicy(call, { namespace }) {
    const workloads = rows(await call('resources_list', { ...WORKLOAD, namespace }));
    const labelsOf = (name: string) => {
      const { SELECTOR = '' } = workloads.find(({ NAME }) => NAME === name) ?? {};
      return Object.fromEntries(SELECTOR.split(',').map((label) => label.split('=')));
    };
    const db = { ...WORKLOAD, name: 'postgres', namespace };
    const [port] = read(await call('resources_get', db), /containerPort: (\d+)/);
    const labels = { db: labelsOf('postgres'), web: labelsOf('web') };
    await call('resources_create_or_update', { resource: fromWeb(namespace, { ...labels, port: Number(port) }) });
  },

  async 'shift traffic to a canary'(call, place) {
    const { namespace } = place;
    const [{ SELECTOR = '' } = {}] = rows(await call('resources_list', { ...SERVICE, namespace }));
    const [{ READY = '' } = {}] = rows(await call('resources_list', { ...WORKLOAD, namespace }));
    const labels = { app: SELECTOR.replace('app=', ''), track: 'canary' };
    const all = Number(READY.split('/')[1]);
    await apply(call, place, JSON.parse(deployment({ ...CANARY, labels, replicas: all / 4 })));
    await place.untilRolledOut(CANARY.name);
    await call('resources_list', { ...WORKLOAD, namespace });
    await call('resources_scale', { ...WORKLOAD, name: 'web', namespace, scale: all - all / 4 });
    await place.untilPods('web', { ready: all });
    await call('resources_list', { ...WORKLOAD, namespace });
  },

  async 'resize a PVC'(call, place) {
    const { namespace } = place;
    const [{ CAPACITY = '' } = {}] = rows(await call('resources_list', { ...CLAIM, namespace }));
    const resources = { requests: { storage: `${2 * Number.parseInt(CAPACITY, 10)}Gi` } };
    await apply(call, place, { ...CLAIM, metadata: { name: 'data' }, spec: { resources } });
    await place.kubectl('wait', 'pvc/data', '--for=jsonpath={.status.capacity.storage}=10Gi', '--timeout=20s');
    await call('resources_list', { ...CLAIM, namespace });
  },

  // Its node table has no conditions.
  async 'which nodes are under pressure'(call) {
    const found = [];
    for (const { NAME: name } of rows(await call('resources_list', NODE))) {
      const { status } = parse(await call('resources_get', { ...NODE, name })) as Live;
      for (const { type, status: state, message } of status.conditions ?? [])
        if (type.endsWith('Pressure') && state === 'True') found.push({ node: name, pressure: type, message });
    }
    return found;
  },

  async 'compare two namespaces'(call, place) {
    const inventory = async (namespace: string) => {
      const workloads = rows(await call('resources_list', { ...WORKLOAD, namespace }));
      await call('resources_list', { ...SETTINGS, namespace });
      const settings = await call('resources_get', { ...SETTINGS, name: 'settings', namespace });
      return new Map([
        ...workloads.map(
          ({ NAME, IMAGES, READY }) => [`Deployment/${NAME}`, `${IMAGES} ${READY?.split('/')[1]}`] as const,
        ),
        ['ConfigMap/settings', JSON.stringify((parse(settings) as Live).data)],
      ]);
    };
    const here = await inventory(place.namespace);
    const there = await inventory(`${place.namespace}-other`);
    const names = new Set([...here.keys(), ...there.keys()]);
    return [...names].filter((name) => here.get(name) !== there.get(name)).sort();
  },

  async 'clean up'(call, place) {
    const { namespace } = place;
    for (const kind of [WORKLOAD, SERVICE, SETTINGS]) {
      const found = rows(await call('resources_list', { ...kind, namespace, labelSelector: 'trial=search' }));
      for (const { NAME: name } of found) await call('resources_delete', { ...kind, name, namespace });
    }
    await place.kubectl('wait', 'pods', '-l', 'trial=search', '--for=delete', '--timeout=20s');
    await call('pods_list_in_namespace', { namespace });
  },
};

function apply(call: Call, { namespace }: Place, ...objects: { metadata: object; spec?: object }[]): Promise<string> {
  const placed = objects.map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }));
  return call('resources_create_or_update', { resource: documents(...placed.map((one) => JSON.stringify(one))) });
}

/** The rows of an aligned table, keyed by column name; none for an empty list. */
function rows(table: string): Row[] {
  const [header = '', ...lines] = table.trim().split('\n');
  const columns = [...header.matchAll(/\S+(?: \S+)*/g)].map(({ 0: name, index }) => ({ name, index }));
  return lines.map((line) =>
    Object.fromEntries(columns.map(({ name, index }, i) => [name, line.slice(index, columns[i + 1]?.index).trim()])),
  );
}
