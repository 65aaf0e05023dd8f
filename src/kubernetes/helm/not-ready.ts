import type { ApiResource } from '../apimachinery/api-resource.ts';
import { pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { isApiError } from '../apimachinery/errors.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import { knowsReadiness, readiness } from '../workloads/readiness.ts';

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

/** The live state of a chart's objects; unreadable ones are skipped. */
export async function liveObjects(
  objects: readonly KubernetesObject[],
  namespace: string,
  connection: Connection,
  signal: AbortSignal,
): Promise<LiveObject[]> {
  const found = await Promise.all(objects.map((one) => liveObject(one, namespace, connection, signal)));
  return found.filter((one) => one !== undefined);
}

/** Those of the objects that are missing or not ready. */
export async function notReady(...args: Parameters<typeof liveObjects>): Promise<LiveObject[]> {
  return (await liveObjects(...args)).filter(({ detail }) => detail !== undefined);
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
): Promise<LiveObject | undefined> {
  const { kind, apiVersion, metadata } = manifest;
  const name = metadata?.name;
  if (name === undefined) return undefined;
  try {
    const resource = await discovery.resolve(String(kind), apiVersion);
    const namespace = resource.namespaced ? (metadata?.namespace ?? release) : undefined;
    const known = { manifest, resource, namespace, name };
    try {
      const object = await client.json<KubernetesObject>({ path: pathOf(resource, namespace, name), signal });
      const { state, detail } = knowsReadiness(resourceNameOf(resource))
        ? readiness(resourceNameOf(resource), object)
        : { state: 'reached', detail: '' };
      return { ...known, object, detail: state === 'reached' ? undefined : detail };
    } catch (error) {
      return isApiError(error, 404) ? { ...known, object: undefined, detail: 'it does not exist' } : undefined;
    }
  } catch {
    return undefined;
  }
}
