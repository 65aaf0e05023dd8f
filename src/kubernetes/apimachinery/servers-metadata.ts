import { isObject, type KubernetesObject } from './objects.ts';

/** Metadata that only the API server writes. */
export const SERVERS_METADATA: readonly string[] = [
  ...['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'],
  ...['selfLink', 'managedFields'],
];

/** The manifest without what only the API server writes, which one copied from a live object has. */
export function withoutServersMetadata(object: KubernetesObject): KubernetesObject {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const kept = Object.entries(metadata).filter(([key]) => !SERVERS_METADATA.includes(key));
  return { ...object, metadata: Object.fromEntries(kept) };
}
