import { isObject } from '../../apimachinery/objects.ts';

/** What stands in another version of a list in the place of this item. */
export function counterpart(list: readonly unknown[], other: unknown, index: number): unknown {
  if (!Array.isArray(other)) return undefined;
  const item = list[index];
  const name = isObject(item) ? item.name : undefined;
  // Named list members (containers, environment variables) keep their identity when the list is reordered.
  if (typeof name !== 'string') return other[index];
  const named = (one: unknown) => isObject(one) && one.name === name;
  if (named(other[index]) && list.length === other.length) return other[index];
  // A name may be given twice; then the order decides.
  return other.filter(named)[list.slice(0, index).filter(named).length];
}

/** A member of what may be no mapping. */
export function member(object: unknown, key: string): unknown {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}
