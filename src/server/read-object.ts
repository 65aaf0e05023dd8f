import { type ApiResource, pathOf } from '../kubernetes/api-resource.ts';
import type { ApiClient } from '../kubernetes/client.ts';
import { isApiError } from '../kubernetes/errors.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
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
