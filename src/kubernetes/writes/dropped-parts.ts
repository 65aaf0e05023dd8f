import { type FieldPath, pathText } from '../apimachinery/field-path.ts';
import { deepEqual, isObject, type JsonObject, type KubernetesObject, ownValue } from '../apimachinery/objects.ts';
import { comparable } from '../text/diff.ts';
import { keysOf, LIST_KEYS, pairsByName } from './list-members.ts';

/** The list members, or parts of them, that are gone afterwards. */
export function droppedParts(before: KubernetesObject, after: KubernetesObject): string[] {
  return [...new Set(droppedIn(comparable(before), comparable(after), []))];
}

/**
 * The list members that a strategic patch deletes though none of its directives is about them: the API server looks at
 * one field of a directive, so of two ports with one number and two protocols both go.
 */
export function deletedBeside(content: unknown, before: unknown, after: unknown, path: FieldPath = []): string[] {
  if (isObject(content) && isObject(before))
    return Object.entries(content).flatMap(([key, inner]) =>
      deletedBeside(inner, ownValue(before, key), isObject(after) ? ownValue(after, key) : undefined, [...path, key]),
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

function holds(member: JsonObject, part: JsonObject): boolean {
  return Object.entries(part).every(([key, value]) => deepEqual(member[key], value));
}

function droppedIn(was: unknown, is: unknown, path: FieldPath): string[] {
  if (deepEqual(was, is)) return [];
  if (isObject(was) && isObject(is))
    return Object.keys(was).flatMap((key) => droppedIn(was[key], ownValue(is, key), [...path, key]));
  if (Array.isArray(was) && Array.isArray(is)) return droppedMembers(was, is, path);
  const isInside = path.some((step) => typeof step !== 'string');
  return isInside && is === undefined ? [pathText(path)] : [];
}

function droppedMembers(was: readonly unknown[], is: readonly unknown[], path: FieldPath): string[] {
  const pairs = pairsByName(was, is);
  if (pairs) return pairs.flatMap((pair) => droppedIn(pair.was, pair.is, [...path, { keys: pair.keys }]));
  if (was.length === is.length) return was.flatMap((one, index) => droppedIn(one, is[index], [...path, index]));
  const members = was.filter(isObject);
  const keys = identifying(members);
  if (keys === undefined) return replacedIn(path, was, is);
  const others = is.filter(isObject);
  return members.flatMap((member) => {
    const step = { keys: keys(member) };
    return droppedIn(
      member,
      others.find((other) => holds(other, step.keys)),
      [...path, step],
    );
  });
}

/** Reads what tells the members from each other: one key or, of ports with two protocols, several. */
function identifying(members: readonly JsonObject[]): ((member: JsonObject) => JsonObject) | undefined {
  const common = LIST_KEYS.filter((key) => members.every((member) => member[key] !== undefined));
  if (common.length === 0) return undefined;
  const ways = [...common.map((key) => (member: JsonObject) => ({ [key]: member[key] })), keysOf];
  return ways.find((keys) => new Set(members.map((member) => JSON.stringify(keys(member)))).size === members.length);
}

/** For members without a key: some were removed and others added. Removal alone is taken as intended. */
function replacedIn(path: FieldPath, was: readonly unknown[], is: readonly unknown[]): string[] {
  if (!was.some(isObject) || is.length >= was.length) return [];
  const isNew = is.some((member) => !was.some((other) => deepEqual(member, other)));
  return isNew ? [`${was.length - is.length} of ${was.length} members of ${pathText(path)}`] : [];
}
