import { type ApiResource, pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { METADATA_LIST_TYPE } from '../apimachinery/media-types.ts';
import { isObject, type KubernetesList, type KubernetesObject } from '../apimachinery/objects.ts';
import { controllerOf, ownerReferencesOf } from '../apimachinery/ownership.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { Connection } from '../client/cluster.ts';
import { preferredOfEachGroup } from '../client/kind-resolution.ts';
import { type Danger, danger } from './danger.ts';
import type { Writer } from './writer.ts';

/** How many objects of a kind are checked for their owner. */
const MAX_DEPENDENTS = 500;
const TIMEOUT_MS = 5_000;
/** Short-lived or regenerated objects, whose loss does not matter. */
const NO_LOSS = [
  'events',
  'events.events.k8s.io',
  'leases.coordination.k8s.io',
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'controllerrevisions.apps',
];

/** Lists of possible dependents by path, so that the deletions of one review read each only once. */
export type Dependents = Map<string, Promise<KubernetesList>>;

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
    case 'namespaces': {
      const served = await kindsToCount(connection, ({ namespaced }) => namespaced);
      const counted = await Promise.all(served.map((kind) => count(kind, name, connection, signal)));
      return [...said('contentGoes', counted), ...held];
    }
    case 'customresourcedefinitions.apiextensions.k8s.io': {
      const { group, names } = isObject(object.spec) ? object.spec : {};
      const plural = isObject(names) ? names.plural : undefined;
      const served = await kindsToCount(connection, (kind) => kind.group === group && kind.name === plural);
      return [
        ...said(
          'objectsGo',
          await Promise.all(served.slice(0, 1).map((kind) => count(kind, undefined, connection, signal))),
        ),
        ...held,
      ];
    }
    case 'nodes': {
      const served = await kindsToCount(connection, (kind) => resourceNameOf(kind) === 'pods');
      const onIt = { fieldSelector: `spec.nodeName=${name}` };
      const counted = await Promise.all(served.map((kind) => count(kind, undefined, connection, signal, onIt)));
      return [...said('contentGoes', counted), ...held];
    }
    case 'persistentvolumeclaims':
      return [...(await volumeOf(object, connection, signal)), ...held];
    default: {
      const owned = await dependents(object, resource, connection, signal, read, propagation !== 'Orphan');
      const alone = resourceNameOf(resource) === 'pods' && !controllerOf(object) ? [danger('notMadeAgain')] : [];
      return [...said(propagation === 'Orphan' ? 'dependentsStay' : 'dependentsGo', owned), ...alone, ...held];
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
  const unread = counts.filter(({ number }) => number === undefined).map((one) => one.kind);
  const texts = found.map(({ number, isMore, kind: name }) => `${number}${isMore ? ' or more' : ''} ${name}`);
  return [
    ...(texts.length > 0 ? [danger(kind, texts.join(', '))] : []),
    ...(unread.length > 0 ? [danger('notCounted', unread.join(', '))] : []),
  ];
}

async function kindsToCount(
  { discovery }: Connection,
  fits: (resource: ApiResource) => boolean,
): Promise<ApiResource[]> {
  const { resources } = await discovery.kinds();
  return preferredOfEachGroup(resources).filter(
    (resource) =>
      resource.verbs.includes('list') &&
      resource.verbs.includes('delete') &&
      !NO_LOSS.includes(resourceNameOf(resource)) &&
      fits(resource),
  );
}

async function count(
  resource: ApiResource,
  namespace: string | undefined,
  { client }: Connection,
  signal: AbortSignal,
  selector?: { fieldSelector: string },
): Promise<Count> {
  const kind = resourceNameOf(resource);
  try {
    const list = await client.json<KubernetesList>({
      path: pathOf(resource, namespace),
      // The API server does not count the rest of a selection.
      query: selector ? { limit: MAX_DEPENDENTS, ...selector } : { limit: 1 },
      accept: METADATA_LIST_TYPE,
      timeout: TIMEOUT_MS,
      signal,
    });
    const { remainingItemCount = 0, continue: more } = list.metadata ?? {};
    return { kind, number: (list.items?.length ?? 0) + remainingItemCount, isMore: Boolean(more && selector) };
  } catch {
    signal.throwIfAborted();
    return { kind, number: undefined };
  }
}

/** Deleting a claim may delete its volume, with all data. */
async function volumeOf({ spec }: KubernetesObject, { client }: Connection, signal: AbortSignal): Promise<Danger[]> {
  const name = isObject(spec) && typeof spec.volumeName === 'string' ? spec.volumeName : '';
  if (name === '') return [];
  try {
    const path = pathOf(kinds.volumes, undefined, name);
    const volume = await client.json<KubernetesObject>({ path, timeout: TIMEOUT_MS, signal });
    const policy = isObject(volume.spec) ? volume.spec.persistentVolumeReclaimPolicy : undefined;
    return policy === 'Delete' ? [danger('volumeGoes', name)] : [];
  } catch {
    signal.throwIfAborted();
    return [danger('notLookedAt', `persistentvolumes "${name}"`)];
  }
}

/** The objects of one kind among which dependents are. */
interface Candidates {
  kind: string;
  items: readonly KubernetesObject[];
  isMore: boolean;
}

/**
 * The objects that name this one as their owner, and with `isDeep` those that they own in turn: for a namespaced one in
 * its namespace, else wherever we may list.
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
  const served = await kindsToCount(connection, ({ namespaced }) => namespaced === resource.namespaced);
  const lists = await Promise.all(served.map((kind) => candidates(kind, namespace, connection, signal, read)));
  // Kinds that cannot be read are not reported: nothing is known to exist there.
  const known = lists.filter((list) => list !== undefined);
  const owned = ownedBy(uid, known, isDeep);
  return known.map(({ kind, items, isMore }) => {
    const number = items.filter((item) => owned.has(item)).length;
    return { kind, number, isMore: number > 0 && isMore };
  });
}

function ownedBy(uid: string | undefined, lists: readonly Candidates[], isDeep: boolean): Set<KubernetesObject> {
  const byOwner = new Map<unknown, KubernetesObject[]>();
  for (const item of lists.flatMap(({ items }) => items))
    for (const owner of ownerReferencesOf(item)) byOwner.set(owner.uid, [...(byOwner.get(owner.uid) ?? []), item]);
  const owned = new Set(byOwner.get(uid) ?? []);
  // What is added to a set while it is read is read too.
  if (isDeep) for (const one of owned) for (const item of byOwner.get(one.metadata?.uid) ?? []) owned.add(item);
  return owned;
}

async function candidates(
  resource: ApiResource,
  namespace: string | undefined,
  { client }: Connection,
  signal: AbortSignal,
  read: Dependents,
): Promise<Candidates | undefined> {
  const path = pathOf(resource, namespace);
  try {
    const query = { limit: MAX_DEPENDENTS };
    const reading =
      read.get(path) ??
      client.json<KubernetesList>({ path, query, accept: METADATA_LIST_TYPE, timeout: TIMEOUT_MS, signal });
    read.set(path, reading);
    const { items, metadata } = await reading;
    return { kind: resourceNameOf(resource), items: items ?? [], isMore: Boolean(metadata?.continue) };
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
