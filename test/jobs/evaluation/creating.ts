import assert from 'node:assert/strict';
import type { Call, Place } from '../job.ts';
import { deployment, service } from '../manifests.ts';
import { read, readTable } from '../reading.ts';
import { core, KINDS, type Manifest, manifest, send, type Task, within } from './task.ts';

const NGINX = 'quay.io/nginx/nginx-unprivileged';

/** Creates objects, and waits until the pod among them is ready. */
async function createPod(call: Call, namespace: string, name: string, ...objects: Manifest[]): Promise<void> {
  await call('create_resource', { manifest: manifest(...objects), namespace });
  read(await call('wait_for_resource', { kind: 'Pod', name, namespace, for: 'ready' }), /^(Ready) /);
}

/** Looks at a pod with the peer once it is ready. */
async function lookAtPod(call: Call, place: Place, name: string): Promise<void> {
  await place.kubectl('wait', 'pod', name, '--for=condition=Ready', '--timeout=100s');
  await call('pods_get', { namespace: place.namespace, name });
}

const webServer = core('Pod', 'web-server', { spec: { containers: [{ name: 'nginx', image: `${NGINX}:latest` }] } });

export const createNginxPod: Task = {
  name: 'create-nginx-pod',
  atMost: { calls: 2, bytes: 200 },
  async prepare() {},
  run: (call, namespace) => createPod(call, namespace, 'web-server', webServer),
  async theirs(call, place) {
    await send(call, ...within(place.namespace, webServer));
    await lookAtPod(call, place, 'web-server');
  },
  async verify(place) {
    const { spec, status } = await place.get('pod', 'web-server');
    assert.equal(spec.containers?.[0]?.image, `${NGINX}:latest`);
    assert.ok(status.containerStatuses?.[0]?.ready);
  },
};

const settings = [
  core('ConfigMap', 'color-settings', { data: { color: 'blue' } }),
  core('ConfigMap', 'size-settings', { data: { size: 'medium' } }),
];
const pod1 = core('Pod', 'pod1', {
  spec: {
    containers: [
      {
        name: 'nginx',
        image: `${NGINX}:alpine`,
        env: [{ name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'color-settings', key: 'color' } } }],
        volumeMounts: [{ name: 'sizes', mountPath: '/etc/sizes' }],
      },
    ],
    volumes: [{ name: 'sizes', configMap: { name: 'size-settings' } }],
  },
});
const own = (namespace: string) => `${namespace}-own`;

async function removeOwn(place: Place): Promise<void> {
  await place.kubectl('delete', 'namespace', own(place.namespace), '--ignore-not-found', '--wait=false');
}

export const mountConfigMaps: Task = {
  name: 'create-pod-mount-configmaps',
  atMost: { calls: 2, bytes: 400 },
  async prepare() {},
  run: (call, namespace) =>
    createPod(call, own(namespace), 'pod1', core('Namespace', own(namespace)), ...settings, pod1),
  // A new namespace refuses pods until its service account exists.
  async theirs(call, place) {
    const other = place.at(own(place.namespace));
    await send(call, core('Namespace', other.namespace), ...within(other.namespace, ...settings));
    await other.kubectl('wait', 'serviceaccount/default', '--for=create', '--timeout=100s');
    await send(call, ...within(other.namespace, pod1));
    await lookAtPod(call, other, 'pod1');
  },
  async verify(place) {
    const other = place.at(own(place.namespace));
    assert.deepEqual((await other.get('configmap', 'color-settings')).data, { color: 'blue' });
    assert.deepEqual((await other.get('configmap', 'size-settings')).data, { size: 'medium' });
    assert.ok((await other.get('pod', 'pod1')).status.containerStatuses?.[0]?.ready);
  },
  cleanUp: removeOwn,
};

const limited = core('Pod', 'resource-limits-pod', {
  spec: {
    containers: [
      {
        name: 'my-container',
        image: 'quay.io/fedora/httpd-24:latest',
        resources: { requests: { cpu: '60m', memory: '62Mi' }, limits: { cpu: '600m', memory: '62Mi' } },
      },
    ],
  },
});

export const limitResources: Task = {
  name: 'create-pod-resources-limits',
  atMost: { calls: 2, bytes: 300 },
  async prepare() {},
  run: (call, namespace) =>
    createPod(call, own(namespace), 'resource-limits-pod', core('Namespace', own(namespace)), limited),
  async theirs(call, place) {
    const other = place.at(own(place.namespace));
    await send(call, core('Namespace', other.namespace));
    await other.kubectl('wait', 'serviceaccount/default', '--for=create', '--timeout=100s');
    await send(call, ...within(other.namespace, limited));
    await lookAtPod(call, other, 'resource-limits-pod');
  },
  async verify(place) {
    const path = 'jsonpath={.spec.containers[0].resources.requests.cpu} {.spec.containers[0].resources.limits}';
    const found = await place.at(own(place.namespace)).kubectl('get', 'pod', 'resource-limits-pod', '-o', path);
    assert.equal(found, '60m {"cpu":"600m","memory":"62Mi"}');
  },
  cleanUp: removeOwn,
};

