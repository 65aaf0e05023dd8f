import { namedMembers } from './named-members.ts';
import { deepEqual, isObject, type JsonObject, ownValue } from './objects.ts';

/** The defaults of keys in Kubernetes' own lists; those of other keys may be anything. */
const KEY_DEFAULTS: ReadonlyMap<string, unknown> = new Map([['protocol', 'TCP']]);

/** One step into an object: a key, a list index, the keys that identify a list member, or the member itself. */
export type FieldStep = string | number | { keys: JsonObject } | { value: unknown };

/** The path of a field in an object. */
export type FieldPath = readonly FieldStep[];

/** `spec.containers[name="web"].image`, as written by the API server. */
export function pathText(path: FieldPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'string')
      return /[.[\]]/.test(step) ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`;
    if (typeof step === 'number') return `${text}[${step}]`;
    if ('value' in step) return `${text}[=${JSON.stringify(step.value)}]`;
    const keys = Object.entries(step.keys).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    return `${text}[${keys.join(',')}]`;
  }, '');
}

/** `.spec.containers[web].image`, for readers: the members of lists have only their names. */
export function fieldText(path: FieldPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'string') return /[./[\]]/.test(step) ? `${text}[${step}]` : `${text}.${step}`;
    return `${text}[${typeof step === 'object' && 'keys' in step ? step.keys.name : String(step)}]`;
  }, '');
}

/** A key, a pair of brackets, or what is neither; after a bracket without its end, nothing more is read. */
const STEP = /([^.[\]]+)|\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]|[.\]]|\[.*/gsy;

/** Parses paths written by the API server: `.spec.containers[0].image`, `[name="web"]`, `[=“value”]`, `data[a.b]`. */
export function parsePath(text: string): FieldPath {
  const steps: FieldStep[] = [];
  for (const [, key, inside] of text.matchAll(STEP)) {
    if (key !== undefined) steps.push(key);
    else if (inside !== undefined) steps.push(bracketStep(inside));
  }
  return steps;
}

function bracketStep(inside: string): FieldStep {
  if (/^\d+$/.test(inside)) return Number(inside);
  if (inside.startsWith('=')) return { value: jsonOr(inside.slice(1)) };
  const pairs = [...inside.matchAll(/(?<![\w.-])([\w.-]+)=("(?:[^"\\]|\\.)*"|[^,]*)(?:,|$)/g)];
  if (pairs.length > 0) return { keys: Object.fromEntries(pairs.map(([, key, value = '']) => [key, jsonOr(value)])) };
  const name = jsonOr(inside);
  return typeof name === 'string' ? name : inside;
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The innermost fields of a `fieldsV1` in `metadata.managedFields`. */
export function fieldPathsOf(fields: JsonObject, above: FieldPath = []): FieldPath[] {
  const inner = Object.entries(fields).filter(([key]) => key !== '.');
  if (inner.length === 0) return [above];
  return inner.flatMap(([key, nested]) => fieldPathsOf(isObject(nested) ? nested : {}, [...above, fieldStep(key)]));
}

function fieldStep(key: string): FieldStep {
  const content = key.slice(2);
  switch (key.slice(0, 2)) {
    case 'k:':
      return { keys: jsonOr(content) as JsonObject };
    case 'v:':
      return { value: jsonOr(content) };
    case 'i:':
      return Number(content);
    default:
      return content;
  }
}

/** The index of the list member that a step selects; -1 if there is none. */
export function memberIndex(list: readonly unknown[], step: FieldStep): number {
  if (typeof step === 'number') return step < list.length ? step : -1;
  if (typeof step === 'string') return -1;
  if ('value' in step) return list.findIndex((item) => deepEqual(item, step.value));
  return list.findIndex((item) => hasKeys(item, step.keys));
}

/** Is it the list member with these keys? A key that is not written has the server's default. */
export function hasKeys(item: unknown, keys: JsonObject): boolean {
  if (!isObject(item)) return false;
  const written = (key: string) => ownValue(item, key) ?? undefined;
  if (Object.keys(keys).every((key) => written(key) === undefined)) return false;
  return Object.entries(keys).every(([key, value]) => {
    const own = written(key) ?? KEY_DEFAULTS.get(key);
    return own === undefined || deepEqual(own, value);
  });
}

/** The value at a path; undefined if there is none. */
export function valueAt(object: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[memberIndex(value, step)];
    return isObject(value) && typeof step === 'string' ? ownValue(value, step) : undefined;
  }, object);
}

/** Where two values differ, as deep as their shapes agree; list members are compared by name where that tells them apart. */
export function changedPaths(before: unknown, after: unknown, above: FieldPath = []): FieldPath[] {
  if (deepEqual(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => changedPaths(ownValue(before, key), ownValue(after, key), [...above, key]));
  }
  if (!Array.isArray(before) || !Array.isArray(after)) return [above];
  const [was, is] = [namedMembers(before), namedMembers(after)];
  if (was && is) {
    const names = [...new Set([...was.keys(), ...is.keys()])];
    return names.flatMap((name) => changedPaths(was.get(name), is.get(name), [...above, { keys: { name } }]));
  }
  if (before.length !== after.length) return [above];
  return before.flatMap((item, index) => changedPaths(item, after[index], [...above, index]));
}
