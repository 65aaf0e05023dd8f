import { deepEqual, isObject, type KubernetesObject, ownValue } from '../apimachinery/objects.ts';
import type { RequestTarget } from '../apimachinery/request-target.ts';
import type { HelmRequest } from './helm-gate.ts';

/** A write of a helm operation, as dry-run. */
export interface PlannedWrite {
  /** What is written, and where. */
  request: HelmRequest;
  /** The live object; absent for one that does not exist yet. */
  before: KubernetesObject | undefined;
  /** The result of the dry run; absent for a deletion. */
  after: KubernetesObject | undefined;
  /** False where a dry run was impossible: it needs something of the same release first. */
  isTried: boolean;
  /** It belongs to a hook: helm also deletes it, before or after. */
  isHook: boolean;
  /** How helm will write it is not known: it may create or apply it. */
  isAnyWay: boolean;
  /** The fields whose value differs with each rendering. */
  madeUp: readonly string[];
}

/** Fields where a chart may generate a value on each rendering: passwords, certificates, checksums of them. */
const MAY_BE_MADE_UP =
  /^(?:data|stringData|binaryData)\.|(?:^|\.)annotations\.|(?:^|\.)caBundle$|(?:^|\.)env\.\d+\.value$/;

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

/** May this field be generated anew on each rendering? */
export function mayBeMadeUp(path: string): boolean {
  return MAY_BE_MADE_UP.test(path);
}

/** Where two bodies differ, as dotted paths, ignoring the version read and where the object belongs. */
export function differences(one: unknown, other: unknown, path = ''): string[] {
  if (path === 'metadata.resourceVersion' || path === 'metadata.namespace' || path === 'metadata.creationTimestamp')
    return [];
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length)
    return one.flatMap((value, index) => differences(value, other[index], below(path, String(index))));
  if (!isObject(one) || !isObject(other)) return deepEqual(one, other) ? [] : [path];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => differences(ownValue(one, key), ownValue(other, key), below(path, key)));
}

function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** `deployments.apps web`: what a target is, for a message. */
export function targetText({ group, resource, name }: RequestTarget, body?: KubernetesObject): string {
  return `${resource}${group ? `.${group}` : ''} ${name ?? body?.metadata?.name ?? ''}`.trim();
}
