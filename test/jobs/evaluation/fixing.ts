import assert from 'node:assert/strict';
import type { Call, Place } from '../job.ts';
import { playFailure } from '../kubelet.ts';
import { deployment, documents, service } from '../manifests.ts';
import { read } from '../reading.ts';
import { core, KINDS, manifest, send, type Task, within } from './task.ts';

const NGINX = 'quay.io/nginx/nginx-unprivileged';
const APP = { kind: 'Deployment', name: 'app' };

async function patch(call: Call, object: { kind: string; name: string }, namespace: string, change: object) {
  await call('update_resource', { ...object, namespace, patch: JSON.stringify(change) });
}

async function rolledOut(call: Call, object: { kind: string; name: string }, namespace: string): Promise<void> {
  read(await call('wait_for_resource', { ...object, namespace, for: 'rollout' }), /^(Rolled out) /);
}

const template = (container: object) => ({ spec: { template: { spec: { containers: [container] } } } });

export const fixCrashLoop: Task = {
  name: 'fix-crashloop',
  atMost: { calls: 4, bytes: 1_300 },
  async prepare(place) {
    const object = JSON.parse(deployment({ name: 'app', image: NGINX }));
    Object.assign(object.spec.template.spec.containers[0], {
      command: ['/bin/sh', '-c'],
      args: ['nonexistent_command'],
    });
    await place.apply(JSON.stringify(object));
    await place.untilRolledOut('app');
    await playFailure(place, 'app', () => ({
      restartCount: 4,
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 1m20s restarting failed container' } },
      lastState: { terminated: { exitCode: 127, reason: 'Error' } },
      event: { reason: 'BackOff', message: 'Back-off restarting failed container app' },
    }));
  },
  async run(call, namespace) {
    const text = await call('diagnose_resource', { ...APP, namespace });
    const [name] = read(text, /^Cause: .*container (\S+) crashes with exit code 127/m);
    const fields = ['.spec.template.spec.containers[*].command', '.spec.template.spec.containers[*].args'];
    read(await call('get_resource', { ...APP, namespace, fields }), /(nonexistent_command)/);
    await patch(call, APP, namespace, template({ name, command: null, args: null }));
    await rolledOut(call, APP, namespace);
  },
  // The peer cannot remove a command owned by another manager, only set it.
  async theirs(call, place) {
    const { namespace } = place;
    await call('resources_get', { ...KINDS.deployment, name: 'app', namespace });
    await call('pods_list_in_namespace', { namespace });
    const container = { name: 'app', command: ['nginx'], args: ['-g', 'daemon off;'] };
    await send(call, { ...KINDS.deployment, metadata: { name: 'app', namespace }, ...template(container) });
    await place.untilRolledOut('app');
    await call('pods_list_in_namespace', { namespace });
  },
  async verify(place) {
    const { spec } = await place.get('deployment', 'app');
    assert.doesNotMatch(JSON.stringify(spec), /nonexistent/);
    await place.untilPods('app', { ready: 1 });
  },
};

export const fixImagePull: Task = {
  name: 'fix-image-pull',
  atMost: { calls: 3, bytes: 1_000 },
  async prepare(place) {
    await place.apply(deployment({ name: 'app', image: `${NGINX}:invalid-tag` }));
    await place.untilRolledOut('app');
    await playFailure(place, 'app', (image) => ({
      phase: 'Pending',
      state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": not found` } },
      event: { reason: 'Failed', message: `Failed to pull image "${image}": not found` },
    }));
  },
  async run(call, namespace) {
    const text = await call('diagnose_resource', { ...APP, namespace });
    const [image = '', name] = read(text, /^Cause: .*image "(\S+)" of container (\S+) cannot be pulled/m);
    await patch(call, APP, namespace, template({ name, image: image.replace(/:.*/, ':latest') }));
    await rolledOut(call, APP, namespace);
  },
  async theirs(call, place) {
    const { namespace } = place;
    await call('resources_get', { ...KINDS.deployment, name: 'app', namespace });
    await call('pods_list_in_namespace', { namespace });
    await call('events_list', { namespace });
    const container = { name: 'app', image: `${NGINX}:latest` };
    await send(call, { ...KINDS.deployment, metadata: { name: 'app', namespace }, ...template(container) });
    await place.untilRolledOut('app');
    await call('pods_list_in_namespace', { namespace });
  },
  async verify(place) {
    const { spec } = await place.get('deployment', 'app');
    assert.equal(spec.template?.spec.containers[0]?.image, `${NGINX}:latest`);
    await place.untilPods('app', { ready: 1 });
  },
};

