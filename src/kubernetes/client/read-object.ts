import type { ResourceShown } from '../../protocol.ts';
import { type ApiResource, apiVersionOf, pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { isApiError } from '../apimachinery/errors.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { ApiClient } from './client.ts';
import type { Connection } from './cluster.ts';
import { notFoundError } from './not-found.ts';

/** The live object. @throws UserError that says what exists instead. */
export async function readObject<T extends KubernetesObject>(
  client: ApiClient,
  resource: ApiResource,
  namespace: string | undefined,
  name: string,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await client.json<T>({ path: pathOf(resource, namespace, name), signal });
  } catch (error) {
    if (isApiError(error, 404)) throw await notFoundError(client, resource, namespace, name, signal);
    throw error;
  }
}

/** An object as given in a call. */
export interface Named {
  kind: string;
  name: string;
  namespace?: string | undefined;
  apiVersion?: string | undefined;
}

/** An object that was found, with its place. */
export interface Located {
  resource: ApiResource;
  /** Undefined for a cluster-scoped kind. */
  namespace: string | undefined;
  object: KubernetesObject;
  /** What the user is shown. */
  shown: ResourceShown;
}

/** Finds the object a call names, by default in the connection's namespace. Errors as in `readObject`. */
export async function locate(
  connection: Connection,
  { kind, name, ...where }: Named,
  signal: AbortSignal,
): Promise<Located> {
  const { client, discovery, context } = connection;
  const resource = await discovery.resolve(kind, where.apiVersion);
  const namespace = resource.namespaced ? where.namespace || connection.namespace : undefined;
  const object = await readObject(client, resource, namespace, name, signal);
  const shown = {
    context: context.name,
    resource: resourceNameOf(resource),
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    namespace,
    name,
  };
  return { resource, namespace, object, shown };
}
