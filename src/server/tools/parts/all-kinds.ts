import { type ApiResource, pathOf, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { ApiError, isApiError, messageOf, RefusedError, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { METADATA_LIST_TYPE } from '../../../kubernetes/apimachinery/media-types.ts';
import type { KubernetesList } from '../../../kubernetes/apimachinery/objects.ts';
import { counted } from '../../../kubernetes/apimachinery/texts.ts';
import { listInNamespaces } from '../../../kubernetes/client/fan-out.ts';
import { preferredOfEachGroup } from '../../../kubernetes/client/kind-resolution.ts';
import { missingNamespaceTexts } from '../../../kubernetes/client/not-found.ts';
import { oneLine } from '../../../kubernetes/text/one-line.ts';
import { bounded } from '../../core/response.ts';
import type { ToolContext } from '../../core/tool.ts';
import { acrossNamespaces } from './across-namespaces.ts';
import { concernsEveryKind } from './unread-kinds.ts';

/** Which objects are listed. */
interface Query {
  /** None: all. */
  namespaces: readonly string[];
  labelSelector: string | undefined;
}

/** The objects of a kind that were found. */
interface Found {
  resource: ApiResource;
  names: { uid: string | undefined; name: string }[];
  /** How many there are; undefined when there are more than were read. */
  total: number | undefined;
}

/** Of each kind. */
const MAX_READ = 500;
const MAX_NAMES = 20;
/** How many lists are read in parallel. */
const AT_ONCE = 10;
/** A broken aggregated API must not hold up the others. */
const TIMEOUT_MS = 10_000;

/**
 * The names of all objects of a namespace or with a label, by kind, in at most `length` characters: what makes up an
 * application. Events are not part of it.
 * @throws UserError when it is about everything, or about a namespace that does not exist.
 */
export async function listAllKinds(query: Query, call: ToolContext, length: number): Promise<string> {
  const { namespaces, labelSelector } = query;
  if (namespaces.length === 0 && !labelSelector)
    throw new UserError('kind=all needs a namespace or a labelSelector: for the whole cluster, name the kinds.');
  const { connection, signal } = call;
  const { resources, missing } = await connection.discovery.kinds();
  const listed = preferredOfEachGroup(resources).filter((resource) => isListed(resource, namespaces.length > 0));
  const notes = new Set<string>();
  const results: (Found | undefined)[] = [];
  const causes: (string | undefined)[] = [];
  const queue = [...listed.entries()];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [index, resource] = next;
      try {
        results[index] = await readKind(resource, query, call, notes);
      } catch (error) {
        if (concernsEveryKind(error, signal)) throw error;
        causes[index] = causeOf(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const unread = Map.groupBy(
    listed.flatMap((resource, index) =>
      causes[index] ? { cause: causes[index], name: resourceNameOf(resource) } : [],
    ),
    ({ cause }) => cause,
  );
  const found = withoutTwins(results.filter((one) => one !== undefined));
  const place = namespaces.length > 0 ? ` in namespace ${namespaces.join(', ')}` : '';
  const where = `${place}${labelSelector ? ` match labelSelector ${labelSelector}` : ''}`;
  // What was found in it shows that the only namespace is there.
  const unsure = found.length === 0 || namespaces.length > 1 ? namespaces : [];
  const absent = await missingNamespaceTexts(connection.client, unsure, signal);
  if (found.length === 0 && absent.length > 0) throw new UserError(absent.join(' '));
  for (const text of absent) notes.add(text);
  const head = found.length === 0 ? `No objects${where}, of ${listed.length} kinds.` : `${foundText(found)}${where}`;
  const lines = found.map(({ resource, names, total }) => {
    const count = total === undefined ? `${names.length} or more` : String(total);
    const shown = names.slice(0, MAX_NAMES).map(({ name }) => name);
    const rest = names.length > MAX_NAMES ? ', …' : '';
    return `${resourceNameOf(resource)} (${count}): ${shown.join(', ')}${rest}`;
  });
  // It has its room in any case: what was not read is not told by any other line.
  const half = Math.floor(length / 2);
  const rest = unreadText(unread, missing).map((line) => bounded(line, 'Name the kinds.', half));
  const room = length - Math.min(rest.join('\n').length, half);
  const body = bounded([...notes, head, ...lines].join('\n'), 'Give a label, or name the kinds.', room);
  return [body, ...rest].join('\n');
}

// What cannot be deleted is computed, such as metrics.
function isListed(resource: ApiResource, inNamespace: boolean): boolean {
  const { verbs, namespaced, name, group } = resource;
  if (!verbs.includes('list') || !verbs.includes('delete') || (inNamespace && !namespaced)) return false;
  return !(name === 'events' && (group === '' || group === 'events.k8s.io'));
}

async function readKind(
  resource: ApiResource,
  { namespaces, labelSelector }: Query,
  { connection, signal }: ToolContext,
  notes: Set<string>,
): Promise<Found | undefined> {
  const { client } = connection;
  const [only, ...others] = namespaces;
  const read = (place: string | undefined) => {
    const query = { labelSelector, limit: MAX_READ };
    const request = { path: pathOf(resource, place), query, accept: METADATA_LIST_TYPE, signal, timeout: TIMEOUT_MS };
    return client.json<KubernetesList>(request);
  };
  const request = { path: pathOf(resource), query: { labelSelector, limit: MAX_READ } };
  const fetched =
    others.length > 0
      ? {
          result: await listInNamespaces<KubernetesList>(request, namespaces, (part) =>
            client.json<KubernetesList>({ ...part, accept: METADATA_LIST_TYPE, signal, timeout: TIMEOUT_MS }),
          ),
          notes: [],
          namespace: undefined,
        }
      : await acrossNamespaces(connection, resource, only, read);
  for (const note of fetched.notes) notes.add(note);
  const { items, metadata } = fetched.result;
  const names = (items ?? []).map((item) => {
    const { uid, name = '', namespace } = item.metadata ?? {};
    return { uid, name: oneLine(fetched.namespace || !namespace ? name : `${namespace}/${name}`) };
  });
  if (names.length === 0) return undefined;
  const more = metadata?.continue ? metadata.remainingItemCount : 0;
  return { resource, names, total: more === undefined ? undefined : names.length + more };
}

// Several groups may serve the same objects.
function withoutTwins(found: readonly Found[]): Found[] {
  const seen = new Set<string>();
  return found.flatMap(({ resource, names, total }) => {
    const own = names.filter(({ uid }) => uid === undefined || !seen.has(uid));
    for (const { uid } of own) if (uid !== undefined) seen.add(uid);
    const twins = names.length - own.length;
    return own.length > 0 ? [{ resource, names: own, total: total === undefined ? undefined : total - twins }] : [];
  });
}

function foundText(found: readonly Found[]): string {
  const isWhole = found.every(({ total }) => total !== undefined);
  const count = found.reduce((sum, { names, total }) => sum + (total ?? names.length), 0);
  return `${isWhole ? counted(count, 'object') : `${count} or more objects`} of ${counted(found.length, 'kind')}`;
}

function causeOf(error: unknown): string {
  if (error instanceof RefusedError) return 'closed to agents here';
  if (isApiError(error, 403)) return 'forbidden';
  return error instanceof ApiError ? String(error.code) : oneLine(messageOf(error)).slice(0, 100);
}

function unreadText(unread: ReadonlyMap<string, readonly { name: string }[]>, missing: readonly string[]): string[] {
  const each = [...unread].map(([cause, kinds]) => {
    // Without their groups, all of them fit into the line.
    const names = new Set(kinds.map(({ name }) => name.replace(/\..*/, '')));
    return `${[...names].join(', ')} (${cause})`;
  });
  if (missing.length > 0) each.push(`the kinds of ${missing.join(', ')} (unknown)`);
  return each.length > 0 ? [`Not read: ${each.join('; ')}`] : [];
}
