import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';

/** Icons of kinds, by resource name. */
const ICONS: Record<string, string> = {
  pods: 'symbol-method',
  'deployments.apps': 'rocket',
  'statefulsets.apps': 'layers',
  'daemonsets.apps': 'server-process',
  'replicasets.apps': 'versions',
  replicationcontrollers: 'versions',
  'jobs.batch': 'checklist',
  'cronjobs.batch': 'watch',
  'horizontalpodautoscalers.autoscaling': 'graph-line',
  'poddisruptionbudgets.policy': 'shield',
  services: 'plug',
  'ingresses.networking.k8s.io': 'globe',
  'ingressclasses.networking.k8s.io': 'globe',
  'networkpolicies.networking.k8s.io': 'shield',
  endpoints: 'radio-tower',
  'endpointslices.discovery.k8s.io': 'radio-tower',
  configmaps: 'symbol-parameter',
  secrets: 'key',
  resourcequotas: 'dashboard',
  limitranges: 'symbol-ruler',
  persistentvolumeclaims: 'save',
  persistentvolumes: 'database',
  'storageclasses.storage.k8s.io': 'archive',
  serviceaccounts: 'account',
  'roles.rbac.authorization.k8s.io': 'person',
  'clusterroles.rbac.authorization.k8s.io': 'organization',
  'rolebindings.rbac.authorization.k8s.io': 'link',
  'clusterrolebindings.rbac.authorization.k8s.io': 'link',
  'certificatesigningrequests.certificates.k8s.io': 'verified',
  nodes: 'vm',
  namespaces: 'symbol-namespace',
  events: 'bell',
  'leases.coordination.k8s.io': 'clock',
  'customresourcedefinitions.apiextensions.k8s.io': 'extensions',
  'apiservices.apiregistration.k8s.io': 'symbol-interface',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': 'zap',
  'validatingwebhookconfigurations.admissionregistration.k8s.io': 'zap',
  'priorityclasses.scheduling.k8s.io': 'list-ordered',
};

/** The icon of a kind, the same for all that are not known. */
export function iconOf(resource: Pick<ApiResource, 'group' | 'name'>): string {
  return ICONS[resourceNameOf(resource)] ?? 'symbol-class';
}

/** A kind in the plural: as its API writes it, with the capitals of the kind. */
export function pluralOf({ kind, name }: Pick<ApiResource, 'kind' | 'name'>): string {
  let shared = 0;
  while (shared < kind.length && kind[shared]?.toLowerCase() === name[shared]) shared += 1;
  // Some definitions call their objects something else altogether.
  return shared * 2 < kind.length ? kind : kind.slice(0, shared) + name.slice(shared);
}