const PROBES = { livenessProbe: '/get_status', readinessProbe: '/is_ready' };
const probes = (paths: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(paths).map(([probe, path]) => [probe, { httpGet: { path, port: 80 }, periodSeconds: 5 }]),
  );

export const fixProbes: Task = {
  name: 'fix-probes',
  atMost: { calls: 4, bytes: 1_200 },
  async prepare(place) {
    const object = JSON.parse(deployment({ name: 'webapp', image: `${NGINX}:latest`, port: 80 }));
    Object.assign(object.spec.template.spec.containers[0], probes(PROBES));
    await place.apply(documents(JSON.stringify(object), service('webapp', { app: 'webapp' })));
    await place.untilRolledOut('webapp');
    await playFailure(place, 'webapp', () => ({
      state: { running: { startedAt: new Date().toISOString() } },
      event: { reason: 'Unhealthy', message: 'Readiness probe failed: HTTP probe failed with statuscode: 404' },
    }));
  },
  async run(call, namespace) {
    const text = await call('diagnose_resource', { kind: 'Namespace', name: namespace });
    const [name] = read(text, /container (\S+) runs .*its readiness probe .*fails.*404/);
    const webapp = { kind: 'Deployment', name: 'webapp' };
    const containers = '.spec.template.spec.containers[*]';
    const fields = Object.keys(PROBES).map((probe) => `${containers}.${probe}.httpGet.path`);
    read(await call('get_resource', { ...webapp, namespace, fields }), /(get_status)[\s\S]*is_ready/);
    const path = { httpGet: { path: '/' } };
    await patch(call, webapp, namespace, template({ name, livenessProbe: path, readinessProbe: path }));
    await rolledOut(call, webapp, namespace);
  },
  async theirs(call, place) {
    const { namespace } = place;
    await call('pods_list_in_namespace', { namespace });
    await call('events_list', { namespace });
    await call('resources_get', { ...KINDS.deployment, name: 'webapp', namespace });
    const container = { name: 'webapp', ...probes({ livenessProbe: '/', readinessProbe: '/' }) };
    await send(call, { ...KINDS.deployment, metadata: { name: 'webapp', namespace }, ...template(container) });
    await place.untilRolledOut('webapp');
    await call('pods_list_in_namespace', { namespace });
  },
  async verify(place) {
    const paths =
      '{.spec.template.spec.containers[0].livenessProbe.httpGet.path}{.spec.template.spec.containers[0].readinessProbe.httpGet.path}';
    assert.equal(await place.kubectl('get', 'deployment', 'webapp', '-o', `jsonpath=${paths}`), '//');
    await place.untilPods('webapp', { ready: 1 });
  },
};

const className = ({ namespace }: Pick<Place, 'namespace'>) => `${namespace}-sc`;
const diskName = ({ namespace }: Pick<Place, 'namespace'>) => `${namespace}-disk`;

/** A storage class of that name and, as no provisioner runs here, a volume of it. */
const storage = (place: Pick<Place, 'namespace'>) => [
  { ...KINDS.storageClass, metadata: { name: className(place) }, provisioner: 'kubernetes.io/no-provisioner' },
  core('PersistentVolume', diskName(place), {
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: className(place),
      hostPath: { path: '/disks/homepage' },
    },
  }),
];