const communication = core('Pod', 'communication-pod', {
  spec: {
    containers: [
      {
        name: 'web-server',
        image: NGINX,
        readinessProbe: { httpGet: { path: '/', port: 8080 } },
        volumeMounts: [{ name: 'logs-volume', mountPath: '/var/log/nginx' }],
      },
      {
        name: 'logger',
        image: 'quay.io/prometheus/busybox',
        command: ['tail', '-f', '/var/log/nginx/access.log'],
        volumeMounts: [{ name: 'logs-volume', mountPath: '/var/log/nginx' }],
      },
    ],
    volumes: [{ name: 'logs-volume', emptyDir: {} }],
  },
});

export const multiContainer: Task = {
  name: 'multi-container-pod-communication',
  atMost: { calls: 2, bytes: 220 },
  async prepare() {},
  run: (call, namespace) => createPod(call, namespace, 'communication-pod', communication),
  async theirs(call, place) {
    await send(call, ...within(place.namespace, communication));
    await lookAtPod(call, place, 'communication-pod');
  },
  async verify(place) {
    const { spec, status } = await place.get('pod', 'communication-pod');
    assert.deepEqual(
      spec.containers?.map(({ name }) => name),
      ['web-server', 'logger'],
    );
    assert.ok(status.containerStatuses?.every(({ ready }) => ready));
  },
};

const egress = (namespace: string): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'np' },
  spec: {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [
      { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': own(namespace) } } }] },
      { ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 })) },
    ],
  },
});

export const networkPolicy: Task = {
  name: 'create-network-policy',
  atMost: { calls: 1, bytes: 120 },
  async prepare(place) {
    await place.kubectl('create', 'namespace', own(place.namespace));
  },
  async run(call, namespace) {
    await call('create_resource', { manifest: manifest(egress(namespace)), namespace });
  },
  async theirs(call, { namespace }) {
    await send(call, ...within(namespace, egress(namespace)));
  },
  async verify(place) {
    const { spec } = JSON.parse(await place.kubectl('get', 'networkpolicy', 'np', '-o', 'json'));
    assert.deepEqual(spec, egress(place.namespace).spec);
  },
  cleanUp: removeOwn,
};

const autoscaler: Manifest = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web-app' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-app' },
    minReplicas: 1,
    maxReplicas: 3,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
  },
};

export const autoscale: Task = {
  name: 'horizontal-pod-autoscaler',
  atMost: { calls: 1, bytes: 120 },
  async prepare(place) {
    await place.apply(deployment({ name: 'web-app' }));
  },
  async run(call, namespace) {
    await call('create_resource', { manifest: manifest(autoscaler), namespace });
  },
  async theirs(call, { namespace }) {
    await send(call, ...within(namespace, autoscaler));
  },
  async verify(place) {
    const path = 'jsonpath={.spec.scaleTargetRef.name} {.spec.minReplicas} {.spec.maxReplicas}';
    assert.equal(await place.kubectl('get', 'hpa', 'web-app', '-o', path), 'web-app 1 3');
  },
};

