import { type ApiResource, pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { ApiError } from '../apimachinery/errors.ts';
import { fieldSelector } from '../apimachinery/field-selector.ts';
import { fieldAt } from '../apimachinery/fields.ts';
import { METADATA_LIST_TYPE } from '../apimachinery/media-types.ts';
import { isObject, type KubernetesList, type KubernetesObject } from '../apimachinery/objects.ts';
import { controllerOf, ownerReferencesOf } from '../apimachinery/ownership.ts';
import { Slots } from '../apimachinery/slots.ts';
import { type Kind, kinds } from '../apimachinery/well-known-kinds.ts';
import type { Connection } from '../client/cluster.ts';
import { preferredOfEachGroup } from '../client/kind-resolution.ts';
import type { ApiRequest } from '../client/request.ts';
import { type Danger, danger } from './danger.ts';
import type { Writer } from './writer.ts';

/** How many objects of a kind are checked for their owner. */
const MAX_DEPENDENTS = 500;
const TIMEOUT_MS = 5_000;
/** How many lists are read in parallel: a cluster may serve a thousand kinds. */
const MAX_AT_ONCE = 25;
/** How many kinds are named that could not be counted. */
const MAX_NAMED = 8;
/** Short-lived or regenerated objects, whose loss does not matter. */
const NO_LOSS = [
  'events',
  'events.events.k8s.io',
  'leases.coordination.k8s.io',
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'controllerrevisions.apps',
];
/** Group versions that serve measurements, and nothing that can be deleted. */
const MEASUREMENTS = /^((custom|external)\.)?metrics\.k8s\.io\//;

/** Lists of possible dependents by path, so that the deletions of one review read each only once. */
export type Dependents = Map<string, Promise<KubernetesList | undefined>>;

/** What is deleted along with an object, as far as it can be read, and what holds the deletion up. */
export async function deletionConsequences(
  resource: ApiResource,
  object: KubernetesObject,
  propagation: 'Background' | 'Foreground' | 'Orphan',
  { connection, signal }: Writer,
  read: Dependents = new Map(),
): Promise<Danger[]> {
  const { finalizers = [], name = '' } = object.metadata ?? {};
  const held = finalizers.length > 0 ? [danger('heldBack', finalizers.join(', '))] : [];
  switch (resourceNameOf(resource)) {
    case 'namespaces':
      return [...said('contentGoes', await contentOf(name, connection, signal)), ...held];
    case 'customresourcedefinitions.apiextensions.k8s.io':
      return [...said('objectsGo', await objectsOf(object, connection, signal)), ...held];
    case 'nodes':
      return [...said('contentGoes', await podsOn(name, connection, signal)), ...held];
    case 'persistentvolumeclaims':
      return [...(await volumeOf(object, connection, signal)), ...held];
    default: {
      const owned = await dependents(object, resource, connection, signal, read, propagation !== 'Orphan');
      const alone = resourceNameOf(resource) === 'pods' && !controllerOf(object) ? [danger('notMadeAgain')] : [];
      return [...alone, ...said(propagation === 'Orphan' ? 'dependentsStay' : 'dependentsGo', owned), ...held];
    }
  }
}

interface Count {
  kind: string;
  /** Undefined where it could not be read. */
  number: number | undefined;
  isMore?: boolean;
}

function said(
  kind: 'contentGoes' | 'objectsGo' | 'dependentsGo' | 'dependentsStay',
  counts: readonly Count[],
): Danger[] {
  const found = counts.filter(({ number }) => number !== undefined && number > 0);
  const texts = found.map(({ number, isMore, kind: name }) => `${number}${isMore ? ' or more' : ''} ${name}`);
  const unread = counts.flatMap(({ kind: name, number, isMore }) => {
    if (number === undefined) return [name];
    return number === 0 && isMore ? [`${name} beyond the first ${MAX_DEPENDENTS}`] : [];
  });
  const rest = unread.length - MAX_NAMED;
  const named = [...unread.slice(0, MAX_NAMED), ...(rest > 0 ? [`and ${rest} more kinds`] : [])];
  return [
    ...(texts.length > 0 ? [danger(kind, texts.join(', '))] : []),
    ...(named.length > 0 ? [danger('notCounted', named.join(', '))] : []),
  ];
}

async function contentOf(namespace: string, connection: Connection, signal: AbortSignal): Promise<Count[]> {
  const { served, unlisted } = await kindsToCount(connection, ({ namespaced }) => namespaced);
  return [...(await each(served, (kind) => count(kind, namespace, connection, signal))), ...unlisted];
}

async function objectsOf({ spec }: KubernetesObject, connection: Connection, signal: AbortSignal): Promise<Count[]> {
  const { group, names } = isObject(spec) ? spec : {};
  const plural = isObject(names) ? names.plural : undefined;
  const { served, unlisted } = await kindsToCount(connection, (kind) => kind.group === group && kind.name === plural);
  const counted = await each(served.slice(0, 1), (kind) => count(kind, undefined, connection, signal));
  return [...counted, ...unlisted.filter(({ kind }) => kind.startsWith(`${group}/`))];
}

async function podsOn(node: string, connection: Connection, signal: AbortSignal): Promise<Count[]> {
  return [
    await count(kinds.pods, undefined, connection, signal, { fieldSelector: fieldSelector({ 'spec.nodeName': node }) }),
  ];
}

/** The kinds whose objects can be counted, and the group versions of which the cluster could not list any. */
async function kindsToCount(
  { discovery }: Connection,
  fits: (resource: ApiResource) => boolean,
): Promise<{ served: ApiResource[]; unlisted: Count[] }> {
  const { resources, missing } = await discovery.kinds();
  const served = preferredOfEachGroup(resources).filter(
    (resource) =>
      resource.verbs.includes('list') &&
      resource.verbs.includes('delete') &&
      !NO_LOSS.includes(resourceNameOf(resource)) &&
      fits(resource),
  );
  const unlisted = missing
    .filter((groupVersion) => !MEASUREMENTS.test(groupVersion))
    // What follows is why.
    .map((text) => ({ kind: text.split(' (', 1).join(), number: undefined }));
  return { served, unlisted };
}

async function each<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const slots = new Slots(MAX_AT_ONCE);
  return Promise.all(
    all.map(async (one) => {
      const give = await slots.take();
      return work(one).finally(give);
    }),
  );
}