export const fixPendingPod: Task = {
  name: 'fix-pending-pod',
  atMost: { calls: 3, bytes: 1_000 },
  async prepare(place) {
    const claim = core('PersistentVolumeClaim', 'homepage-pvc', {
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: className(place),
        resources: { requests: { storage: '1Gi' } },
      },
    });
    const pod = core('Pod', 'homepage-pod', {
      spec: {
        containers: [
          {
            name: 'nginx',
            image: `${NGINX}:latest`,
            volumeMounts: [{ name: 'my-persistent-storage', mountPath: '/usr/share/nginx/html' }],
          },
        ],
        volumes: [{ name: 'my-persistent-storage', persistentVolumeClaim: { claimName: 'homepage-pvc' } }],
      },
    });
    await place.apply(manifest(claim, pod));
    await place.kubectl('wait', 'pod/homepage-pod', '--for=condition=PodScheduled=False', '--timeout=100s');
  },
  async run(call, namespace) {
    const pod = { kind: 'Pod', name: 'homepage-pod', namespace };
    const text = await call('diagnose_resource', pod);
    const [missing] = read(text, /storage class "(\S+)" does not exist/);
    assert.equal(missing, className({ namespace }));
    await call('create_resource', { manifest: manifest(...storage({ namespace })) });
    read(await call('wait_for_resource', { ...pod, for: 'ready' }), /^(Ready) /);
  },
  async theirs(call, place) {
    const { namespace } = place;
    await call('pods_get', { namespace, name: 'homepage-pod' });
    await call('events_list', { namespace });
    await call('resources_get', { ...KINDS.claim, name: 'homepage-pvc', namespace });
    await call('resources_list', KINDS.storageClass);
    await send(call, ...storage(place));
    await place.kubectl('wait', 'pod/homepage-pod', '--for=condition=Ready', '--timeout=100s');
    await call('pods_get', { namespace, name: 'homepage-pod' });
  },
  async verify(place) {
    const phase = await place.kubectl('get', 'pvc', 'homepage-pvc', '-o', 'jsonpath={.status.phase}');
    assert.equal(phase, 'Bound');
    assert.ok((await place.get('pod', 'homepage-pod')).status.containerStatuses?.[0]?.ready);
  },
  async cleanUp(place) {
    await place.kubectl('delete', 'storageclass', className(place), '--ignore-not-found');
    await place.kubectl('delete', 'pv', diskName(place), '--ignore-not-found', '--wait=false');
  },
};

const podReader = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }];

export const fixRole: Task = {
  name: 'fix-rbac-wrong-resource',
  atMost: { calls: 2, bytes: 700 },
  async prepare(place) {
    await place.kubectl('create', 'serviceaccount', 'pod-reader');
    await place.kubectl('create', 'role', 'pod-reader-role', '--verb=list', '--resource=deployments');
    const account = `--serviceaccount=${place.namespace}:pod-reader`;
    await place.kubectl('create', 'rolebinding', 'pod-reader-binding', '--role=pod-reader-role', account);
  },
  async run(call, namespace) {
    const text = await call('diagnose_resource', { kind: 'ServiceAccount', name: 'pod-reader', namespace });
    const [name = ''] = read(text, /Role (\S+): list deployments of apps/);
    await patch(call, { kind: 'Role', name }, namespace, { rules: podReader });
  },
  async theirs(call, { namespace }) {
    await call('resources_list', { ...KINDS.role, namespace });
    await call('resources_list', { ...KINDS.binding, namespace });
    await call('resources_get', { ...KINDS.role, name: 'pod-reader-role', namespace });
    await send(call, { ...KINDS.role, metadata: { name: 'pod-reader-role', namespace }, rules: podReader });
  },
  async verify(place) {
    assert.equal(await mayListPods(place, 'pod-reader'), true);
  },
};

export const createRole: Task = {
  name: 'create-simple-rbac',
  atMost: { calls: 1, bytes: 220 },
  async prepare(place) {
    await place.kubectl('create', 'serviceaccount', 'reader-sa');
  },
  async run(call, namespace) {
    await call('create_resource', { manifest: manifest(...reader(namespace)), namespace });
  },
  async theirs(call, { namespace }) {
    await send(call, ...reader(namespace));
  },
  async verify(place) {
    assert.equal(await mayListPods(place, 'reader-sa'), true);
    assert.equal(await mayListPods(place.at('default'), 'reader-sa', place.namespace), false);
  },
};

