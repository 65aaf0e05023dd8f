import type { ApiResource } from '../../src/kubernetes/apimachinery/api-resource.ts';
import { apiVersionOf } from '../../src/kubernetes/apimachinery/api-resource.ts';
import { ApiError } from '../../src/kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../src/kubernetes/apimachinery/objects.ts';
import type { ApiClient } from '../../src/kubernetes/client/client.ts';
import type { Discovery } from '../../src/kubernetes/client/discovery.ts';
import type { ApiRequest } from '../../src/kubernetes/client/request.ts';
import { Lookup } from '../../src/kubernetes/diagnosis/facts/lookup.ts';

/** Answers a request for a path, or throws the API server's error. */
export type Answer = (path: string) => unknown;

/** A lookup in a cluster with these answers and kinds. */
export function lookupIn(answer: Answer, resources: readonly ApiResource[] = []): Lookup {
  const send = async ({ path }: ApiRequest) => answer(path);
  const client = { json: send, stream: send } as unknown as ApiClient;
  const discovery = { kinds: async () => ({ resources, missing: [] }) } as unknown as Discovery;
  return new Lookup({ client, discovery }, new AbortController().signal);
}

/** A cluster with only these objects, each under its path; every list is empty. */
export function holding(objects: Record<string, KubernetesObject>): Answer {
  return (path) => {
    const found = objects[path];
    if (found) return found;
    const name = path.split('/').at(-1) ?? '';
    const inside = Object.entries(objects).filter(([other]) => other.startsWith(`${path}/`));
    if (inside.length > 0 || /(s|endpoints)$/.test(name)) return { items: inside.map(([, object]) => object) };
    throw new ApiError(404, 'NotFound', `"${name}" not found`);
  };
}

/** A kind that the cluster serves. */
export function served(group: string, version: string, kind: string, name: string, namespaced = true): ApiResource {
  const resource = { group, version, kind, name, namespaced };
  return {
    ...resource,
    singularName: kind.toLowerCase(),
    shortNames: [],
    verbs: ['get', 'list'],
    subresources: ['status'],
  };
}

/** An object of a kind with only a name. */
export function bare(resource: ApiResource): KubernetesObject {
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: {
      name: 'it',
      uid: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(resource.namespaced ? { namespace: 'shop' } : {}),
    },
  };
}
