import type { ApiResource } from '../apimachinery/api-resource.ts';
import { pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { isApiError } from '../apimachinery/errors.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import { knowsReadiness, readiness } from '../workloads/readiness.ts';

/** An object of a release that is not as it has to be, and how it is. */
export interface NotReady {
  resource: ApiResource;
  namespace: string | undefined;
  name: string;
  /** The live object; undefined where there is none. */
  object: KubernetesObject | undefined;
  detail: string;
}

/** Of these objects, as a chart has them, those that are missing or not ready; what cannot be read is passed over. */
export async function notReady(
  objects: readonly KubernetesObject[],
  namespace: string,
  { client, discovery }: Connection,
  signal: AbortSignal,
): Promise<NotReady[]> {
  const found = await Promise.all(
    objects.map(async ({ kind, apiVersion, metadata }): Promise<NotReady | undefined> => {
      const name = metadata?.name;
      if (name === undefined) return undefined;
      try {
        const resource = await discovery.resolve(String(kind), apiVersion);
        const place = resource.namespaced ? (metadata?.namespace ?? namespace) : undefined;
        const known = { resource, namespace: place, name };
        try {
          const object = await client.json<KubernetesObject>({ path: pathOf(resource, place, name), signal });
          const kindName = resourceNameOf(resource);
          if (!knowsReadiness(kindName)) return undefined;
          const { state, detail } = readiness(kindName, object);
          return state === 'reached' ? undefined : { ...known, object, detail };
        } catch (error) {
          return isApiError(error, 404) ? { ...known, object: undefined, detail: 'it does not exist' } : undefined;
        }
      } catch {
        return undefined;
      }
    }),
  );
  return found.filter((one) => one !== undefined);
}

/** `Deployment web: 0 of 2 replicas updated`. */
export function notReadyText({ resource, name, detail }: NotReady): string {
  return `${resource.kind} ${name}: ${detail}`;
}