const database = (namespace: string): Manifest => ({
  ...KINDS.statefulSet,
  metadata: { name: 'db', namespace },
  spec: {
    serviceName: 'db',
    replicas: 3,
    selector: { matchLabels: { app: 'db' } },
    template: {
      metadata: { labels: { app: 'db' } },
      spec: {
        initContainers: [
          {
            name: 'fill',
            image: 'busybox:1.37',
            command: ['sh', '-c', 'echo initial_data >/data/test'],
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          },
        ],
        containers: [{ name: 'db', image: 'busybox:1.37', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      },
    },
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
  },
});
const headless = core('Service', 'db', { spec: { clusterIP: 'None', selector: { app: 'db' } } });
const disks = ({ namespace }: Place) => [0, 1, 2].map((disk) => `${namespace}-disk-${disk}`);

export const statefulSet: Task = {
  name: 'statefulset-lifecycle',
  atMost: { calls: 4, bytes: 500 },
  // No provisioner runs here.
  async prepare(place) {
    const volumes = disks(place).map((name, disk) =>
      core('PersistentVolume', name, {
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          claimRef: { namespace: place.namespace, name: `data-db-${disk}` },
          hostPath: { path: `/disks/${disk}` },
        },
      }),
    );
    await place.apply(manifest(...volumes));
  },
  async run(call, namespace) {
    const db = { kind: 'StatefulSet', name: 'db', namespace };
    const ready = async () => read(await call('wait_for_resource', { ...db, for: 'ready' }), /^(Ready) /);
    await call('create_resource', { manifest: manifest(headless, database(namespace)), namespace });
    await ready();
    await call('scale_resource', { ...db, replicas: 1 });
    await ready();
  },
  async theirs(call, place) {
    const { namespace } = place;
    await send(call, ...within(namespace, headless), database(namespace));
    await place.untilPods('db', { ready: 3 });
    await call('pods_list_in_namespace', { namespace });
    await call('resources_scale', { ...KINDS.statefulSet, name: 'db', namespace, scale: 1 });
    await place.untilPods('db', { ready: 1 });
    await call('pods_list_in_namespace', { namespace });
  },
  async verify(place) {
    await place.untilPods('db', { ready: 1 });
    assert.deepEqual((await place.list('pvc')).map(({ metadata }) => metadata.name).sort(), [
      'data-db-0',
      'data-db-1',
      'data-db-2',
    ]);
  },
  async cleanUp(place) {
    await place.kubectl('delete', 'pv', ...disks(place), '--ignore-not-found', '--wait=false');
  },
};

const CANARY = { name: 'engine-v2-1', image: `${NGINX}:1.29` };

export const canaryDeployment: Task = {
  name: 'create-canary-deployment',
  atMost: { calls: 5, bytes: 1_250 },
  async prepare(place) {
    const labels = { app: 'recommendation-engine', version: 'v2.0' };
    const stable = deployment({ name: 'engine-v2-0', image: `${NGINX}:1.28`, replicas: 2, port: 80, labels });
    await place.apply(`${stable}\n---\n${service('recommendation-engine', labels)}`);
    await place.untilRolledOut('engine-v2-0');
  },
  async run(call, namespace) {
    const spec = '.spec.template.spec';
    const columns = ['SELECTOR:.spec.selector', `CONTAINERS:${spec}.containers`, `SECURITY:${spec}.securityContext`];
    const text = await call('list_resources', { kind: 'deploy,svc', namespace, columns });
    const [stable, engine] = text.split('\n\n').map((section) => readTable(section)[0] ?? {});
    const { version: _, ...shared } = JSON.parse(engine?.SELECTOR ?? '') as Record<string, string>;
    const [container] = JSON.parse(stable?.CONTAINERS ?? '');
    const labels = { ...shared, version: 'v2.1' };
    const canary = canaryOf(labels, { ...container, image: CANARY.image });
    await call('create_resource', { manifest: manifest(canary), namespace });
    const patch = JSON.stringify({ spec: { selector: { version: null } } });
    await call('update_resource', { kind: 'Service', name: engine?.NAME, namespace, patch });
    const wait = { namespace, for: 'ready' };
    read(await call('wait_for_resource', { ...wait, kind: 'Deployment', name: CANARY.name }), /^(Ready) /);
    read(await call('wait_for_resource', { ...wait, kind: 'Service', name: engine?.NAME }), /^(Ready) .* endpoints/);
  },
  async theirs(call, place) {
    const { namespace } = place;
    await call('resources_get', { ...KINDS.deployment, name: 'engine-v2-0', namespace });
    await call('resources_get', { ...KINDS.service, name: 'recommendation-engine', namespace });
    const labels = { app: 'recommendation-engine', version: 'v2.1' };
    const container = { name: 'rec-engine', image: CANARY.image, ports: [{ containerPort: 80 }] };
    await send(call, ...within(namespace, canaryOf(labels, container)));
    const selector = { app: 'recommendation-engine' };
    await send(call, ...within(namespace, core('Service', 'recommendation-engine', { spec: { selector } })));
    await place.untilRolledOut(CANARY.name);
    await call('resources_list', { ...KINDS.deployment, namespace });
    await call('resources_list', { ...KINDS.slice, namespace });
  },
  async verify(place) {
    const { spec } = await place.get('service', 'recommendation-engine');
    assert.deepEqual(spec.selector, { app: 'recommendation-engine' });
    const pods = await place.pods('-l', 'app=recommendation-engine');
    assert.equal(pods.length, 4);
    await place.untilServed('recommendation-engine', pods);
  },
};

function canaryOf(labels: Record<string, string>, container: object): Manifest {
  return {
    ...KINDS.deployment,
    metadata: { name: CANARY.name, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}
