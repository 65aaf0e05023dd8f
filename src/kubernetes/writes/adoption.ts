import { pathOf } from '../apimachinery/api-resource.ts';
import { selectorText } from '../apimachinery/label-selector.ts';
import { type LabelSelector, matches } from '../apimachinery/labels.ts';
import { deepEqual, isObject, type KubernetesObject, ownValue } from '../apimachinery/objects.ts';
import { controllerOf } from '../apimachinery/ownership.ts';
import { type Kind, kinds } from '../apimachinery/well-known-kinds.ts';
import type { Connection } from '../client/cluster.ts';
import { listAll } from '../client/pages.ts';
import type { Change } from './change.ts';
import { type Danger, danger } from './danger.ts';

/** What controllers adopt if it matches their selector and has no controller. They delete what is too many. */
const ADOPTED: Record<string, Kind> = {
  ReplicaSet: kinds.pods,
  ReplicationController: kinds.pods,
  StatefulSet: kinds.pods,
  DaemonSet: kinds.pods,
  Job: kinds.pods,
  Deployment: kinds.replicaSets,
};
/** Who adopts objects of a kind. */
const ADOPTERS: Record<string, readonly Kind[]> = {
  Pod: [kinds.replicaSets, kinds.replicationControllers, kinds.statefulSets, kinds.daemonSets, kinds.jobs],
  ReplicaSet: [kinds.deployments],
};
const MAX_READ = 5_000;
const MAX_NAMED = 5;

/**
 * What a controller takes over because of the change, and may then delete: objects without a controller that a new
 * selector matches, or the changed object, where its new labels match a selector.
 * https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#non-template-pod-acquisitions
 */
export async function adoptionsOf(change: Change, connection: Connection, signal: AbortSignal): Promise<Danger[]> {
  const { access, after, before, kind, subresource } = change;
  if (!after || subresource !== undefined || (access !== 'create' && access !== 'update')) return [];
  const namespace = change.namespace ?? connection.namespace;
  const unknown: Danger[] = [];
  const list = async (of: Kind, labelSelector?: string) => {
    try {
      const request = { path: pathOf(of, namespace), query: { labelSelector }, signal };
      const { items, continue: more } = await listAll(connection.client, request, MAX_READ);
      if (more !== undefined) unknown.push(danger('notLookedAt', `${of.name} beyond the first ${items.length}`));
      return items;
    } catch {
      signal.throwIfAborted();
      unknown.push(danger('notLookedAt', `${of.name}, for what is taken over because of labels`));
      return [];
    }
  };
  const adopted = ownValue(ADOPTED, kind);
  if (adopted && takesWhatItFinds(kind, after) && !deepEqual(selectorIn(before), selectorIn(after))) {
    const text = selectorText(selectorIn(after));
    const found = text === undefined ? [] : await list(adopted, text);
    const free = found.filter((one) => !controllerOf(one) && one.metadata?.deletionTimestamp === undefined);
    if (free.length > 0) return [danger('adopts', namesOf(adopted, free))];
  }
  const adopters = ownValue(ADOPTERS, kind);
  if (!adopters || controllerOf(after) || deepEqual(labelsOf(before), labelsOf(after))) return unknown;
  for (const one of adopters) {
    const owners = (await list(one)).filter((owner) => one !== kinds.jobs || takesWhatItFinds('Job', owner));
    const taking = owners.filter((owner) => isNewlyTaken(owner, before, after));
    if (taking.length > 0) return [danger('adopted', namesOf(one, taking))];
  }
  return unknown;
}

/** A Job takes over only what is its own, unless it is told its selector. */
function takesWhatItFinds(kind: string, { spec }: KubernetesObject): boolean {
  return kind !== 'Job' || (isObject(spec) && spec.manualSelector === true);
}

function isNewlyTaken(owner: KubernetesObject, before: KubernetesObject | undefined, after: KubernetesObject): boolean {
  const selector = selectorIn(owner);
  if (!isObject(selector)) return false;
  const structured: LabelSelector =
    'matchLabels' in selector || 'matchExpressions' in selector ? selector : { matchLabels: selector as Labels };
  return matches(structured, labelsOf(after)) && !(before && matches(structured, labelsOf(before)));
}

type Labels = Record<string, string>;

function labelsOf(object: KubernetesObject | undefined): Labels {
  return object?.metadata?.labels ?? {};
}

function selectorIn(object: KubernetesObject | undefined): unknown {
  return isObject(object?.spec) ? object.spec.selector : undefined;
}

function namesOf({ name }: Kind, objects: readonly KubernetesObject[]): string {
  const names = objects.slice(0, MAX_NAMED).map(({ metadata }) => metadata?.name ?? '?');
  return `${name} ${names.join(', ')}${objects.length > MAX_NAMED ? `, and ${objects.length - MAX_NAMED} more` : ''}`;
}
