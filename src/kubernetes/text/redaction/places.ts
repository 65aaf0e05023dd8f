import { isObject } from '../../apimachinery/objects.ts';

/** For each item of the list, the one that corresponds to it in another version of the list. */
export function counterparts(list: readonly unknown[], other: unknown): unknown[] {
  if (!Array.isArray(other)) return list.map(() => undefined);
  const named = Map.groupBy(other, nameOf);
  const counts = new Map<string, number>();
  return list.map((item, index) => {
    const name = nameOf(item);
    // Named list members (containers, environment variables) keep their identity when the list is reordered.
    if (name === undefined) return other[index];
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    if (nameOf(other[index]) === name && list.length === other.length) return other[index];
    // Names may be repeated; then the order decides.
    return named.get(name)?.[count];
  });
}

/** A member of a value that may not be a mapping. */
export function member(object: unknown, key: string): unknown {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

function nameOf(item: unknown): string | undefined {
  return isObject(item) && typeof item.name === 'string' ? item.name : undefined;
}
