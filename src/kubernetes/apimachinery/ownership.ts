import { objectsAt } from './fields.ts';
import type { JsonObject, KubernetesObject } from './objects.ts';

/** The entries of `metadata.ownerReferences`. */
export function ownerReferencesOf(object: KubernetesObject | undefined): JsonObject[] {
  return objectsAt(object?.metadata, 'ownerReferences');
}

/** The owner that manages the object: at most one does. */
export function controllerOf(object: KubernetesObject): JsonObject | undefined {
  return ownerReferencesOf(object).find(({ controller }) => controller === true);
}

/** Does one of these own the object? */
export function isOwnedBy(object: KubernetesObject, ...uids: readonly (string | undefined)[]): boolean {
  return ownerReferencesOf(object).some(({ uid }) => typeof uid === 'string' && uids.includes(uid));
}
