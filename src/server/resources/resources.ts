import type { ListResourceTemplatesResult, ReadResourceResult } from '@modelcontextprotocol/sdk/types.js';
import { type ApiResource, pathOf, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { isApiError } from '../../kubernetes/apimachinery/errors.ts';
import { YAML_TYPE } from '../../kubernetes/apimachinery/media-types.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { coordinatesOf } from '../../kubernetes/apimachinery/resource-uri.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { notFoundError } from '../../kubernetes/client/not-found.ts';
import type { Contexts } from '../core/contexts.ts';
import { RESOURCE_NOT_FOUND, RequestError, toRequestError } from '../core/request-error.ts';
import { renderObject } from '../core/response.ts';

/** The target of a `k8s:` URI. */
export interface ResourceLocation {
  connection: Connection;
  /** From the URI; undefined for the server's default context. */
  context: string | undefined;
  resource: ApiResource;
  /** Undefined for a cluster-scoped kind. */
  namespace: string | undefined;
  name: string;
}

/** The URI template of an object; it names the context where there are several to choose from. */
export async function listTemplates(contexts: Contexts): Promise<ListResourceTemplatesResult> {
  const several = (await contexts.choices()).length > 0;
  return {
    resourceTemplates: [
      {
        uriTemplate: `k8s:///{namespace}/{resource}/{name}.yaml${several ? '{?context}' : ''}`,
        name: 'Kubernetes Object',
        description:
          'One object as YAML; namespace is _ for cluster-scoped kinds, resource is the plural name with its group, e.g. deployments.apps',
        mimeType: YAML_TYPE,
      },
    ],
  };
}

/**
 * The object behind a `k8s:` URI, as the tools show it.
 * @throws RequestError when there is none.
 */
export async function readResource(uri: string, contexts: Contexts, signal: AbortSignal): Promise<ReadResourceResult> {
  const { connection, resource, namespace, name } = await locate(uri, contexts);
  const { client } = connection;
  try {
    const object = await client.json<KubernetesObject>({ path: pathOf(resource, namespace, name), signal });
    contexts.recentKinds.add(resourceNameOf(resource));
    return { contents: [{ uri, mimeType: YAML_TYPE, text: renderObject(object) }] };
  } catch (error) {
    if (!isApiError(error, 404)) throw toRequestError(error);
    const { message } = await notFoundError(client, resource, namespace, name, signal);
    throw new RequestError(message, RESOURCE_NOT_FOUND, { uri });
  }
}

/**
 * The target of a `k8s:` URI, without checking that the object exists.
 * @throws RequestError when the URI cannot name an object.
 */
export async function locate(uri: string, contexts: Contexts): Promise<ResourceLocation> {
  const coordinates = parseUri(uri);
  if (!coordinates) throw new RequestError(`"${uri}" is not the URI of a Kubernetes object.`);
  const { context, namespace, name } = coordinates;
  try {
    const connection = await contexts.connect(context);
    const resource = await connection.discovery.resolve(coordinates.resource);
    if (resource.namespaced !== (namespace !== undefined)) {
      const kind = resourceNameOf(resource);
      throw new RequestError(
        resource.namespaced
          ? `Objects of ${kind} are in namespaces: the URI needs one in the place of "_".`
          : `Objects of ${kind} are in no namespace: the URI needs "_" in the place of "${namespace}".`,
      );
    }
    return { connection, context, resource, namespace, name };
  } catch (error) {
    throw toRequestError(error);
  }
}

function parseUri(uri: string): ReturnType<typeof coordinatesOf> {
  try {
    const { protocol, pathname, search } = new URL(uri);
    return protocol === 'k8s:' ? coordinatesOf(decodeURIComponent(pathname), search.slice(1)) : undefined;
  } catch {
    return undefined;
  }
}
