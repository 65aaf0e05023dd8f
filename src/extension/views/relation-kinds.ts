import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { leadsToPods } from '../../kubernetes/workloads/workload-kinds.ts';

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
  return leadsToPods(resource) || name === 'pods' || name === 'nodes' || Object.hasOwn(USED, name);
}
