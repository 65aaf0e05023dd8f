import { type ApiResource, apiVersionOf, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import type { JsonObject, KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';

const NAME = 'my-app';
const LABELS = { app: NAME };
const POD = { containers: [{ name: NAME, image: 'nginx:1.29', ports: [{ containerPort: 80 }] }] };
const TASK = {
  containers: [{ name: NAME, image: 'busybox:1.37', command: ['sh', '-c', 'date'] }],
  restartPolicy: 'Never',
};
const WORKLOAD = { selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec: POD } };
const BACKEND = { service: { name: NAME, port: { number: 80 } } };
const TARGET = { apiVersion: 'apps/v1', kind: 'Deployment', name: NAME };
const CPU = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } };

/** A good beginning for an object of a kind that people write often: everything but its name and place. */
const CONTENTS: Record<string, JsonObject> = {
  pods: { spec: POD },
  'deployments.apps': { spec: { replicas: 1, ...WORKLOAD } },
  'statefulsets.apps': { spec: { replicas: 1, serviceName: NAME, ...WORKLOAD } },
  'daemonsets.apps': { spec: WORKLOAD },
  'jobs.batch': { spec: { template: { spec: TASK } } },
  'cronjobs.batch': { spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template: { spec: TASK } } } } },
  services: { spec: { selector: LABELS, ports: [{ port: 80, targetPort: 80 }] } },
  'ingresses.networking.k8s.io': {
    spec: {
      rules: [{ host: 'my-app.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: BACKEND }] } }],
    },
  },
  'networkpolicies.networking.k8s.io': {
    spec: {
      podSelector: { matchLabels: LABELS },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: {} }] }],
    },
  },
  configmaps: { data: { key: 'value' } },
  secrets: { type: 'Opaque', stringData: { key: '' } },
  persistentvolumeclaims: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
  'horizontalpodautoscalers.autoscaling': {
    spec: { scaleTargetRef: TARGET, minReplicas: 1, maxReplicas: 5, metrics: [{ type: 'Resource', resource: CPU }] },
  },
  'roles.rbac.authorization.k8s.io': {
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
  },
  serviceaccounts: {},
  namespaces: {},
};

/** Has the kind a beginning of its own? For others, the schema tells which fields are required. */
export function hasTemplate(resource: ApiResource): boolean {
  return Object.hasOwn(CONTENTS, resourceNameOf(resource));
}

/** Which object is to be made; by default with a name to be replaced. */
export interface NewObject {
  resource: ApiResource;
  namespace: string | undefined;
  name?: string | undefined;
}

/** A new object of a kind, to be completed. */
export function newObject(
  { resource, namespace, name = NAME }: NewObject,
  content: JsonObject = CONTENTS[resourceNameOf(resource)] ?? {},
): KubernetesObject {
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: { name, ...(resource.namespaced && namespace ? { namespace } : {}) },
    ...content,
  };
}
