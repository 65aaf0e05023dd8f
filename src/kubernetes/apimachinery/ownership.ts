import { objectsAt } from './fields.ts';
import type { JsonObject, KubernetesObject } from './objects.ts';

/** The entries of `metadata.ownerReferences`. */
export function ownerReferencesOf(object: KubernetesObject | undefined): JsonObject[] {
  return objectsAt(object?.metadata, 'ownerReferences');
}

/** The owner that manages the object; there is at most one. */
export function controllerOf(object: KubernetesObject): JsonObject | undefined {
  return ownerReferencesOf(object).find(({ controller }) => controller === true);
}

/** Is one of these an owner of the object? */
export function isOwnedBy(object: KubernetesObject, ...uids: readonly (string | undefined)[]): boolean {
  return ownerReferencesOf(object).some(({ uid }) => typeof uid === 'string' && uids.includes(uid));
}
