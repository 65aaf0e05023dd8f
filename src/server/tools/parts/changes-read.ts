import { type ApiResource, pathOf, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { fieldSelector } from '../../../kubernetes/apimachinery/field-selector.ts';
import { isRecordName } from '../../../kubernetes/apimachinery/helm-storage.ts';
import { METADATA_LIST_TYPE } from '../../../kubernetes/apimachinery/media-types.ts';
import { mapUnhurried } from '../../../kubernetes/apimachinery/unhurried.ts';
import { kinds } from '../../../kubernetes/apimachinery/well-known-kinds.ts';
import { changesInEvents } from '../../../kubernetes/changes/event-changes.ts';
import { type Change, changesOf } from '../../../kubernetes/changes/object-changes.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { listAll, type ObjectPage } from '../../../kubernetes/client/pages.ts';
import { ReleaseStorage } from '../../../kubernetes/helm/release-storage.ts';
import type { ClusterEvent } from '../../../kubernetes/workloads/events.ts';
import { acrossNamespaces } from './across-namespaces.ts';
import { concernsEveryKind } from './unread-kinds.ts';

/** The query for changes. */
export interface ChangesQuery {
  connection: Connection;
  /** Undefined: every kind. */
  resource: ApiResource | undefined;
  namespace: string | undefined;
  name: string | undefined;
  /** Milliseconds since the epoch. */
  since: number;
  /** Also read kinds that change all the time. */
  all: boolean;
  signal: AbortSignal;
  progress(message: string): void;
}

/** Changes, and notes about where they were looked for. */
export interface ChangesRead {
  changes: Change[];
  notes: Set<string>;
  /** What could not be read, and why. */
  unread: { what: string; cause: unknown }[];
  /** How many objects were read. */
  looked: number;
}

const MAX_OF_KIND = 20_000;
/** How many lists are read in parallel. */
const AT_ONCE = 8;
/** Kinds that report on other objects, change all the time, or are not objects of their own. */
const RESTLESS =
  /^(events(\.events\.k8s\.io)?|endpoints|endpointslices\.discovery\.k8s\.io|leases\.coordination\.k8s\.io|componentstatuses|.*\.metrics\.k8s\.io)$/;

/** Reads the metadata of all requested objects, and the events. @throws the first failure where nothing can be read. */
export async function readChanges(query: ChangesQuery): Promise<ChangesRead> {
  const read: ChangesRead = { changes: [], notes: new Set(), unread: [], looked: 0 };
  const resources = query.resource ? [query.resource] : await allKinds(query);
  const queue = [...resources];
  let done = 0;
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      await readKind(query, next, read);
      done += 1;
      query.progress(`${done} of ${resources.length} kinds read`);
    }
  };
  await Promise.all([...Array.from({ length: AT_ONCE }, work), readEvents(query, read)]);
  const [first] = read.unread;
  if (first && read.unread.length > resources.length) throw first.cause;
  return read;
}

/** Helm's changes, from the revisions that it stores. */
export async function readReleaseChanges(
  { connection, namespace, name, since, signal }: ChangesQuery,
  read: ChangesRead,
): Promise<void> {
  await orUnread('Helm releases', signal, read, async () => {
    const storage = new ReleaseStorage(connection.client, 'helmReleaseList', signal);
    const { result } = await acrossNamespaces(connection, { namespaced: true }, namespace, (place) =>
      storage.revisions(place),
    );
    for (const { status, revision, modified, ...release } of result) {
      const time = Date.parse(modified);
      // The revision that superseded it has the same time and is listed itself.
      if (!(time >= since) || status === 'superseded' || (name !== undefined && release.name !== name)) continue;
      const what = `revision ${revision} ${status}`;
      const { namespace: place, name: of } = release;
      read.changes.push({ time, kind: 'Release', namespace: place, name: of, by: 'helm', what, isNoise: false });
    }
  });
}

async function allKinds({ connection, namespace, all }: ChangesQuery): Promise<ApiResource[]> {
  const { resources } = await connection.discovery.kinds();
  const preferred = new Map<string, ApiResource>();
  for (const resource of resources) {
    const name = resourceNameOf(resource);
    if (!resource.verbs.includes('list') || preferred.has(name) || (RESTLESS.test(name) && !all)) continue;
    if (/^events\b/.test(name) || (namespace && !resource.namespaced)) continue;
    preferred.set(name, resource);
  }
  return [...preferred.values()];
}

async function readKind(query: ChangesQuery, resource: ApiResource, read: ChangesRead): Promise<void> {
  const { connection, name, since, signal } = query;
  const selected = { fieldSelector: fieldSelector({ 'metadata.name': name || undefined }) };
  await orUnread(resourceNameOf(resource), signal, read, async () => {
    const { result, notes } = await acrossNamespaces(connection, resource, query.namespace, (place) =>
      listAll(
        connection.client,
        { path: pathOf(resource, place), query: selected, accept: METADATA_LIST_TYPE, signal },
        MAX_OF_KIND,
      ),
    );
    for (const note of notes) read.notes.add(note);
    noteCut(read, result, resourceNameOf(resource));
    read.looked += result.items.length;
    const found = await mapUnhurried(result.items, (item) => changesOf(item, resource.kind, since));
    // Helm's history shows its records in one line each.
    for (const change of found.flat())
      read.changes.push(isRecordName(change.name) || isRestless(resource) ? { ...change, isNoise: true } : change);
  });
}

function isRestless(resource: ApiResource): boolean {
  return RESTLESS.test(resourceNameOf(resource));
}

async function readEvents(query: ChangesQuery, read: ChangesRead): Promise<void> {
  const { connection, resource, name, since, signal } = query;
  const about = { 'involvedObject.kind': resource?.kind, 'involvedObject.name': name || undefined };
  const selected = { fieldSelector: fieldSelector(about) };
  const namespace = resource && !resource.namespaced ? undefined : query.namespace;
  await orUnread('events', signal, read, async () => {
    const { result } = await acrossNamespaces(connection, kinds.events, namespace, (place) =>
      listAll(connection.client, { path: pathOf(kinds.events, place), query: selected, signal }, MAX_OF_KIND),
    );
    noteCut(read, result, 'events');
    read.changes.push(...changesInEvents(result.items as ClusterEvent[], since));
  });
}

function noteCut(read: ChangesRead, { items, continue: more }: ObjectPage, what: string): void {
  if (more) read.notes.add(`Only the first ${items.length} ${what} were looked at.`);
}

// What may not be listed, or is not answered, is reported and hides nothing else.
async function orUnread(
  what: string,
  signal: AbortSignal,
  read: ChangesRead,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (concernsEveryKind(cause, signal)) throw cause;
    read.unread.push({ what, cause });
  }
}
