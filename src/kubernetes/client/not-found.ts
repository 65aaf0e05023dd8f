import { type ApiResource, pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { isApiError, UserError } from '../apimachinery/errors.ts';
import { fieldSelector } from '../apimachinery/field-selector.ts';
import { METADATA_LIST_TYPE } from '../apimachinery/media-types.ts';
import { nearest } from '../apimachinery/nearest.ts';
import type { KubernetesList } from '../apimachinery/objects.ts';
import { type Kind, kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from './client.ts';
import { PROJECTS } from './namespaces.ts';

/**
 * Suggests what exists instead of a missing object: the same name in other namespaces, similar names in this one; as
 * far as this user and this server may list them.
 */
export async function notFoundError(
  client: ApiClient,
  resource: ApiResource,
  namespace: string | undefined,
  name: string,
  signal: AbortSignal,
): Promise<UserError> {
  const kind = resourceNameOf(resource);
  const place = namespace ? ` in namespace "${namespace}"` : '';
  const names = (path: string, query: Record<string, string | number>) => listNames(client, path, query, signal);
  const [similar, elsewhere, missing] = await Promise.all([
    names(pathOf(resource, namespace), { limit: 500 }),
    namespace ? names(pathOf(resource), { limit: 5, fieldSelector: fieldSelector({ 'metadata.name': name }) }) : [],
    namespace ? missingNamespaceText(client, namespace, signal) : undefined,
  ]);
  if (missing) return new UserError(`There is no ${kind} "${name}"${place}. ${missing}`);
  const others = (elsewhere ?? []).map((found) => found.namespace).filter((other) => other !== undefined);
  const advice = others.length > 0 ? `It exists in namespace ${others.join(', ')}.` : similarText(name, similar);
  return new UserError(`There is no ${kind} "${name}"${place}.${advice ? ` ${advice}` : ''}`);
}

function similarText(name: string, found: readonly Found[] | undefined): string {
  if (!found) return '';
  const names = found.map((one) => one.name);
  const close = nearest(name, names);
  if (close.length > 0) return `Nearest: ${close.join(', ')}.`;
  if (names.length === 0) return 'There are none at all.';
  return `There are: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}.`;
}

/** Text for a missing namespace, with the nearest names; undefined when it exists or this cannot be known. */
export async function missingNamespaceText(
  client: ApiClient,
  namespace: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await client.send({ path: pathOf(kinds.namespaces, undefined, namespace), signal, timeout: 3_000 });
    return undefined;
  } catch (error) {
    if (!isApiError(error, 404)) return undefined;
  }
  const names = (kind: Kind) => listNames(client, pathOf(kind), { limit: 500 }, signal);
  const all = ((await names(kinds.namespaces)) ?? (await names(PROJECTS)) ?? []).map(({ name }) => name);
  const close = nearest(namespace, all);
  const advice = close.length > 0 ? `nearest: ${close.join(', ')}` : `there are: ${all.slice(0, 15).join(', ')}`;
  const everywhere = /^(\*|all|_all|any)$/i.test(namespace) ? ' For all namespaces, leave namespace out.' : '';
  return `The namespace "${namespace}" does not exist${all.length > 0 ? `; ${advice}` : ''}.${everywhere}`;
}

/** A text for each of the namespaces that does not exist. */
export async function missingNamespaceTexts(
  client: ApiClient,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const texts = await Promise.all(namespaces.map((name) => missingNamespaceText(client, name, signal)));
  return texts.filter((text) => text !== undefined);
}

/** The error of a write; where its namespace does not exist, with the nearest ones. */
export async function writeError(
  error: unknown,
  client: ApiClient,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  if (!namespace || !isApiError(error, 404) || !error.message.includes(`namespaces "${namespace}" not found`))
    return error;
  const missing = await missingNamespaceText(client, namespace, signal);
  return missing ? new UserError(`${error.message}. ${missing}`) : error;
}

interface Found {
  name: string;
  namespace: string | undefined;
}

// Advice is optional: any obstacle (a list that is forbidden or switched off, a slow server) only makes it shorter.
async function listNames(
  client: ApiClient,
  path: string,
  query: Record<string, string | number>,
  signal: AbortSignal,
): Promise<Found[] | undefined> {
  try {
    const { items } = await client.json<KubernetesList>({
      path,
      query,
      accept: METADATA_LIST_TYPE,
      signal,
      timeout: 3_000,
    });
    return (items ?? []).map(({ metadata }) => ({ name: metadata?.name ?? '', namespace: metadata?.namespace }));
  } catch {
    return undefined;
  }
}