async function count(
  resource: Kind,
  namespace: string | undefined,
  connection: Connection,
  signal: AbortSignal,
  selector?: { fieldSelector: string },
): Promise<Count> {
  // The API server does not count the rest of a selection.
  const query = selector ? { limit: MAX_DEPENDENTS, ...selector } : { limit: 1 };
  const list = await readList(pathOf(resource, namespace), query, connection, signal);
  const { remainingItemCount = 0, continue: more } = list?.metadata ?? {};
  return {
    kind: resourceNameOf(resource),
    number: list && (list.items?.length ?? 0) + remainingItemCount,
    isMore: Boolean(more && selector),
  };
}

/** Undefined where it cannot be read. */
async function readList(
  path: string,
  query: NonNullable<ApiRequest['query']>,
  { client }: Connection,
  signal: AbortSignal,
): Promise<KubernetesList | undefined> {
  try {
    return await client.json<KubernetesList>({ path, query, accept: METADATA_LIST_TYPE, timeout: TIMEOUT_MS, signal });
  } catch (error) {
    signal.throwIfAborted();
    // The kind has gone since, with all its objects.
    return error instanceof ApiError && error.code === 404 ? { items: [] } : undefined;
  }
}

/** Deleting a claim may delete its volume, with all data. */
async function volumeOf(
  { spec, metadata }: KubernetesObject,
  { client }: Connection,
  signal: AbortSignal,
): Promise<Danger[]> {
  const name = isObject(spec) && typeof spec.volumeName === 'string' ? spec.volumeName : '';
  if (name === '') return [];
  try {
    const path = pathOf(kinds.volumes, undefined, name);
    const volume = await client.json<KubernetesObject>({ path, timeout: TIMEOUT_MS, signal });
    // A claim may name a volume that is not bound to it.
    const isOwn = fieldAt(volume, 'spec', 'claimRef', 'uid') === metadata?.uid;
    const goes = isOwn && fieldAt(volume, 'spec', 'persistentVolumeReclaimPolicy') === 'Delete';
    return goes ? [danger('volumeGoes', name)] : [];
  } catch {
    signal.throwIfAborted();
    return [danger('notLookedAt', `persistentvolumes "${name}"`)];
  }
}

/**
 * The objects that name this one as their owner, and with `isDeep` those that they own in turn: a namespaced one owns
 * only in its namespace, another one also cluster-scoped objects and those of every namespace.
 */
async function dependents(
  object: KubernetesObject,
  resource: ApiResource,
  connection: Connection,
  signal: AbortSignal,
  read: Dependents,
  isDeep: boolean,
): Promise<Count[]> {
  const { uid, namespace } = object.metadata ?? {};
  // Of Kubernetes' own kinds without a namespace, none owns anything in one.
  const ownsAnywhere = !resource.namespaced && !/(?:^|\.)k8s\.io$/.test(resource.group);
  const mayOwn = ({ namespaced }: ApiResource) => ownsAnywhere || namespaced === resource.namespaced;
  const { served, unlisted } = await kindsToCount(connection, mayOwn);
  const lists = await each(served, (kind) => candidates(pathOf(kind, namespace), connection, signal, read));
  const items = lists.flatMap((list) => list?.items ?? []);
  const owned = ownedBy(uid, items, isDeep);
  const counted = served.map((kind, index) => {
    const list = lists[index];
    const number = list && (list.items ?? []).filter((item) => owned.has(item)).length;
    return { kind: resourceNameOf(kind), number, isMore: Boolean(list?.metadata?.continue) };
  });
  return [...counted, ...unlisted];
}

function ownedBy(uid: string | undefined, items: readonly KubernetesObject[], isDeep: boolean): Set<KubernetesObject> {
  const byOwner = new Map<unknown, KubernetesObject[]>();
  for (const item of items)
    for (const owner of ownerReferencesOf(item)) byOwner.set(owner.uid, [...(byOwner.get(owner.uid) ?? []), item]);
  const owned = new Set(byOwner.get(uid) ?? []);
  // What is added to a set while it is read is read too.
  if (isDeep) for (const one of owned) for (const item of byOwner.get(one.metadata?.uid) ?? []) owned.add(item);
  return owned;
}

function candidates(
  path: string,
  connection: Connection,
  signal: AbortSignal,
  read: Dependents,
): Promise<KubernetesList | undefined> {
  const reading = read.get(path) ?? readList(path, { limit: MAX_DEPENDENTS }, connection, signal);
  read.set(path, reading);
  return reading;
}
