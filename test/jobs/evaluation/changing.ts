import assert from 'node:assert/strict';
import { parse } from 'yaml';
import type { Job } from '../job.ts';
import { deployment, documents, service } from '../manifests.ts';
import { read, readTable } from '../reading.ts';
import { resize } from '../storage.ts';
import { core, KINDS, send, type Task, within } from './task.ts';

const NGINX = 'quay.io/nginx/nginx-unprivileged';

export const trafficSwitch: Task = {
  name: 'deployment-traffic-switch',
  atMost: { calls: 3, bytes: 850 },
  async prepare(place) {
    const labels = (version: string) => ({ app: 'checkout-service', version });
    const version = (name: string, image: string) =>
      deployment({ name: `checkout-service-${name}`, image, replicas: 2, port: 80, labels: labels(name) });
    const blue = version('blue', `${NGINX}:1.25`);
    await place.apply(documents(blue, version('green', `${NGINX}:1.26`), service('checkout-service', labels('blue'))));
    await Promise.all(['blue', 'green'].map((name) => place.untilRolledOut(`checkout-service-${name}`)));
  },
  async run(call, namespace) {
    const columns = ['SELECTOR:.spec.selector', 'LABELS:.spec.template.metadata.labels'];
    const text = await call('list_resources', { kind: 'svc,deploy', namespace, columns });
    const [services = '', workloads = ''] = text.split('\n\n');
    const [live] = readTable(services);
    const green = readTable(workloads).find(({ NAME }) => NAME?.endsWith('green'));
    const selector = JSON.parse(green?.LABELS ?? '');
    const object = { kind: 'Service', name: live?.NAME, namespace };
    await call('update_resource', { ...object, patch: JSON.stringify({ spec: { selector } }) });
    read(await call('wait_for_resource', { ...object, for: 'ready' }), /^(Ready) .*2 endpoints/);
  },
  async theirs(call, place) {
    const { namespace } = place;
    await call('resources_list', { ...KINDS.service, namespace });
    await call('resources_list', { ...KINDS.deployment, namespace });
    const selector = { app: 'checkout-service', version: 'green' };
    await send(call, ...within(namespace, core('Service', 'checkout-service', { spec: { selector } })));
    await place.untilServed('checkout-service', await place.pods('-l', 'version=green'));
    await call('resources_list', { ...KINDS.slice, namespace });
  },
  verify: async (place) => place.untilServed('checkout-service', await place.pods('-l', 'version=green')),
};

const WEB = { kind: 'Deployment', name: 'web-app' };
const CONTAINERS = '.spec.template.spec.containers[*]';

export const rollingUpdate: Task = {
  name: 'rolling-update-deployment',
  atMost: { calls: 3, bytes: 750 },
  async prepare(place) {
    await place.apply(deployment({ name: 'web-app', image: `${NGINX}:1.24`, replicas: 3 }));
    await place.untilRolledOut('web-app');
  },
  async run(call, namespace) {
    const fields = [`${CONTAINERS}.name`, `${CONTAINERS}.image`, '.spec.strategy'];
    const text = await call('get_resource', { ...WEB, namespace, fields, output: 'json' });
    const { [`${CONTAINERS}.name`]: name, [`${CONTAINERS}.image`]: image } = JSON.parse(text);
    const container = { name, image: String(image).replace(/:.*/, ':1.25') };
    const patch = JSON.stringify({ spec: { template: { spec: { containers: [container] } } } });
    await call('update_resource', { ...WEB, namespace, patch });
    read(await call('wait_for_resource', { ...WEB, namespace, for: 'rollout' }), /^(Rolled out) /);
  },
  async theirs(call, place) {
    const { namespace } = place;
    const web = { ...KINDS.deployment, name: 'web-app', namespace };
    await call('resources_get', web);
    const containers = [{ name: 'web-app', image: `${NGINX}:1.25` }];
    await send(call, {
      ...KINDS.deployment,
      metadata: { name: 'web-app', namespace },
      spec: { template: { spec: { containers } } },
    });
    await place.untilRolledOut('web-app');
    await call('resources_get', web);
    await call('pods_list_in_namespace', { namespace });
  },
  async verify(place) {
    const pods = await place.pods('-l', 'app=web-app');
    assert.deepEqual(
      pods.map(({ spec }) => spec.containers?.[0]?.image),
      Array(3).fill(`${NGINX}:1.25`),
    );
  },
};

