import { podWithoutAssigned } from './assigned-values.ts';
import type { FieldPath } from './field-path.ts';
import { namedMembers } from './named-members.ts';
import { isObject, type JsonObject, type KubernetesObject, ownValue } from './objects.ts';
import { isSameValue } from './same-value.ts';
import { withoutServersMetadata } from './servers-metadata.ts';

/** A field that a manifest names, and that is another in the live object. */
export interface ManifestDifference {
  path: FieldPath;
  /** Undefined for what a selector has live and not in the manifest. */
  own: unknown;
  live: unknown;
}

/** Compares the values of a field. */
export type Sameness = (own: unknown, live: unknown, path: FieldPath) => boolean;

/** Not compared either: a manifest may be for another place, and controllers say whose an object is. */
const OF_ITS_PLACE = ['ownerReferences', 'namespace'];
/** What the API server leaves out of a spec where it is empty, in these kinds alone: in others it says something. */
const LEFT_OUT: ReadonlyMap<string, string> = new Map([
  ['PersistentVolume', 'storageClassName'],
  ['Service', 'selector'],
]);
/** Their keys are the labels to select by. */
const SELECTORS = ['selector', 'nodeSelector', 'matchLabels'];
/** Where these are missing, a selector selects all, and a rule is about all. */
const OF_SELECTORS = /^(?:matchLabels|matchExpressions)$/;
const OF_RULES = /^(?:from|to|ports|ipBlock|resourceNames)$|[sS]elector$/;

/**
 * The fields that the manifest names and that are live otherwise. Whatever it does not name, including members of lists
 * that are known by their names, is a default or somebody else's; but a selector is all of its labels.
 */
export function manifestDifferences(
  manifest: KubernetesObject,
  live: KubernetesObject,
  isSame: Sameness = isSameValue,
): ManifestDifference[] {
  const { apiVersion: _, kind: _kind, status: _status, metadata = {}, ...content } = withoutServersMetadata(manifest);
  const kept = Object.entries(metadata).filter(([key]) => !OF_ITS_PLACE.includes(key));
  const wanted: JsonObject = { metadata: Object.fromEntries(kept), ...content };
  // Kubernetes fills in the rules of such a role.
  if (live.aggregationRule !== undefined) wanted.rules = undefined;
  if (!isObject(content.spec) || !isObject(live.spec)) return differencesIn(wanted, live, [], isSame);
  const [spec, is] = comparedSpecs(manifest.kind, content.spec, live.spec);
  return differencesIn({ ...wanted, spec }, { ...live, spec: is }, [], isSame);
}

function comparedSpecs(kind: string | undefined, own: JsonObject, live: JsonObject): [JsonObject, JsonObject] {
  // Admission adds to the lists of every pod.
  if (kind === 'Pod') return [podWithoutAdded(own), podWithoutAdded(live)];
  const field = LEFT_OUT.get(kind ?? '');
  if (field === undefined || !isEmpty(own[field]) || ownValue(live, field) !== undefined) return [own, live];
  return [{ ...own, [field]: undefined }, live];
}

function podWithoutAdded(spec: JsonObject): JsonObject {
  const { nodeName, priority, ephemeralContainers } = spec;
  return { ...podWithoutAssigned(spec), nodeName, priority, ephemeralContainers };
}

function isEmpty(value: unknown): boolean {
  return value === '' || (isObject(value) && Object.keys(value).length === 0);
}

function differencesIn(own: unknown, live: unknown, path: FieldPath, isSame: Sameness): ManifestDifference[] {
  if (own === null || own === undefined) return [];
  if (isObject(own) && isObject(live)) return ofObjects(own, live, path, isSame);
  if (Array.isArray(own) && Array.isArray(live)) return ofLists(own, live, path, isSame);
  if (isObject(own) && (live ?? undefined) === undefined) {
    const found = Object.keys(own).flatMap((key) => differencesIn(own[key], undefined, [...path, key], isSame));
    // What means nothing may be in an object that means something.
    return found.length > 0 || isSame({}, undefined, path) ? found : [{ path, own, live: undefined }];
  }
  return isSame(own, live, path) ? [] : [{ path, own, live }];
}

function ofObjects(own: JsonObject, live: JsonObject, path: FieldPath, isSame: Sameness): ManifestDifference[] {
  // A rule that says nothing is about everything.
  if (typeof path.at(-1) === 'number' && Object.keys(own).length === 0 && Object.keys(live).length > 0)
    return [{ path, own, live }];
  const added = Object.keys(live).filter((key) => !Object.hasOwn(own, key) && narrows(key, live[key], path));
  return [
    ...Object.keys(own).flatMap((key) => differencesIn(own[key], ownValue(live, key), [...path, key], isSame)),
    ...added.map((key) => ({ path: [...path, key], own: undefined, live: live[key] })),
  ];
}

function narrows(key: string, value: unknown, path: FieldPath): boolean {
  const place = path.at(-1);
  if (typeof place === 'number') return OF_RULES.test(key);
  if (typeof place !== 'string') return false;
  if (place === 'ipBlock') return key === 'except';
  if (SELECTORS.includes(place) && typeof value === 'string') return true;
  return /selector$/i.test(place) && OF_SELECTORS.test(key);
}

function ofLists(
  own: readonly unknown[],
  live: readonly unknown[],
  path: FieldPath,
  isSame: Sameness,
): ManifestDifference[] {
  const [named, members] = [namedMembers(own), namedMembers(live)];
  if (named && members) {
    return [...named].flatMap(([name, member]) => {
      const at = [...path, { keys: { name } }];
      const found = members.get(name);
      return found === undefined
        ? [{ path: at, own: member, live: undefined }]
        : differencesIn(member, found, at, isSame);
    });
  }
  // Controllers add theirs.
  if (path.length === 2 && path.at(-1) === 'finalizers')
    return own.every((one) => live.includes(one)) ? [] : [{ path, own, live }];
  if (own.length !== live.length || !own.some(isObject)) return isSame(own, live, path) ? [] : [{ path, own, live }];
  return own.flatMap((member, index) => differencesIn(member, live[index], [...path, index], isSame));
}
