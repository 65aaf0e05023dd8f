import { groupIn } from '../../kubernetes/apimachinery/api-resource.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';

/** Which object of a cluster it is, in whatever version; undefined as long as it has no name. */
export function objectKey({ apiVersion = '', kind, metadata }: KubernetesObject): string | undefined {
  if (!metadata?.name) return undefined;
  return JSON.stringify([groupIn(apiVersion), kind, metadata.namespace, metadata.name]);
}
