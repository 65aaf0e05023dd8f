import type { WriteAccess } from '../apimachinery/access.ts';
import { type ApiResource, apiVersionOf, pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { UserError } from '../apimachinery/errors.ts';
import { FIELD_MANAGER } from '../apimachinery/field-ownership.ts';
import type { JsonObject, KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import { serverOf } from '../client/kubeconfig.ts';
import { stringAdvice, stringProblem } from '../text/string-fields.ts';
import type { Change } from './change.ts';

/** An object to write, and where. */
export interface Target {
  resource: ApiResource;
  namespace: string | undefined;
  /** Undefined when the server is to generate the name. */
  name: string | undefined;
  /** The object, with its namespace filled in. */
  object: KubernetesObject;
}

/** Query parameters of every write; unknown fields are errors, not silently dropped. */
export const WRITE_QUERY = { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' } as const;

/**
 * Where the object belongs: its own namespace, else the one given, else the connection's. `defined` is its kind
 * where the cluster does not serve it, but a manifest defines it.
 * @throws UserError when its own namespace contradicts the one given.
 */
export async function targetOf(
  object: KubernetesObject,
  namespace: string | undefined,
  connection: Connection,
  defined?: ApiResource,
): Promise<Target> {
  const resource = defined ?? (await connection.discovery.resolve(String(object.kind), object.apiVersion));
  // Reading a manifest, its kind was only known as far as it names it in full.
  refuseOtherTypes(object, resource, 'The manifest');
  const metadata = object.metadata ?? {};
  const name = metadata.name;
  if (!resource.namespaced) return { resource, namespace: undefined, name, object };
  if (namespace && metadata.namespace && namespace !== metadata.namespace) {
    throw new UserError(
      `The manifest of ${object.kind} "${name}" says namespace "${metadata.namespace}", the call says "${namespace}". Make them agree.`,
    );
  }
  const place = metadata.namespace || namespace || connection.namespace;
  return { resource, namespace: place, name, object: { ...object, metadata: { ...metadata, namespace: place } } };
}

/** @throws UserError that names a field with a wrong type; the API server, in many cases, does not. */
export function refuseOtherTypes(content: JsonObject, resource: ApiResource, what: string): void {
  const problem = stringProblem({ ...content, apiVersion: apiVersionOf(resource), kind: resource.kind });
  if (problem) throw new UserError(`${what}: ${stringAdvice(problem, undefined)}.`);
}

/** The path of the collection or, with a name, of the object or a subresource. */
export function targetPath({ resource, namespace }: Target, name?: string, subresource?: string): string {
  return pathOf(resource, namespace, name, subresource);
}

/** `deployments.apps "web" in namespace shop`. */
export function describeTarget({ resource, namespace, name, object }: Target): string {
  const label = name ? `"${name}"` : `"${object.metadata?.generateName ?? ''}…"`;
  return `${resourceNameOf(resource)} ${label}${namespace ? ` in namespace ${namespace}` : ''}`;
}

/** The change for a write to the target, for review and journal. */
export function changeOf(
  { resource, namespace, name }: Pick<Target, 'resource' | 'namespace' | 'name'>,
  { context }: Connection,
  access: WriteAccess,
  rest: Pick<
    Change,
    'uid' | 'before' | 'after' | 'sent' | 'tried' | 'subresource' | 'parent' | 'submitted' | 'consequences'
  >,
): Change {
  const place = { context: context.name, server: serverOf(context) };
  const uid = rest.before?.metadata?.uid;
  return { access, ...place, apiVersion: apiVersionOf(resource), kind: resource.kind, namespace, name, uid, ...rest };
}

/** The object without its status, where the kind has a status subresource. */
export function withoutReport({ resource }: Pick<Target, 'resource'>, object: KubernetesObject): KubernetesObject {
  if (!resource.subresources.includes('status')) return object;
  const { status: _, ...rest } = object;
  return rest;
}

/** The warnings in the API server's response, one line each. */
export function warningsOf(headers: Record<string, string | string[] | undefined>): string[] {
  const lines = [headers.warning ?? []].flat();
  return lines.flatMap((line) =>
    [...line.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => `Warning: ${match[1]?.replace(/\\(.)/g, '$1')}`),
  );
}
