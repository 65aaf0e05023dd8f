import type { FieldPath } from '../apimachinery/field-path.ts';
import { namedMembers } from '../apimachinery/named-members.ts';
import { deepEqual, isObject, type JsonObject, ownValue } from '../apimachinery/objects.ts';

/** Two sets of changes in one. */
export interface Merge {
  /** With conflicts: as in `mine` there. */
  merged: unknown;
  /** Fields that both sides changed, differently. */
  conflicts: FieldPath[];
}

/** Applies what changed from `base` to `mine` to `theirs`. Members of lists that have names are merged by them. */
export function merge(base: unknown, mine: unknown, theirs: unknown, above: FieldPath = []): Merge {
  if (deepEqual(mine, theirs) || deepEqual(theirs, base)) return { merged: mine, conflicts: [] };
  if (deepEqual(mine, base)) return { merged: theirs, conflicts: [] };
  // Both may add the same map, such as annotations.
  if (isObject(mine) && isObject(theirs) && (isObject(base) || base === undefined))
    return mergeFields(base ?? {}, mine, theirs, above);
  const lists = [base, mine, theirs].map((list) => (Array.isArray(list) ? namedMembers(list) : undefined));
  const [before, own, other] = lists;
  return (before && own && other && mergeLists(before, own, other, above)) || { merged: mine, conflicts: [above] };
}

function mergeFields(base: JsonObject, mine: JsonObject, theirs: JsonObject, above: FieldPath): Merge {
  const keys = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
  const fields = keys.map((key) => ({
    key,
    ...merge(ownValue(base, key), ownValue(mine, key), ownValue(theirs, key), [...above, key]),
  }));
  return {
    merged: Object.fromEntries(fields.flatMap(({ key, merged }) => (merged === undefined ? [] : [[key, merged]]))),
    conflicts: fields.flatMap(({ conflicts }) => conflicts),
  };
}

type Members = ReadonlyMap<string, unknown>;

/** Undefined where both sides changed the order, differently. */
function mergeLists(base: Members, mine: Members, theirs: Members, above: FieldPath): Merge | undefined {
  const names = orderOf([...base.keys()], [...mine.keys()], [...theirs.keys()]);
  const members = names?.map((name) =>
    merge(base.get(name), mine.get(name), theirs.get(name), [...above, { keys: { name } }]),
  );
  return (
    members && {
      merged: members.flatMap(({ merged }) => (merged === undefined ? [] : [merged])),
      conflicts: members.flatMap(({ conflicts }) => conflicts),
    }
  );
}

function orderOf(base: string[], mine: string[], theirs: string[]): string[] | undefined {
  const [leading, following] = isKept(base, theirs) ? [mine, theirs] : isKept(base, mine) ? [theirs, mine] : [];
  if (!leading || !following) return undefined;
  const order = [...leading];
  // Each stays behind the one before it.
  for (const [index, name] of following.entries()) {
    if (order.includes(name)) continue;
    const previous = following.slice(0, index).findLast((one) => order.includes(one));
    order.splice(previous === undefined ? 0 : order.indexOf(previous) + 1, 0, name);
  }
  return order;
}

/** Are those of `base` that are left in the same order? */
function isKept(base: readonly string[], changed: readonly string[]): boolean {
  const [before, after] = [
    base.filter((name) => changed.includes(name)),
    changed.filter((name) => base.includes(name)),
  ];
  return deepEqual(before, after);
}
