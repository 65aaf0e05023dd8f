import { isObject } from '../apimachinery/objects.ts';

/** What another list holds in the place of a member of this one: named members keep their identity when a list is reordered. */
export function counterpart(list: readonly unknown[], other: unknown, index: number): unknown {
  if (!Array.isArray(other)) return undefined;
  const named = (one: unknown) => isObject(one) && one.name === name;
  const item = list[index];
  const name = isObject(item) ? item.name : undefined;
  if (typeof name !== 'string') return other[index];
  // A name may be given twice; then the order decides.
  return other.filter(named)[list.slice(0, index).filter(named).length];
}

/** The member of an object that is its own. */
export function member(object: unknown, key: string): unknown {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** True for a text with a redacted part. */
export function holdsMarker(value: unknown): boolean {
  return typeof value === 'string' && /<redacted\b[^>]*>/.test(value);
}
