import { deepEqual, isObject, type JsonObject, ownValue } from '../apimachinery/objects.ts';

/** The merge patch (RFC 7386) that turns one object into the other. */
export function mergePatch(before: JsonObject, after: JsonObject): JsonObject {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changes = [...keys].flatMap((key): [string, unknown][] => {
    const [was, is] = [ownValue(before, key), ownValue(after, key)];
    if (deepEqual(was, is)) return [];
    return [[key, isObject(was) && isObject(is) ? mergePatch(was, is) : (is ?? null)]];
  });
  return Object.fromEntries(changes);
}
