import { jsonText } from '../apimachinery/json.ts';
import { memberName } from '../apimachinery/named-members.ts';
import { deepEqual, isObject, type JsonObject } from '../apimachinery/objects.ts';

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
/** What a reference has beside the name of its object: another value there means another object. */
const OF_REFERENCES = ['kind', 'group', 'apiGroup', 'namespace'];

/** A member of a list, and what has become of it: undefined where it is gone. */
export interface MemberPair {
  keys: JsonObject;
  was: JsonObject;
  is: JsonObject | undefined;
}

/** What tells a member from others. */
export function keysOf(member: JsonObject): JsonObject {
  return picked(member, [...LIST_KEYS, ...OF_REFERENCES, 'protocol']);
}

/** The members of two lists that belong together; undefined where they have no names. */
export function pairsByName(before: readonly unknown[], after: readonly unknown[]): MemberPair[] | undefined {
  const [was, is] = [before.filter(isObject), after.filter(isObject)];
  if (was.length < before.length || is.length < after.length) return undefined;
  if ([...was, ...is].some((member) => memberName(member) === undefined)) return undefined;
  const others = Map.groupBy(is, memberName);
  return [...Map.groupBy(was, memberName)].flatMap(([name, members]) => pairs(members, others.get(name) ?? []));
}

/** Members of one name: the most alike belong together. */
function pairs(before: readonly JsonObject[], after: readonly JsonObject[]): MemberPair[] {
  const found = new Map<JsonObject, JsonObject>();
  const left = new Set(after);
  const pair = (was: JsonObject, is: JsonObject | undefined) => {
    if (is === undefined) return;
    found.set(was, is);
    left.delete(is);
  };
  const unpaired = () => before.filter((member) => !found.has(member));
  for (const textOf of [jsonText, (member: JsonObject) => jsonText(keysOf(member))]) {
    const others = Map.groupBy(left, textOf);
    for (const was of unpaired()) pair(was, others.get(textOf(was))?.shift());
  }
  for (const was of left.size > 0 ? unpaired() : [])
    pair(
      was,
      [...left].find((member) => mayBeOne(was, member)),
    );
  return before.map((was) => {
    return { keys: before.length === 1 ? picked(was, ['name']) : keysOf(was), was, is: found.get(was) };
  });
}

function mayBeOne(one: JsonObject, other: JsonObject): boolean {
  return OF_REFERENCES.every(
    (key) => one[key] === undefined || other[key] === undefined || deepEqual(one[key], other[key]),
  );
}

function picked(member: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (member[key] === undefined ? [] : [[key, member[key]]])));
}
