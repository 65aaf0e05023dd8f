import { isObject } from '../../apimachinery/objects.ts';

/** The item in another version of the list that corresponds to this one. */
export function counterpart(list: readonly unknown[], other: unknown, index: number): unknown {
  if (!Array.isArray(other)) return undefined;
  const item = list[index];
  const name = isObject(item) ? item.name : undefined;
  // Named list members (containers, environment variables) keep their identity when the list is reordered.
  if (typeof name !== 'string') return other[index];
  const named = (one: unknown) => isObject(one) && one.name === name;
  if (named(other[index]) && list.length === other.length) return other[index];
  // Names may be repeated; then the order decides.
  return other.filter(named)[list.slice(0, index).filter(named).length];
}

/** A member of a value that may not be a mapping. */
export function member(object: unknown, key: string): unknown {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}
