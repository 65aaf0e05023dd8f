import * as vscode from 'vscode';
import { type ApiResource, pathOf, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import { fieldSelector } from '../../kubernetes/apimachinery/field-selector.ts';
import { METADATA_LIST_TYPE } from '../../kubernetes/apimachinery/media-types.ts';
import { nearest } from '../../kubernetes/apimachinery/nearest.ts';
import type { KubernetesList } from '../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { AmbiguousKindError, UnknownKindError } from '../../kubernetes/client/kind-resolution.ts';
import { itemsOf, objectPages } from './object-pages.ts';
import type { ResourceReference } from './resource-reference.ts';

/** What a reference resolves to in one cluster. */
export interface LocatedObject {
  resource: ApiResource;
  /** Absent for cluster-scoped kinds. */
  namespace: string | undefined;
  name: string;
}

/**
 * Resolves the kind and namespace of a reference without checking that the object exists.
 * @throws UserError with the nearest kinds, or with the candidates when the kind is ambiguous.
 */
export async function locateObject(connection: Connection, reference: ResourceReference): Promise<LocatedObject> {
  const { kind, name } = reference;
  let resource: ApiResource;
  try {
    resource = await connection.discovery.resolve(kind);
  } catch (error) {
    throw kindProblem(error);
  }
  const namespace = resource.namespaced ? (reference.namespace ?? connection.namespace) : undefined;
  return { resource, namespace, name };
}

/** The namespaces that have the object, or similar names, in a sentence; empty when there are none. */
export async function adviceFor(
  { client }: Connection,
  { resource, namespace, name }: LocatedObject,
  signal: AbortSignal,
): Promise<string> {
  const [elsewhere, names] = await Promise.all([
    namespace === undefined ? [] : namespacesWith(client, resource, name, signal).catch(() => []),
    firstNames(client, resource, namespace, signal).catch(() => []),
  ]);
  if (elsewhere.length > 0)
    return vscode.l10n.t('It is in namespace {0}: add -n {1}.', elsewhere.join(', '), elsewhere[0] ?? '');
  const close = nearest(name, names);
  return formatNearest(close);
}

// Rewords the core's facts for a user who types.
function kindProblem(error: unknown): unknown {
  if (error instanceof UnknownKindError) {
    const words = vscode.l10n.t('The cluster serves no kind "{0}".', error.kind);
    return new UserError(`${words} ${formatNearest(error.nearest ?? [])}`.trim());
  }
  if (!(error instanceof AmbiguousKindError)) return error;
  const names = error.candidates.map(resourceNameOf).join(', ');
  return new UserError(vscode.l10n.t('"{0}" is ambiguous. Type one of: {1}.', error.kind, names));
}

function formatNearest(close: readonly string[]): string {
  return close.length > 0 ? vscode.l10n.t('Nearest: {0}.', close.join(', ')) : '';
}

async function firstNames(
  client: Connection['client'],
  resource: ApiResource,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<string[]> {
  for await (const { objects } of objectPages(client, resource, namespace, signal))
    return objects.map(({ name }) => name);
  return [];
}

async function namespacesWith(
  client: Connection['client'],
  resource: ApiResource,
  name: string,
  signal: AbortSignal,
): Promise<string[]> {
  const list = await client.json<KubernetesList>({
    path: pathOf(resource),
    query: { fieldSelector: fieldSelector({ 'metadata.name': name }), limit: 5 },
    accept: METADATA_LIST_TYPE,
    signal,
  });
  return itemsOf(list)
    .map(({ metadata }) => metadata?.namespace ?? '')
    .filter((namespace) => namespace !== '');
}
