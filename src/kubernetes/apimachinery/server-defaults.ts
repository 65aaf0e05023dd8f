import { groupIn } from './api-resource.ts';
import { deepEqual, isObject, type JsonObject, type KubernetesObject } from './objects.ts';

/** A default that depends on the fields beside it; undefined where there is none. */
type Derived = (fields: JsonObject) => unknown;
type Default = string | number | boolean | null | Derived | Defaults | readonly Default[];
/** The API server's defaults, by field; a list's item stands for all its members. */
interface Defaults {
  [key: string]: Default;
}

/** Marks a value with nothing left. */
const NOTHING = Symbol('nothing');
const ROLLING = 'RollingUpdate';
const MAX_INT32 = 2_147_483_647;

const http: Defaults = { httpGet: { scheme: 'HTTP' } };
const probe: Defaults = {
  ...http,
  grpc: { service: '' },
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};
const fieldReference: Defaults = { fieldRef: { apiVersion: 'v1' } };
const container: Defaults = {
  imagePullPolicy: ({ image }) => pullPolicyOf(String(image)),
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  resources: {},
  ports: [{ protocol: 'TCP' }],
  env: [{ valueFrom: fieldReference }],
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: { postStart: http, preStop: http },
};
const file: Defaults = { defaultMode: 420 };
const projection: Defaults = {
  ...file,
  sources: [{ serviceAccountToken: { expirationSeconds: 3600 }, downwardAPI: { items: [fieldReference] } }],
};
const volume: Defaults = {
  configMap: file,
  secret: file,
  projected: projection,
  downwardAPI: { ...file, items: [fieldReference] },
  hostPath: { type: '' },
};
const pod: Defaults = {
  restartPolicy: 'Always',
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  terminationGracePeriodSeconds: 30,
  enableServiceLinks: true,
  preemptionPolicy: 'PreemptLowerPriority',
  securityContext: {},
  serviceAccountName: 'default',
  serviceAccount: ({ serviceAccountName }) => serviceAccountName,
  containers: [container],
  initContainers: [container],
  volumes: [volume],
};
const template: Defaults = { metadata: { creationTimestamp: null }, spec: pod };
const claim: Defaults = { metadata: { creationTimestamp: null }, spec: { volumeMode: 'Filesystem' } };
const job: Defaults = {
  template,
  backoffLimit: ({ backoffLimitPerIndex }) => (backoffLimitPerIndex === undefined ? 6 : MAX_INT32),
  // Where both are unset, both are 1; with one worker alone, or several, a Job without completions is a work queue.
  completions: ({ parallelism = 1 }) => (parallelism === 1 ? 1 : undefined),
  parallelism: ({ completions }) => (completions === undefined ? undefined : 1),
  completionMode: 'NonIndexed',
  suspend: false,
  manualSelector: false,
  podReplacementPolicy: ({ podFailurePolicy }) => (podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed'),
};
const webhook: Defaults = {
  matchPolicy: 'Equivalent',
  reinvocationPolicy: 'Never',
  failurePolicy: 'Fail',
  timeoutSeconds: 10,
  namespaceSelector: {},
  objectSelector: {},
  clientConfig: { service: { port: 443 } },
  rules: [{ scope: '*' }],
};

/** By group and kind. */
const KINDS: Record<string, Defaults> = {
  '/Pod': { spec: pod },
  '/ReplicationController': { spec: { template } },
  '/Service': {
    spec: {
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: ({ type }) => (type === 'ExternalName' ? undefined : 'Cluster'),
      externalTrafficPolicy: 'Cluster',
      allocateLoadBalancerNodePorts: true,
      ipFamilyPolicy: (spec) => (isHeadlessWithoutSelector(spec) ? 'RequireDualStack' : 'SingleStack'),
      ports: [{ protocol: 'TCP', targetPort: ({ port }) => port }],
    },
  },
  '/PersistentVolumeClaim': claim,
  '/PersistentVolume': { spec: { volumeMode: 'Filesystem', persistentVolumeReclaimPolicy: 'Retain' } },
  '/Secret': { type: 'Opaque' },
  'apps/Deployment': {
    spec: {
      template,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: ROLLING, rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    },
  },
  'apps/ReplicaSet': { spec: { template } },
  'apps/StatefulSet': {
    spec: {
      template,
      revisionHistoryLimit: 10,
      podManagementPolicy: 'OrderedReady',
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      updateStrategy: { type: ROLLING, rollingUpdate: { partition: 0 } },
      volumeClaimTemplates: [claim],
    },
  },
  'apps/DaemonSet': {
    spec: {
      template,
      revisionHistoryLimit: 10,
      updateStrategy: { type: ROLLING, rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    },
  },
  'batch/Job': { spec: job },
  'batch/CronJob': {
    spec: {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      jobTemplate: { metadata: { creationTimestamp: null }, spec: job },
    },
  },
  'storage.k8s.io/StorageClass': { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': { webhooks: [webhook] },
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': { webhooks: [webhook] },
};

/** The object without fields whose values equal the API server's defaults. */
export function withoutDefaults(object: KubernetesObject): KubernetesObject {
  const { apiVersion = '', kind = '' } = object;
  const defaults = KINDS[`${groupIn(apiVersion)}/${kind}`];
  if (!defaults) return object;
  const left = without(object, defaults);
  return left === NOTHING ? object : (left as KubernetesObject);
}

function without(value: unknown, defaults: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(defaults)) {
    const [item] = defaults;
    return value.map((member) => {
      const left = without(member, item);
      return left === NOTHING ? member : left;
    });
  }
  if (!isObject(value) || !isDefaults(defaults)) return deepEqual(value, defaults) ? NOTHING : value;
  const kept: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const known = Object.hasOwn(defaults, key) ? defaults[key] : undefined;
    const left = without(member, typeof known === 'function' ? known(value) : known);
    if (left !== NOTHING) kept[key] = left;
  }
  return Object.keys(kept).length === 0 ? NOTHING : kept;
}

function isDefaults(value: unknown): value is Defaults {
  return isObject(value);
}

// Without a tag, or with the tag `latest`, the default is Always.
function pullPolicyOf(image: string): string {
  const [name = '', digest] = image.split('@');
  const tag = /:([^/:]+)$/.exec(name)?.[1] ?? (digest === undefined ? 'latest' : '');
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function isHeadlessWithoutSelector({ clusterIP, selector }: JsonObject): boolean {
  return clusterIP === 'None' && Object.keys(isObject(selector) ? selector : {}).length === 0;
}
