import { isObject, type JsonObject } from './objects.ts';

/** The value at the path; undefined if there is none. */
export function fieldAt(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

/** The text at the path; undefined if missing or empty. */
export function textAt(value: unknown, ...path: string[]): string | undefined {
  const found = fieldAt(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function numberAt(value: unknown, ...path: string[]): number | undefined {
  const found = fieldAt(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** The objects in the list at the path. */
export function objectsAt(value: unknown, ...path: string[]): JsonObject[] {
  const found = fieldAt(value, ...path);
  return Array.isArray(found) ? found.filter(isObject) : [];
}

/** The texts in the list at the path. */
export function textsAt(value: unknown, ...path: string[]): string[] {
  const found = fieldAt(value, ...path);
  return Array.isArray(found) ? found.filter((item) => typeof item === 'string') : [];
}
