import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';

/** Kinds whose objects run something, or lead to it. */
const WITH_RELATED = [
  ...['deployments.apps', 'statefulsets.apps', 'daemonsets.apps', 'replicasets.apps', 'replicationcontrollers'],
  ...['pods', 'services', 'jobs.batch', 'cronjobs.batch', 'nodes'],
];
/** Kinds that pods refer to by name, and how references call them. */
export const USED: Record<string, string> = {
  configmaps: 'ConfigMap',
  secrets: 'Secret',
  persistentvolumeclaims: 'PersistentVolumeClaim',
  serviceaccounts: 'ServiceAccount',
};

/** Can anything be shown below objects of this kind? */
export function hasRelated(resource: Pick<ApiResource, 'group' | 'name'>): boolean {
  const name = resourceNameOf(resource);
  return WITH_RELATED.includes(name) || Object.hasOwn(USED, name);
}
