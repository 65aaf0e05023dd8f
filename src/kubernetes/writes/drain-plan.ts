import { pathOf } from '../apimachinery/api-resource.ts';
import { isApiError, RefusedError, UserError } from '../apimachinery/errors.ts';
import { fieldSelector } from '../apimachinery/field-selector.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import { listAll } from '../client/pages.ts';
import {
  type DisruptionBudget,
  type EvictedPod,
  type EvictionPlan,
  planEvictions,
} from '../workloads/eviction-plan.ts';
import { type Node, withoutRoom } from '../workloads/node-room.ts';
import type { Pod } from '../workloads/pods.ts';
import { type Danger, danger } from './danger.ts';

/** What draining a node would do. */
export interface DrainPlan extends EvictionPlan {
  /** Pods that no other node takes, and why. */
  homeless: { pod: Pod; reason: string }[];
  /** What could not be looked at. */
  unknown: string[];
}

/** What goes for good only where the caller says so. */
export interface DrainConsent {
  /** Evict pods that nothing makes again. */
  force: boolean;
  deleteEmptyDirData: boolean;
}

const MAX_PODS = 20_000;

/** Looks at the pods of a node, their budgets, and the room on other nodes. */
export async function planDrain(client: ApiClient, node: string, signal: AbortSignal): Promise<DrainPlan> {
  const all = (kind: (typeof kinds)[keyof typeof kinds]) =>
    listAll(client, { path: pathOf(kind), signal }, MAX_PODS).then(
      // A part of the whole would say that there is room where there is none.
      ({ items, continue: more }) => (more ? undefined : items),
      unreadable,
    );
  const [pods, budgets, nodes, placed] = await Promise.all([
    podsOn(client, node, signal),
    all(kinds.budgets),
    all(kinds.nodes),
    all(kinds.pods),
  ]);
  const plan = planEvictions(pods, (budgets ?? []) as DisruptionBudget[]);
  const others = nodes?.filter(({ metadata }) => metadata?.name !== node) as Node[] | undefined;
  const moving = plan.evicted.filter(({ controller, isFinished }) => controller && !isFinished);
  return {
    ...plan,
    homeless:
      others && placed
        ? withoutRoom(
            moving.map(({ pod }) => pod),
            others,
            placed as Pod[],
          )
        : [],
    unknown: [
      ...(budgets ? [] : ['which PodDisruptionBudgets hold pods back']),
      ...(others && placed ? [] : ['whether other nodes have room']),
    ],
  };
}

/** The pods that run on a node. */
export async function podsOn(client: ApiClient, node: string, signal: AbortSignal): Promise<Pod[]> {
  const query = { fieldSelector: fieldSelector({ 'spec.nodeName': node }) };
  return (await listAll(client, { path: pathOf(kinds.pods), query, signal }, MAX_PODS)).items as Pod[];
}

/** What a user must know before the node is drained. */
export function drainDangers({ evicted, homeless, unknown }: DrainPlan): Danger[] {
  const some = (kind: 'lostForGood' | 'heldByBudget' | 'dataGoes' | 'noRoom' | 'notLookedAt', texts: string[]) =>
    texts.length > 0 ? [danger(kind, texts.join(', '))] : [];
  return [
    ...some('lostForGood', unmanaged(evicted).map(nameOf)),
    ...some(
      'dataGoes',
      withData(evicted).map((one) => `${nameOf(one)} (${one.emptyDirs.join(', ')})`),
    ),
    ...some(
      'heldByBudget',
      evicted.filter(({ heldBy }) => heldBy.length > 0).map((one) => `${nameOf(one)} (${one.heldBy.join(', ')})`),
    ),
    ...some(
      'noRoom',
      homeless.map(({ pod, reason }) => `${nameOf({ pod })} (${reason})`),
    ),
    ...some('notLookedAt', unknown),
  ];
}

/** The pods by what makes them, and those that stay. */
export function drainLines({ evicted, staying, leaving }: DrainPlan): string[] {
  const places = Map.groupBy(evicted, (one) => `${one.pod.metadata?.namespace}: ${originOf(one)}`);
  const names = (pods: readonly Pod[]) => pods.map((pod) => nameOf({ pod })).join(', ');
  const stays = (count: readonly Pod[], what: string) => (count.length > 0 ? [`${what}: ${names(count)}`] : []);
  return [
    `${evicted.length} ${evicted.length === 1 ? 'pod is' : 'pods are'} evicted${evicted.length > 0 ? ':' : '.'}`,
    ...[...places].map(([place, pods]) => `- ${place}: ${pods.map(({ pod }) => pod.metadata?.name).join(', ')}`),
    ...stays(leaving, 'Being deleted already'),
    ...stays(staying.daemonSets, 'Stay, of DaemonSets'),
    ...stays(staying.statics, 'Stay, static'),
  ];
}

/** @throws UserError where the drain would lose what the caller did not give up. */
export function refuseLosses({ evicted }: DrainPlan, { force, deleteEmptyDirData }: DrainConsent): void {
  const problems = lossesOf(evicted, { force, deleteEmptyDirData });
  if (problems.length > 0) throw new UserError(`Nothing was done to the node. ${problems.join(' ')}`);
}

/** What the drain needs the caller to say. */
export function lossesOf(evicted: readonly EvictedPod[], { force, deleteEmptyDirData }: DrainConsent): string[] {
  const lost = force ? [] : unmanaged(evicted).map(nameOf);
  const emptied = deleteEmptyDirData ? [] : withData(evicted).map(nameOf);
  return [
    ...(lost.length > 0 ? [`It needs force: true, as nothing makes these pods again: ${lost.join(', ')}.`] : []),
    ...(emptied.length > 0
      ? [
          `It needs deleteEmptyDirData: true, as these pods lose the data of their emptyDir volumes: ${emptied.join(', ')}.`,
        ]
      : []),
  ];
}

/** `shop/web-1` */
export function nameOf({ pod: { metadata } }: { pod: Pod }): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}

function unmanaged(evicted: readonly EvictedPod[]): EvictedPod[] {
  return evicted.filter(({ controller, isFinished }) => controller === undefined && !isFinished);
}

function withData(evicted: readonly EvictedPod[]): EvictedPod[] {
  return evicted.filter(({ emptyDirs }) => emptyDirs.length > 0);
}

function originOf({ controller, isFinished }: EvictedPod): string {
  return isFinished ? 'finished' : (controller ?? 'nothing makes it again');
}

function unreadable(error: unknown): undefined {
  if (!isApiError(error, 403) && !(error instanceof RefusedError)) throw error;
}