/** Multiplies the current number of replicas by a factor. */
function scaling(name: string, { workload, from, to }: { workload: string; from: number; to: number }): Task {
  const object = { kind: 'Deployment', name: workload };
  return {
    name,
    atMost: { calls: 3, bytes: 300 },
    async prepare(place) {
      await place.apply(deployment({ name: workload, image: NGINX, replicas: from }));
      await place.untilRolledOut(workload);
    },
    async run(call, namespace) {
      const text = await call('get_resource', { ...object, namespace, fields: ['.spec.replicas'] });
      const replicas = (Number(read(text, /replicas\D*(\d+)/)[0]) * to) / from;
      await call('scale_resource', { ...object, namespace, replicas });
      read(await call('wait_for_resource', { ...object, namespace, for: 'ready' }), /^(Ready) /);
    },
    async theirs(call, place) {
      const scaled = { ...KINDS.deployment, name: workload, namespace: place.namespace };
      await call('resources_scale', scaled);
      await call('resources_scale', { ...scaled, scale: to });
      await place.untilPods(workload, { ready: to });
      await call('resources_list', { ...KINDS.deployment, namespace: place.namespace });
    },
    async verify(place) {
      const { spec, status } = await place.get('deployment', workload);
      assert.deepEqual([spec.replicas, status.readyReplicas], [to, to]);
    },
  };
}

export const scaleUp = scaling('scale-deployment', { workload: 'web-app', from: 1, to: 2 });
export const scaleDown = scaling('scale-down-deployment', { workload: 'web-service', from: 2, to: 1 });

export const resizeClaim: Task = {
  ...(resize as Job),
  name: 'resize-pvc',
  atMost: { calls: 3, bytes: 600 },
  async prepare(place) {
    await resize.prepare(place);
    const volumes = [{ name: 'my-storage', persistentVolumeClaim: { claimName: 'data' } }];
    const containers = [
      { name: 'storage-user', image: NGINX, volumeMounts: [{ name: 'my-storage', mountPath: '/data' }] },
    ];
    await place.apply(JSON.stringify(core('Pod', 'storage-pod', { spec: { volumes, containers } })));
  },
  async run(call, namespace) {
    const fields = ['.spec.volumes[*].persistentVolumeClaim.claimName'];
    const text = await call('get_resource', { kind: 'Pod', name: 'storage-pod', namespace, fields });
    const data = { kind: 'PersistentVolumeClaim', name: read(text, /claimName: (\S+)/)[0], namespace };
    await call('update_resource', { ...data, patch: grown('10Gi') });
    read(await call('wait_for_resource', { ...data, for: 'ready' }), /^(Ready) .*10Gi/);
  },
  async theirs(call, place) {
    const { namespace } = place;
    await call('pods_get', { namespace, name: 'storage-pod' });
    await call('resources_get', { ...KINDS.claim, name: 'data', namespace });
    await send(call, { ...KINDS.claim, metadata: { name: 'data', namespace }, ...JSON.parse(grown('10Gi')) });
    await place.kubectl('wait', 'pvc/data', '--for=jsonpath={.status.capacity.storage}=10Gi', '--timeout=100s');
    await call('resources_get', { ...KINDS.claim, name: 'data', namespace });
  },
};

function grown(storage: string): string {
  return JSON.stringify({ spec: { resources: { requests: { storage } } } });
}

const PAYMENT = { kind: 'Deployment', name: 'payment-service' };
const LIMITS = { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '512Mi' } };
const RESTARTED = 'kubectl.kubernetes.io/restartedAt';

export const fieldPreservation: Task = {
  name: 'ssa-field-preservation',
  atMost: { calls: 2, bytes: 300 },
  // Either server owns the fields, so whichever changes the object may do so.
  async prepare(place) {
    const object = JSON.parse(
      deployment({ name: 'payment-service', image: `${NGINX}:latest`, replicas: 2, port: 8080 }),
    );
    object.spec.template.spec.containers[0].resources = LIMITS;
    for (const manager of ['mcp-k8s', 'kubernetes-mcp-server'])
      await place.apply(JSON.stringify(object), '--server-side', '--force-conflicts', `--field-manager=${manager}`);
    await place.untilRolledOut('payment-service');
  },
  async run(call, namespace) {
    await call('rollout_resource', { ...PAYMENT, namespace, action: 'restart' });
    read(await call('wait_for_resource', { ...PAYMENT, namespace, for: 'rollout' }), /^(Rolled out) /);
  },
  async theirs(call, place) {
    const { namespace } = place;
    const payment = { ...KINDS.deployment, name: 'payment-service', namespace };
    const { status: _, metadata, ...object } = parse(await call('resources_get', payment));
    object.spec.template.metadata.annotations = { [RESTARTED]: new Date().toISOString() };
    await send(call, { ...object, metadata: { name: metadata.name, namespace, labels: metadata.labels } });
    await place.untilRolledOut('payment-service');
    await call('pods_list_in_namespace', { namespace });
  },
  async verify(place) {
    const { spec } = JSON.parse(await place.kubectl('get', 'deployment', 'payment-service', '-o', 'json'));
    assert.ok(spec.template.metadata.annotations[RESTARTED]);
    assert.deepEqual(spec.template.spec.containers[0].resources, LIMITS);
    await place.untilPods('payment-service', { ready: 2 });
  },
};
