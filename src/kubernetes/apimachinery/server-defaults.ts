import { groupIn } from './api-resource.ts';
import { deepEqual, isObject, type JsonObject, type KubernetesObject } from './objects.ts';

/** The API server's defaults, by field; a list's item stands for all its members. */
interface Defaults {
  [key: string]: unknown;
}

/** Marks a value with nothing left. */
const NOTHING = Symbol('nothing');
const ROLLING = 'RollingUpdate';

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
  containers: [container],
  initContainers: [container],
  volumes: [volume],
};
const template: Defaults = { metadata: { creationTimestamp: null }, spec: pod };
const claim: Defaults = { metadata: { creationTimestamp: null }, spec: { volumeMode: 'Filesystem' } };
const job: Defaults = {
  template,
  backoffLimit: 6,
  completions: 1,
  parallelism: 1,
  completionMode: 'NonIndexed',
  suspend: false,
  manualSelector: false,
  podReplacementPolicy: 'TerminatingOrFailed',
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
      internalTrafficPolicy: 'Cluster',
      externalTrafficPolicy: 'Cluster',
      allocateLoadBalancerNodePorts: true,
      ipFamilyPolicy: 'SingleStack',
      ports: [{ protocol: 'TCP' }],
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
  if (!isObject(value) || !isObject(defaults)) return deepEqual(value, defaults) ? NOTHING : value;
  const kept: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (isDerived(key, value)) continue;
    const left = Object.hasOwn(defaults, key) ? without(member, defaults[key]) : member;
    if (left !== NOTHING) kept[key] = left;
  }
  return Object.keys(kept).length === 0 ? NOTHING : kept;
}

/** Defaults derived from another field. */
function isDerived(key: string, fields: JsonObject): boolean {
  if (key === 'imagePullPolicy') return isUsualPull(fields);
  if (key === 'serviceAccount') return fields.serviceAccount === fields.serviceAccountName;
  return key === 'targetPort' && fields.targetPort === fields.port;
}

// Without a tag, or with the tag `latest`, the default is Always.
function isUsualPull({ image, imagePullPolicy }: JsonObject): boolean {
  const isLatest = !/@|:(?!latest$)[^/:]+$/.test(String(image));
  return imagePullPolicy === (isLatest ? 'Always' : 'IfNotPresent');
}
