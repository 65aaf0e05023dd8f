import type { ApiResource } from '../apimachinery/api-resource.ts';
import { pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { isApiError } from '../apimachinery/errors.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import { shortfall } from '../workloads/readiness.ts';

/** An object of a release as it is in the cluster. */
export interface LiveObject {
  /** As in the release. */
  manifest: KubernetesObject;
  resource: ApiResource;
  namespace: string | undefined;
  name: string;
  /** Undefined where it does not exist. */
  object: KubernetesObject | undefined;
  /** Why it is not ready; undefined when it is. */
  detail: string | undefined;
}

/** An object of a release whose state is not known. */
export interface UnreadObject {
  kind: string;
  name: string;
  /** Why it could not be read. */
  cause: unknown;
}

/** The live state of a chart's objects, as far as it could be read. */
export interface LiveObjects {
  live: LiveObject[];
  unread: UnreadObject[];
}

/** Reads a chart's objects. @throws ApiError when the login is not valid (401): then nothing can be read. */
export async function liveObjects(
  objects: readonly KubernetesObject[],
  namespace: string,
  connection: Connection,
  signal: AbortSignal,
): Promise<LiveObjects> {
  const all: LiveObjects = { live: [], unread: [] };
  const read = await Promise.all(objects.map((one) => liveObject(one, namespace, connection, signal)));
  for (const one of read) {
    if ('cause' in one) all.unread.push(one);
    else all.live.push(one);
  }
  return all;
}

/** Those of the objects that are known to be missing or not ready. */
export async function notReady(...args: Parameters<typeof liveObjects>): Promise<LiveObject[]> {
  const { live } = await liveObjects(...args);
  return live.filter(({ detail }) => detail !== undefined);
}

/** `Deployment web: 0 of 2 replicas updated`. */
export function notReadyText({ resource, name, detail }: LiveObject): string {
  return `${resource.kind} ${name}: ${detail}`;
}

async function liveObject(
  manifest: KubernetesObject,
  release: string,
  { client, discovery }: Connection,
  signal: AbortSignal,
): Promise<LiveObject | UnreadObject> {
  const { kind, apiVersion, metadata } = manifest;
  const name = metadata?.name ?? '';
  try {
    const resource = await discovery.resolve(String(kind), apiVersion);
    const namespace = resource.namespaced ? (metadata?.namespace ?? release) : undefined;
    const known = { manifest, resource, namespace, name };
    const object = await orMissing(client.json<KubernetesObject>({ path: pathOf(resource, namespace, name), signal }));
    return {
      ...known,
      object,
      detail: object ? shortfall(resourceNameOf(resource), object)?.detail : 'it does not exist',
    };
  } catch (cause) {
    if (isApiError(cause, 401)) throw cause;
    return { kind: String(kind), name, cause };
  }
}

async function orMissing(read: Promise<KubernetesObject>): Promise<KubernetesObject | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isApiError(error, 404)) return undefined;
    throw error;
  }
}
