import type { StatusCause } from './errors.ts';
import { hasKeys } from './field-path.ts';
import { deepEqual, isObject, type JsonObject, type KubernetesObject, ownValue } from './objects.ts';

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
  if (Array.isArray(given)) return Array.isArray(live) ? mergeOwnedList(given, live, fields) : given;
  if (!isObject(given) || !isObject(live)) return given;
  const owned = memberFields(fields).filter(([key]) => Object.hasOwn(live, key));
  const merged = owned.map(([key, nested]) => {
    return [key, mergeOwned(ownValue(given, key), live[key], nested)] as const;
  });
  return { ...given, ...Object.fromEntries(merged) };
}

function mergeOwnedList(given: unknown[], live: unknown[], fields: JsonObject): unknown[] {
  const keyed = listFields(fields, 'k:');
  if (keyed.length > 0) return mergeOwnedMembers(given, live, keyed as [JsonObject, JsonObject][]);
  // Without fields of its own the list is atomic: whoever sets it sets all of it.
  const values = listFields(fields, 'v:').map(([value]) => value);
  return values.length > 0 ? mergeOwnedValues(given, live, values) : given;
}

function mergeOwnedMembers(given: unknown[], live: unknown[], owned: [JsonObject, JsonObject][]): unknown[] {
  const merged = [...given];
  for (const [keys, nested] of owned) {
    const current = live.find((item) => hasKeys(item, keys));
    if (current === undefined) continue;
    const index = merged.findIndex((item) => hasKeys(item, keys));
    const part = mergeOwned(index < 0 ? undefined : merged[index], current, nested);
    const whole = isObject(part) ? { ...keys, ...part } : part;
    if (index < 0) merged.push(whole);
    else merged[index] = whole;
  }
  // The applied order becomes the object's order: existing items keep their place, new ones come last.
  const names = Object.keys(owned[0]?.[0] ?? {});
  const keysOf = (item: JsonObject) => Object.fromEntries(names.map((name) => [name, item[name]]));
  const places = live.map((one) => (isObject(one) ? keysOf(one) : undefined));
  const ranked = merged.map((item) => {
    const index = places.findIndex((keys) => keys !== undefined && hasKeys(item, keys));
    return { item, rank: index < 0 ? live.length : index };
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}

/** The given values in their order, and each owned one behind the one that it stands behind in the live set. */
function mergeOwnedValues(given: unknown[], live: unknown[], owned: unknown[]): unknown[] {
  const merged = [...given];
  const indexOf = (list: unknown[], value: unknown) => list.findIndex((one) => deepEqual(one, value));
  let next = 0;
  for (const value of live) {
    const index = indexOf(merged, value);
    if (index < 0 && indexOf(owned, value) < 0) continue;
    if (index < 0) merged.splice(next, 0, value);
    next = (index < 0 ? next : index) + 1;
  }
  return merged;
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

/** The fields of a list's members: by their keys (`k:`), or by the values (`v:`) of a set. */
function listFields(fields: JsonObject, prefix: 'k:' | 'v:'): [unknown, unknown][] {
  return Object.entries(fields)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, nested]) => [JSON.parse(key.slice(2)), nested]);
}
