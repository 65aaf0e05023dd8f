import { deepEqual, isObject } from './objects.ts';
import { parseQuantity } from './quantity.ts';

/**
 * Does the API server keep `own` as `live`? A quantity can be written in several ways, and empty values may be omitted.
 */
export function isSameValue(own: unknown, live: unknown): boolean {
  if (deepEqual(own, live) || (!isObject(own) && !Array.isArray(own) && String(own) === String(live))) return true;
  if (live === undefined) return own === '' || own === false || own === 0 || (Array.isArray(own) && own.length === 0);
  const [a, b] = [own, live].map((value) =>
    typeof value === 'string' || typeof value === 'number' ? parseQuantity(String(value)) : undefined,
  );
  return a !== undefined && a === b;
}
