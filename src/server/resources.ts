import {
  ErrorCode,
  type ListResourceTemplatesResult,
  McpError,
  type ReadResourceResult,
} from '@modelcontextprotocol/sdk/types.js';
import { pathOf } from '../kubernetes/api-resource.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { coordinatesOf } from '../kubernetes/resource-uri.ts';
import { errorText, renderObject } from './response.ts';

const MIME_TYPE = 'application/yaml';

/** How the URI of an object is made. */
export function listTemplates(): ListResourceTemplatesResult {
  return {
    resourceTemplates: [
      {
        uriTemplate: 'k8s:///{namespace}/{resource}/{name}.yaml',
        name: 'Kubernetes Object',
        description:
          'One object as YAML; namespace is _ for cluster-scoped kinds, resource is the plural name with its group, e.g. deployments.apps',
        mimeType: MIME_TYPE,
      },
    ],
  };
}

/**
 * The object behind a `k8s:` URI, as the tools show it.
 * @throws McpError when there is none: reading a resource has no other way to fail.
 */
export async function readResource(uri: string, cluster: Cluster, signal: AbortSignal): Promise<ReadResourceResult> {
  const coordinates = parseUri(uri);
  if (!coordinates) throw new McpError(ErrorCode.InvalidParams, `"${uri}" is not the URI of a Kubernetes object.`);
  try {
    const { client, discovery, context } = await cluster.connect();
    if (coordinates.context !== undefined && coordinates.context !== context.name) {
      throw new McpError(
        ErrorCode.InvalidParams,
        `This server is connected to context "${context.name}", not "${coordinates.context}".`,
      );
    }
    const resource = await discovery.resolve(coordinates.resource);
    const path = pathOf(resource, coordinates.namespace, coordinates.name);
    const object = await client.json<KubernetesObject>({ path, signal });
    return { contents: [{ uri, mimeType: MIME_TYPE, text: renderObject(object) }] };
  } catch (error) {
    throw error instanceof McpError ? error : new McpError(ErrorCode.InvalidParams, errorText(error));
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
