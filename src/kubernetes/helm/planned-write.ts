import { deepEqual, isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import type { RequestTarget } from '../apimachinery/request-target.ts';
import type { HelmRequest } from './helm-gate.ts';

/** A write that helm does for an operation, as it was tried out. */
export interface PlannedWrite {
  /** What is written, and where. */
  request: HelmRequest;
  /** The live object; absent for what does not exist yet. */
  before: KubernetesObject | undefined;
  /** What the dry run made of it; absent for what will be gone. */
  after: KubernetesObject | undefined;
  /** False for what could not be tried: it needs something of the same release first. */
  isTried: boolean;
  /** It belongs to a hook: helm also deletes it, before or after. */
  isHook: boolean;
  /** Helm was not asked how it writes this: it may create or apply it. */
  isAnyWay: boolean;
  /** Where each rendering of the chart has another value. */
  madeUp: readonly string[];
}

/** Fields in which a chart may make up a value with each rendering: passwords, certificates, checksums of them. */
const MAY_BE_MADE_UP =
  /^(?:data|stringData|binaryData)\.|(?:^|\.)annotations\.|(?:^|\.)caBundle$|(?:^|\.)env\.\d+\.value$/;

/** By this a write is found again: the object, whatever the way to write it. */
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

/** What may be made up anew with each rendering? */
export function mayBeMadeUp(path: string): boolean {
  return MAY_BE_MADE_UP.test(path);
}

/** Where two bodies differ, as dotted paths, but for what says which version was read and where it belongs. */
export function differences(one: unknown, other: unknown, path = ''): string[] {
  if (path === 'metadata.resourceVersion' || path === 'metadata.namespace' || path === 'metadata.creationTimestamp')
    return [];
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length)
    return one.flatMap((value, index) => differences(value, other[index], below(path, String(index))));
  if (!isObject(one) || !isObject(other)) return deepEqual(one, other) ? [] : [path];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => differences(one[key], other[key], below(path, key)));
}

function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** `deployments.apps web`: what a target is, for a message. */
export function targetText({ group, resource, name }: RequestTarget, body?: KubernetesObject): string {
  return `${resource}${group ? `.${group}` : ''} ${name ?? body?.metadata?.name ?? ''}`.trim();
}
