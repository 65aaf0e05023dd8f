import { changedPaths, type FieldPath, pathText, valueAt } from '../apimachinery/field-path.ts';
import { deepEqual, isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { comparable } from '../text/diff.ts';

/** What names a list's members in Kubernetes' own kinds. */
export const LIST_KEYS = [
  'name',
  'containerPort',
  'port',
  'mountPath',
  'devicePath',
  'topologyKey',
  'host',
  'ip',
  'uid',
  'id',
  'key',
  'type',
];

/** The list members, or parts of them, that are gone afterwards. */
export function droppedParts(before: KubernetesObject, after: KubernetesObject): string[] {
  const [was, is] = [comparable(before), comparable(after)];
  return [...new Set(changedPaths(was, is).flatMap((path) => droppedAt(path, was, is)))];
}

/**
 * The list members that a strategic patch deletes though none of its directives is about them: the API server looks at
 * one field of a directive, so of two ports with one number and two protocols both go.
 */
export function deletedBeside(content: unknown, before: unknown, after: unknown, path: FieldPath = []): string[] {
  if (isObject(content) && isObject(before))
    return Object.entries(content).flatMap(([key, inner]) =>
      deletedBeside(inner, before[key], isObject(after) ? after[key] : undefined, [...path, key]),
    );
  if (!Array.isArray(content) || !Array.isArray(before)) return [];
  const given = content.filter(isObject);
  const was = before.filter(isObject);
  const is = Array.isArray(after) ? after.filter(isObject) : [];
  const directives = given.filter(({ $patch }) => $patch === 'delete');
  // Whatever the members of this list are known by, each member of the patch has it.
  const keys = LIST_KEYS.filter((key) => given.every((member) => member[key] !== undefined));
  const isThere = (one: JsonObject) =>
    is.some((other) => keys.some((key) => one[key] !== undefined && deepEqual(other[key], one[key])));
  const gone = directives.length === 0 ? [] : was.filter((one) => !is.some((other) => isSame(one, other)));
  const unnamed = gone.filter((one) => !isThere(one) && !directives.some((named) => holds(one, keysOf(named))));
  const inner = given.flatMap((member) => {
    const key = LIST_KEYS.find((one) => member[one] !== undefined);
    if (key === undefined || member.$patch !== undefined) return [];
    const [old, now] = [was, is].map((list) => list.find((other) => other[key] === member[key]));
    return deletedBeside(member, old, now, [...path, { keys: { [key]: member[key] } }]);
  });
  return [...unnamed.map((one) => pathText([...path, { keys: keysOf(one) }])), ...inner];
}

function isSame(one: JsonObject, other: JsonObject): boolean {
  return deepEqual(keysOf(one), keysOf(other));
}

function keysOf(member: JsonObject): JsonObject {
  return Object.fromEntries(
    [...LIST_KEYS, 'protocol'].flatMap((key) => (member[key] === undefined ? [] : [[key, member[key]]])),
  );
}

function holds(member: JsonObject, part: JsonObject): boolean {
  return Object.entries(part).every(([key, value]) => deepEqual(member[key], value));
}

function droppedAt(path: FieldPath, before: KubernetesObject, after: KubernetesObject): string[] {
  const [was, is] = [valueAt(before, path), valueAt(after, path)];
  const isInside = path.some((step) => typeof step !== 'string');
  if (isInside && is === undefined) return [pathText(path)];
  if (!Array.isArray(was) || !Array.isArray(is)) return [];
  const members = was.filter(isObject);
  const key = LIST_KEYS.find((one) => isKey(one, members));
  if (key === undefined) return replacedIn(path, was, is);
  return members.flatMap((member) => {
    const same = is.find((other) => isObject(other) && other[key] === member[key]);
    const step = { keys: { [key]: member[key] } };
    if (!isObject(same)) return [pathText([...path, step])];
    const lost = Object.keys(member).filter((field) => same[field] === undefined);
    return lost.map((field) => pathText([...path, step, field]));
  });
}

function isKey(field: string, members: readonly JsonObject[]): boolean {
  const values = members.map((member) => member[field]);
  return !values.includes(undefined) && new Set(values).size === values.length;
}

/** For members without a key: some were removed and others added. Removal alone is taken as intended. */
function replacedIn(path: FieldPath, was: readonly unknown[], is: readonly unknown[]): string[] {
  if (!was.some(isObject) || is.length >= was.length) return [];
  const isNew = is.some((member) => !was.some((other) => deepEqual(member, other)));
  return isNew ? [`${was.length - is.length} of ${was.length} members of ${pathText(path)}`] : [];
}
