import { groupIn, isCustom } from '../apimachinery/api-resource.ts';
import { UserError } from '../apimachinery/errors.ts';
import { type FieldPath, type FieldStep, memberIndex, pathText, valueAt } from '../apimachinery/field-path.ts';
import { deepEqual, isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { LIST_KEYS } from './list-members.ts';

/** What an empty text, number of bytes or amount is to Kubernetes. */
const EMPTY: readonly unknown[] = ['', '0'];
const MAX_NAMED = 5;

/**
 * The object without its nulls, which say that a field is not set, or only with those that remove something from the
 * live object. In lists they stay, and in what a custom kind may hold: there a null is a value.
 */
export function withoutNulls(object: KubernetesObject, live?: KubernetesObject): KubernetesObject {
  if (!mayHoldNull(object)) return fieldsWithout(object, live);
  const { metadata } = object;
  if (!isObject(metadata)) return object;
  return { ...object, metadata: fieldsWithout(metadata, live?.metadata) };
}

/** Does the object say of a field of the live one that it shall not be set? */
export function removesByNull(object: KubernetesObject, live: KubernetesObject): boolean {
  const inLists = !mayHoldNull(object);
  return nullsIn(withoutNulls(object, live), inLists).some(
    (path) => !isInList(path) && (valueAt(live, path) ?? null) !== null,
  );
}

/** @throws UserError where the API server would make an empty value of a null, as it does in mappings and lists. */
export function refuseEmptied(given: unknown, before: KubernetesObject | undefined, after: KubernetesObject): void {
  const emptied = nullsIn(given, true).filter((path) => isEmptied(path, before, after));
  if (emptied.length === 0) return;
  const [which, it] = emptied.length === 1 ? ['is null', 'it'] : ['are null', 'them'];
  throw new UserError(
    `Not written: ${namesOf(emptied)} ${which}, and Kubernetes would make ${it} empty ("" or 0). Write "" if that is meant, or leave ${it} out; a merge patch with null removes what is in a mapping.`,
  );
}

/** A note about what a manifest has a null for and that stays all the same, since other managers set it. */
export function keptNotes(given: KubernetesObject, before: KubernetesObject, after: KubernetesObject): string[] {
  const kept = nullsIn(given, false).filter((path) => {
    const value = valueAt(before, path) ?? null;
    return value !== null && deepEqual(value, valueAt(after, path));
  });
  if (kept.length === 0) return [];
  const [is, stays, it] = kept.length === 1 ? ['is', 'stays', 'it'] : ['are', 'stay', 'them'];
  return [
    `${namesOf(kept)} ${is} null in the manifest and ${stays} as before: an apply removes only what an earlier manifest set. A merge patch with null removes ${it}.`,
  ];
}

/** Kinds whose fields may have a null as their value. */
function mayHoldNull({ apiVersion = '' }: KubernetesObject): boolean {
  const group = groupIn(apiVersion);
  return isCustom({ group }) || group === 'apiextensions.k8s.io';
}

function fieldsWithout<T extends JsonObject>(given: T, live: unknown): T {
  const fields = Object.entries(given).flatMap(([key, value]): [string, unknown][] => {
    const current = isObject(live) && Object.hasOwn(live, key) ? live[key] : undefined;
    if (value === null) return (current ?? null) === null ? [] : [[key, null]];
    return [[key, valueWithout(value, current)]];
  });
  return Object.fromEntries(fields) as T;
}

function valueWithout(given: unknown, live: unknown): unknown {
  if (isObject(given)) return fieldsWithout(given, live);
  if (!Array.isArray(given)) return given;
  return given.map((item, index) => valueWithout(item, memberAt(live, stepTo(item, index))));
}

function memberAt(list: unknown, step: FieldStep): unknown {
  return Array.isArray(list) ? list[memberIndex(list, step)] : undefined;
}

function nullsIn(given: unknown, inLists: boolean, path: FieldPath = []): FieldPath[] {
  if (given === null) return [path];
  if (isObject(given)) return Object.entries(given).flatMap(([key, value]) => nullsIn(value, inLists, [...path, key]));
  if (!inLists || !Array.isArray(given)) return [];
  return given.flatMap((item, index) => nullsIn(item, inLists, [...path, stepTo(item, index)]));
}

/** A list's members are found by what names them, wherever the API server puts them. */
function stepTo(item: unknown, index: number): FieldStep {
  const key = isObject(item) ? LIST_KEYS.find((one) => (item[one] ?? null) !== null) : undefined;
  return isObject(item) && key !== undefined ? { keys: { [key]: item[key] } } : index;
}

/** Is the null itself a member of a list? */
function isInList(path: FieldPath): boolean {
  return typeof path.at(-1) === 'number';
}

function isEmptied(path: FieldPath, before: KubernetesObject | undefined, after: KubernetesObject): boolean {
  const value = valueAt(after, path);
  if (isInList(path)) return (value ?? null) !== null;
  return EMPTY.includes(value) && valueAt(before, path) !== value;
}

function namesOf(paths: readonly FieldPath[]): string {
  const names = paths.slice(0, MAX_NAMED).map(pathText);
  return `${names.join(', ')}${paths.length > names.length ? ', …' : ''}`;
}