function reader(namespace: string) {
  const metadata = { name: 'pod-reader', namespace };
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'pod-reader' };
  const subjects = [{ kind: 'ServiceAccount', name: 'reader-sa', namespace }];
  return [
    { ...KINDS.role, metadata, rules },
    { ...KINDS.binding, metadata, roleRef, subjects },
  ];
}

function mayListPods(place: Place, account: string, namespace = place.namespace): Promise<boolean> {
  const user = `--as=system:serviceaccount:${namespace}:${account}`;
  return place.kubectl('auth', 'can-i', 'list', 'pods', user).then(
    (answer) => answer === 'yes',
    () => false,
  );
}

export const fixRouting: Task = {
  name: 'fix-service-routing',
  atMost: { calls: 3, bytes: 600 },
  async prepare(place) {
    await place.apply(documents(deployment({ name: 'nginx', image: NGINX }), service('nginx', { app: 'web' })));
    await place.untilRolledOut('nginx');
  },
  async run(call, namespace) {
    const nginx = { kind: 'Service', name: 'nginx' };
    const text = await call('diagnose_resource', { ...nginx, namespace });
    const [app] = read(text, /^Cause: .*selector app=web.*app=(nginx)/m);
    await patch(call, nginx, namespace, { spec: { selector: { app } } });
    read(await call('wait_for_resource', { ...nginx, namespace, for: 'ready' }), /^(Ready) /);
  },
  async theirs(call, place) {
    const { namespace } = place;
    await call('resources_get', { ...KINDS.service, name: 'nginx', namespace });
    await call('pods_list_in_namespace', { namespace });
    await send(call, ...within(namespace, core('Service', 'nginx', { spec: { selector: { app: 'nginx' } } })));
    await place.untilServed('nginx', await place.pods('-l', 'app=nginx'));
    await call('resources_list', { ...KINDS.slice, namespace });
  },
  verify: async (place) => place.untilServed('nginx', await place.pods('-l', 'app=nginx')),
};

const FRONTEND = { kind: 'Deployment', name: 'web-app' };

export const fixNodeSelector: Task = {
  name: 'fix-service-with-no-endpoints',
  atMost: { calls: 3, bytes: 1_100 },
  async prepare(place) {
    await place.apply(
      documents(JSON.stringify(frontend({ environment: 'production-gpu' })), service('web-app', { app: 'web-app' })),
    );
    const pods = ['wait', 'pods', '-l', 'app=web-app', '--for=condition=PodScheduled=False', '--timeout=100s'];
    await place.kubectl('wait', 'pods', '-l', 'app=web-app', '--for=create', '--timeout=100s');
    await place.kubectl(...pods);
  },
  async run(call, namespace) {
    const text = await call('diagnose_resource', { kind: 'Service', name: 'web-app', namespace });
    const [label = ''] = read(text, /environment(=production-gpu)/);
    assert.equal(label, '=production-gpu');
    await patch(call, FRONTEND, namespace, { spec: { template: { spec: { nodeSelector: { environment: null } } } } });
    await rolledOut(call, FRONTEND, namespace);
  },
  // The peer cannot remove a selector owned by another manager.
  async theirs(call, place) {
    const { namespace } = place;
    await call('pods_list_in_namespace', { namespace });
    await call('events_list', { namespace });
    await call('resources_get', { ...KINDS.deployment, name: 'web-app', namespace });
    await call('resources_delete', { ...KINDS.deployment, name: 'web-app', namespace });
    await place.kubectl('wait', 'deployment/web-app', '--for=delete', '--timeout=100s');
    await send(call, ...within(namespace, frontend({})));
    await place.untilRolledOut('web-app');
    await call('pods_list_in_namespace', { namespace });
  },
  verify: async (place) => place.untilServed('web-app', await place.pods('-l', 'app=web-app')),
};

function frontend(nodeSelector: Record<string, string>) {
  const object = JSON.parse(deployment({ name: 'web-app', image: `${NGINX}:latest`, replicas: 2, port: 80 }));
  object.spec.template.spec.nodeSelector = nodeSelector;
  return object;
}
