import type { FieldPath } from '../apimachinery/field-path.ts';
import { deepEqual, isObject, type KubernetesObject, ownValue } from '../apimachinery/objects.ts';
import type { RequestTarget } from '../apimachinery/request-target.ts';
import type { HelmRequest } from './helm-gate.ts';

/** A write of a helm operation, as dry-run. */
export interface PlannedWrite {
  /** What is written, and where. */
  request: HelmRequest;
  /** The live object; absent for one that does not exist yet. */
  before: KubernetesObject | undefined;
  /** Of the object that is there before, also where a hook takes its place; undefined where there is none. */
  uid: string | undefined;
  /** The result of the dry run; absent for a deletion. */
  after: KubernetesObject | undefined;
  /** False where a dry run was impossible: it needs something of the same release first. */
  isTried: boolean;
  /** It belongs to a hook: helm also deletes it, before or after. */
  isHook: boolean;
  /** How helm will write it is not known: it may create or apply it. */
  isAnyWay: boolean;
  /** The fields whose value differs with each rendering. */
  madeUp: readonly FieldPath[];
}

/** Where an object keeps what a chart may generate. */
const DATA = ['data', 'stringData', 'binaryData'];
/** What helm fills in from what it has read, and where an object belongs. */
const NOT_COMPARED = ['resourceVersion', 'namespace', 'creationTimestamp'];
/** In place of a value that differs with each rendering. */
const MADE_UP = '<made up>';

/** The key that identifies a write: its object, however it is written. */
export function keyOf({ target, body }: Pick<HelmRequest, 'target' | 'body'>): string {
  const { group, resource, namespace = '', name, subresource = '' } = target;
  const own = name ?? body?.metadata?.name ?? `${body?.metadata?.generateName ?? ''}*`;
  return [group, resource, namespace, own, subresource].join('/');
}

/** The path of the object itself, where a creation names only its collection. */
export function objectPath({ path, target, body }: Pick<HelmRequest, 'path' | 'target' | 'body'>): string | undefined {
  if (target.name !== undefined) return path;
  const name = body?.metadata?.name;
  return name === undefined ? undefined : `${path.replace(/\/$/, '')}/${encodeURIComponent(name)}`;
}

/** May this field be generated anew on each rendering? Passwords, certificates and checksums of them may. */
export function mayBeMadeUp(path: FieldPath): boolean {
  const [list, index, last] = path.slice(-3);
  return (
    (path.length > 1 && DATA.includes(String(path[0]))) ||
    path.slice(0, -1).includes('annotations') ||
    path.at(-1) === 'caBundle' ||
    (list === 'env' && typeof index === 'number' && last === 'value')
  );
}

/** Where two bodies differ, ignoring the version read and where the object belongs. */
export function differences(one: unknown, other: unknown, path: FieldPath = []): FieldPath[] {
  if (!isCompared(path)) return [];
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length)
    return one.flatMap((value, index) => differences(value, other[index], [...path, index]));
  if (!isObject(one) || !isObject(other)) return deepEqual(one, other) ? [] : [path];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => differences(ownValue(one, key), ownValue(other, key), [...path, key]));
}

/** What is decided about in a body: all that two renderings have in common. */
export function settledPart(value: unknown, madeUp: readonly FieldPath[], path: FieldPath = []): unknown {
  if (!isCompared(path)) return undefined;
  if (madeUp.some((one) => one.length === path.length && isWithin(path, one))) return MADE_UP;
  if (Array.isArray(value)) return value.map((item, index) => settledPart(item, madeUp, [...path, index]));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, settledPart(item, madeUp, [...path, key])]),
  );
}

/** Is it this field, or one in it? */
export function isWithin(path: FieldPath, field: FieldPath): boolean {
  return field.every((step, index) => path[index] === step);
}

function isCompared([root, key = '', ...deeper]: FieldPath): boolean {
  return root !== 'metadata' || deeper.length > 0 || !NOT_COMPARED.includes(String(key));
}

/** `deployments.apps web`: what a target is, for a message. */
export function targetText({ group, resource, name }: RequestTarget, body?: KubernetesObject): string {
  return `${resource}${group ? `.${group}` : ''} ${name ?? body?.metadata?.name ?? ''}`.trim();
}
