import type { ApiResource } from '../../apimachinery/api-resource.ts';

/** What is needed to ask for objects of a kind. */
export type Kind = Pick<ApiResource, 'group' | 'version' | 'name' | 'namespaced'>;

function kind(group: string, version: string, name: string, namespaced = true): Kind {
  return { group, version, name, namespaced };
}

/** The kinds that the diagnosis looks at besides the one it was asked about. */
export const kinds = {
  pods: kind('', 'v1', 'pods'),
  events: kind('', 'v1', 'events'),
  services: kind('', 'v1', 'services'),
  configMaps: kind('', 'v1', 'configmaps'),
  secrets: kind('', 'v1', 'secrets'),
  serviceAccounts: kind('', 'v1', 'serviceaccounts'),
  claims: kind('', 'v1', 'persistentvolumeclaims'),
  volumes: kind('', 'v1', 'persistentvolumes', false),
  quotas: kind('', 'v1', 'resourcequotas'),
  nodes: kind('', 'v1', 'nodes', false),
  deployments: kind('apps', 'v1', 'deployments'),
  replicaSets: kind('apps', 'v1', 'replicasets'),
  statefulSets: kind('apps', 'v1', 'statefulsets'),
  daemonSets: kind('apps', 'v1', 'daemonsets'),
  jobs: kind('batch', 'v1', 'jobs'),
  endpointSlices: kind('discovery.k8s.io', 'v1', 'endpointslices'),
  ingressClasses: kind('networking.k8s.io', 'v1', 'ingressclasses', false),
  storageClasses: kind('storage.k8s.io', 'v1', 'storageclasses', false),
} as const;
