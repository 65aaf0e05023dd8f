import { groupIn } from '../apimachinery/api-resource.ts';
import { objectsAt, textsAt } from '../apimachinery/fields.ts';
import { isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';

/** What a field refers to, by its key: in pods, and in other kinds that use the same names. */
const KINDS_BY_KEY: readonly [RegExp, string][] = [
  [/secret/i, 'secrets'],
  [/configmap/i, 'configmaps'],
  [/^(persistentVolumeClaim|claimName)$/, 'persistentvolumeclaims'],
  [/^serviceAccount/, 'serviceaccounts'],
  [/^priorityClassName$/, 'priorityclasses'],
  [/^runtimeClassName$/, 'runtimeclasses'],
  [/^storageClassName$/, 'storageclasses'],
  [/^resourceClaim(Template)?(Name|s)$/, 'resourceclaims'],
];
/** The service account of a pod that names none. */
const OWN_ACCOUNT = 'default';
/** Names under these keys are data, not references. */
const DATA = ['metadata', 'status', 'data', 'stringData', 'binaryData', 'annotations', 'labels', 'openAPIV3Schema'];

/** A reference of an object: a plural name or, where the object says so, a kind. */
export interface Reference {
  plural?: string;
  kind?: string;
  /** Undefined where the field does not say. */
  group?: string | undefined;
  name: string;
}

/** What an object refers to that means any. */
export const ANYTHING: Reference = { name: '…' };

/** Every pod spec in an object of any kind, at any depth. */
export function podSpecsIn(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(podSpecsIn);
  if (!isObject(value)) return [];
  if (containersOf(value).length > 0) return [value];
  return Object.entries(value).flatMap(([key, part]) => (DATA.includes(key) ? [] : podSpecsIn(part)));
}

/** Every ServiceAccount that an object names, at any depth: pods are made in other forms, too. */
export function accountsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(accountsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    if (DATA.includes(key)) return [];
    return /^serviceAccount(Name)?$/.test(key) && typeof part === 'string' && part !== '' ? [part] : accountsIn(part);
  });
}

/** All containers of a pod spec. */
export function containersOf(spec: JsonObject): JsonObject[] {
  return ['containers', 'initContainers', 'ephemeralContainers'].flatMap((key) => objectsAt(spec[key]));
}

/** Every object that an object refers to by name. */
export function referencesIn(object: KubernetesObject): Reference[] {
  const { apiVersion: _, kind: _kind, ...rest } = object;
  return withinReferences(rest);
}

/**
 * True for the volume the API server adds to every pod: only the token of its own account. The volume's name alone
 * proves nothing.
 */
export function isOwnToken({ name, projected }: JsonObject): boolean {
  const sources = isObject(projected) ? objectsAt(projected.sources) : [];
  const isOwn = ({ serviceAccountToken, downwardAPI, configMap, ...rest }: JsonObject) =>
    Object.keys(rest).length === 0 &&
    (configMap === undefined || (isObject(configMap) && configMap.name === 'kube-root-ca.crt')) &&
    (serviceAccountToken === undefined ||
      (isObject(serviceAccountToken) && serviceAccountToken.audience === undefined)) &&
    (downwardAPI === undefined || isObject(downwardAPI));
  return /^kube-api-access-/.test(String(name)) && sources.length > 0 && sources.every(isOwn);
}

function withinReferences(value: unknown): Reference[] {
  if (Array.isArray(value)) return value.flatMap(withinReferences);
  if (!isObject(value) || isOwnToken(value)) return [];
  const { kind, name, metadata, apiVersion } = value;
  // Another object, by its name or whole.
  const isObjectLike = typeof name === 'string' || isObject(metadata) || typeof apiVersion === 'string';
  const own: Reference[] =
    typeof kind === 'string' && isObjectLike
      ? [{ kind, group: groupOf(value), name: typeof name === 'string' ? name : '…' }]
      : [];
  const named = Object.entries(value).flatMap(([key, part]) => {
    if (DATA.includes(key)) return [];
    if (key === 'kinds') return [...textsAt(part).flatMap(kindsNamed), ...withinReferences(part)];
    if (/urlPath$/i.test(key) && typeof part === 'string')
      return part.split(/[/?]/).map((segment) => ({ plural: segment, group: '', name: '…' }));
    const plural = KINDS_BY_KEY.find(([pattern]) => pattern.test(key))?.[1];
    const names =
      plural === undefined ? [] : namesOf(part).filter((name) => name !== OWN_ACCOUNT || plural !== 'serviceaccounts');
    return [...names.map((name) => ({ plural: plural ?? '', group: '', name })), ...withinReferences(part)];
  });
  return [...own, ...named];
}

/** A kind as policies name it: `Secret`, `v1/Secret`, `Pod/exec`, or all of them. */
function kindsNamed(text: string): Reference[] {
  return text.split('/').map((kind) => (/^\*+$/.test(kind) ? ANYTHING : { kind, name: '…' }));
}

function groupOf({ apiGroup, apiVersion, group }: JsonObject): string | undefined {
  if (typeof apiGroup === 'string') return apiGroup;
  if (typeof group === 'string') return group;
  return typeof apiVersion === 'string' ? groupIn(apiVersion) : undefined;
}

function namesOf(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (Array.isArray(value)) return value.flatMap(namesOf);
  if (!isObject(value)) return [];
  const { name, secretName, claimName } = value;
  const found = [name, secretName, claimName].find((one) => typeof one === 'string');
  // A known key without a name may still refer to something.
  return [typeof found === 'string' ? found : '…'];
}
