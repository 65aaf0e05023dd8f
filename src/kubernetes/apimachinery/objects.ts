/** A JSON object of unknown shape. */
export type JsonObject = { [key: string]: unknown };

/** The metadata fields used here; all others pass through unchanged. */
export interface ObjectMeta extends JsonObject {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  managedFields?: ManagedFields[];
}

/** One entry of `metadata.managedFields`. */
export interface ManagedFields {
  manager?: string;
  operation?: string;
  subresource?: string;
  apiVersion?: string;
  /** Time of its last write. */
  time?: string;
  fieldsV1?: JsonObject;
}

/** Any Kubernetes object. */
export interface KubernetesObject extends JsonObject {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
}

/** A list as returned by the API server. */
export interface KubernetesList {
  apiVersion?: string;
  kind?: string;
  metadata?: { continue?: string; remainingItemCount?: number; resourceVersion?: string };
  /** Null for an empty list of metadata. */
  items: KubernetesObject[] | null;
}

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** True for a plain JSON object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The field of an object, which may have the name of what every object inherits: `constructor`. */
export function ownValue<T>(object: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A copy without what no reader needs: `managedFields` and the last-applied annotation (which repeats Secrets). */
export function withoutNoise(object: KubernetesObject): KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  // The usual order of fields; the API server returns some objects in another.
  const head = {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  const shown: KubernetesObject = { ...head, ...object };
  if (!isObject(metadata)) return shown;
  const { managedFields: _, annotations, ...kept } = metadata;
  shown.metadata = { ...kept, ...shownAnnotations(annotations) };
  return shown;
}

function shownAnnotations(annotations: unknown): JsonObject {
  if (!isObject(annotations)) return annotations === undefined ? {} : { annotations };
  const { [LAST_APPLIED]: _, ...shown } = annotations;
  return Object.keys(shown).length > 0 ? { annotations: shown } : {};
}

/** Compares two JSON values, ignoring the order of keys. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => deepEqual(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key]))
  );
}
