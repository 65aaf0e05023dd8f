import type { ApiResource } from './api-resource.ts';

/** What a request for objects of a kind needs. */
export type Kind = Pick<ApiResource, 'group' | 'version' | 'name' | 'namespaced'>;

function kind(group: string, version: string, name: string, namespaced = true): Kind {
  return { group, version, name, namespaced };
}

const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';

/** Built-in kinds that code refers to by name: no discovery needed. */
export const kinds = {
  pods: kind('', 'v1', 'pods'),
  podLogs: kind('', 'v1', 'pods/log'),
  events: kind('', 'v1', 'events'),
  namespaces: kind('', 'v1', 'namespaces', false),
  services: kind('', 'v1', 'services'),
  configMaps: kind('', 'v1', 'configmaps'),
  secrets: kind('', 'v1', 'secrets'),
  serviceAccounts: kind('', 'v1', 'serviceaccounts'),
  claims: kind('', 'v1', 'persistentvolumeclaims'),
  volumes: kind('', 'v1', 'persistentvolumes', false),
  quotas: kind('', 'v1', 'resourcequotas'),
  limitRanges: kind('', 'v1', 'limitranges'),
  nodes: kind('', 'v1', 'nodes', false),
  replicationControllers: kind('', 'v1', 'replicationcontrollers'),
  deployments: kind('apps', 'v1', 'deployments'),
  controllerRevisions: kind('apps', 'v1', 'controllerrevisions'),
  replicaSets: kind('apps', 'v1', 'replicasets'),
  statefulSets: kind('apps', 'v1', 'statefulsets'),
  daemonSets: kind('apps', 'v1', 'daemonsets'),
  jobs: kind('batch', 'v1', 'jobs'),
  cronJobs: kind('batch', 'v1', 'cronjobs'),
  autoscalers: kind('autoscaling', 'v2', 'horizontalpodautoscalers'),
  budgets: kind('policy', 'v1', 'poddisruptionbudgets'),
  endpointSlices: kind('discovery.k8s.io', 'v1', 'endpointslices'),
  ingresses: kind('networking.k8s.io', 'v1', 'ingresses'),
  ingressClasses: kind('networking.k8s.io', 'v1', 'ingressclasses', false),
  networkPolicies: kind('networking.k8s.io', 'v1', 'networkpolicies'),
  storageClasses: kind('storage.k8s.io', 'v1', 'storageclasses', false),
  drivers: kind('storage.k8s.io', 'v1', 'csidrivers', false),
  priorityClasses: kind('scheduling.k8s.io', 'v1', 'priorityclasses', false),
  runtimeClasses: kind('node.k8s.io', 'v1', 'runtimeclasses', false),
  resourceClaims: kind('resource.k8s.io', 'v1', 'resourceclaims'),
  resourceClaimTemplates: kind('resource.k8s.io', 'v1', 'resourceclaimtemplates'),
  roles: kind(RBAC, 'v1', 'roles'),
  clusterRoles: kind(RBAC, 'v1', 'clusterroles', false),
  roleBindings: kind(RBAC, 'v1', 'rolebindings'),
  clusterRoleBindings: kind(RBAC, 'v1', 'clusterrolebindings', false),
  certificateRequests: kind('certificates.k8s.io', 'v1', 'certificatesigningrequests', false),
  validatingWebhooks: kind(ADMISSION, 'v1', 'validatingwebhookconfigurations', false),
  mutatingWebhooks: kind(ADMISSION, 'v1', 'mutatingwebhookconfigurations', false),
  apiServices: kind('apiregistration.k8s.io', 'v1', 'apiservices', false),
  definitions: kind('apiextensions.k8s.io', 'v1', 'customresourcedefinitions', false),
} as const;
