import type { StatusCause } from './errors.ts';
import { deepEqual, isObject, type JsonObject, type KubernetesObject } from './objects.ts';

/** This product's field manager. */
export const FIELD_MANAGER = 'mcp-k8s';
/**
 * Owns what whole manifests apply: a field that the next one omits is removed. Its own name keeps the single fields that
 * `FIELD_MANAGER` has applied since.
 */
export const MANIFEST_MANAGER = `${FIELD_MANAGER}-apply`;

/** Is it one of this product's field managers? */
export function isOwnManager(manager: string | undefined): boolean {
  return manager === FIELD_MANAGER || manager === MANIFEST_MANAGER;
}

/** A field that another manager owns with a different value. */
export interface FieldConflict {
  field: string;
  manager: string;
}

/** The conflicts the API server reported for a server-side apply. */
export function fieldConflicts(causes: readonly StatusCause[]): FieldConflict[] {
  return causes
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ field = '', message = '' }) => ({
      field,
      manager: /conflict with "([^"]*)"/.exec(message)?.[1] ?? 'unknown',
    }));
}

/** Fields last set by a person with kubectl, or by us, may be taken over; controllers would reset theirs. */
export function mayTakeOver(manager: string): boolean {
  return isOwnManager(manager) || manager === 'before-first-apply' || /^kubectl(-|$)/.test(manager);
}

/** Other managers that last set the field and may reset it: Helm, GitOps, operators; not kubectl users, not us. */
export function otherOwners(live: KubernetesObject, ...path: string[]): string[] {
  const managers = (live.metadata?.managedFields ?? []).flatMap(({ manager, fieldsV1 }) => {
    const owned = path.reduce<unknown>((fields, key) => (isObject(fields) ? fields[`f:${key}`] : undefined), fieldsV1);
    return manager && owned !== undefined ? manager : [];
  });
  // Kubernetes' own controllers set fields on behalf of another object, such as an autoscaler or a Deployment.
  return [...new Set(managers)].filter((manager) => !mayTakeOver(manager) && manager !== 'kube-controller-manager');
}

/**
 * The object to apply so that only the `given` fields change. Server-side apply removes fields that a manager applied
 * before and does not repeat, so the fields we already own are added with their current values.
 */
export function withOwnedFields(given: KubernetesObject, live: KubernetesObject): KubernetesObject {
  const owned = live.metadata?.managedFields?.find(
    ({ manager, operation, subresource }) => manager === FIELD_MANAGER && operation === 'Apply' && !subresource,
  );
  if (!owned?.fieldsV1) return given;
  const merged = mergeOwned(given, live, owned.fieldsV1);
  return { ...(merged as KubernetesObject), apiVersion: given.apiVersion, kind: given.kind };
}

function mergeOwned(given: unknown, live: unknown, fields: JsonObject): unknown {
  if (given === undefined) return ownedPart(live, fields);
  if (Array.isArray(given)) return mergeOwnedList(given, live, fields);
  if (!isObject(given) || !isObject(live)) return given;
  const merged: JsonObject = { ...given };
  for (const [key, nested] of memberFields(fields)) {
    if (Object.hasOwn(live, key))
      merged[key] = mergeOwned(Object.hasOwn(given, key) ? given[key] : undefined, live[key], nested);
  }
  return merged;
}

function mergeOwnedList(given: unknown[], live: unknown, fields: JsonObject): unknown[] {
  if (!Array.isArray(live)) return given;
  const merged = [...given];
  // The applied order becomes the object's order: existing items keep their place, new ones come last.
  let keyNames: string[] = [];
  for (const [key, nested] of Object.entries(fields)) {
    if (key.startsWith('k:')) {
      const keys = JSON.parse(key.slice(2)) as JsonObject;
      const current = live.find((item) => hasKeys(item, keys));
      if (current === undefined) continue;
      const index = merged.findIndex((item) => hasKeys(item, keys, current));
      const part = mergeOwned(index < 0 ? undefined : merged[index], current, nested as JsonObject);
      const whole = isObject(part) ? { ...keys, ...part } : part;
      if (index < 0) merged.push(whole);
      else merged[index] = whole;
      keyNames = Object.keys(keys);
    } else if (key.startsWith('v:')) {
      const value: unknown = JSON.parse(key.slice(2));
      if (live.some((item) => deepEqual(item, value)) && !merged.some((item) => deepEqual(item, value)))
        merged.push(value);
    }
  }
  const rank = (item: unknown) => {
    const named = isObject(item) ? keyNames.filter((key) => key in item) : [];
    const index =
      isObject(item) && named.length > 0
        ? live.findIndex((one) => isObject(one) && named.every((key) => deepEqual(one[key], item[key])))
        : live.indexOf(item);
    return index < 0 ? live.length : index;
  };
  return merged.sort((a, b) => rank(a) - rank(b));
}

// A key missing in the given item (a port's protocol) has the server's default, which the live item shows.
function hasKeys(item: unknown, keys: JsonObject, defaults?: unknown): boolean {
  if (!isObject(item)) return false;
  return Object.entries(keys).every(([key, value]) => {
    const own = item[key] ?? (isObject(defaults) ? defaults[key] : undefined);
    return deepEqual(own, value);
  });
}

/** The part of a live object that a `fieldsV1` covers. */
export function ownedPart(live: unknown, fields: JsonObject): unknown {
  const members = memberFields(fields);
  if (Array.isArray(live) && Object.keys(fields).some((key) => /^[kv]:/.test(key)))
    return mergeOwnedList([], live, fields);
  if (!isObject(live) || members.length === 0) return live;
  return Object.fromEntries(
    members.filter(([key]) => Object.hasOwn(live, key)).map(([key, nested]) => [key, ownedPart(live[key], nested)]),
  );
}

function memberFields(fields: JsonObject): [string, JsonObject][] {
  return Object.entries(fields)
    .filter(([key, nested]) => key.startsWith('f:') && isObject(nested))
    .map(([key, nested]) => [key.slice(2), nested as JsonObject]);
}
