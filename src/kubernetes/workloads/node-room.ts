import { conditionOf } from '../apimachinery/conditions.ts';
import { matches } from '../apimachinery/labels.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { type Amounts, quantities, requestsOf, requestText } from './pod-resources.ts';
import { hasEnded, type NodeSelectorTerm, type Pod } from './pods.ts';

/** A taint of a node. */
export interface Taint {
  key: string;
  value?: string;
  effect: string;
}

/** A Node, as far as scheduling depends on it. */
export interface Node extends KubernetesObject {
  spec?: { unschedulable?: boolean; taints?: Taint[] };
  status?: { allocatable?: Record<string, string> };
}

/** A node with the room that it still has. */
interface Room {
  node: Node;
  free: Amounts;
}

/**
 * Which pods find no room on these nodes, and why. Requests, node selectors, required node affinity and taints count;
 * affinity between pods, spreading, volumes and host ports do not.
 * @param placed all pods that take room on the nodes.
 */
export function withoutRoom(
  pods: readonly Pod[],
  nodes: readonly Node[],
  placed: readonly Pod[],
): { pod: Pod; reason: string }[] {
  const byNode = Map.groupBy(placed, ({ spec }) => spec?.nodeName);
  const rooms = nodes.filter(takesPods).map((node): Room => {
    const taken = (byNode.get(node.metadata?.name) ?? []).filter((pod) => !hasEnded(pod));
    return { node, free: remaining(allocatableOf(node), taken.map(requestsOf)) };
  });
  const homeless: { pod: Pod; reason: string }[] = [];
  // The largest first: small ones fit into what is left.
  for (const pod of pods.toSorted((a, b) => (requestsOf(b).get('memory') ?? 0) - (requestsOf(a).get('memory') ?? 0))) {
    const needs = requestsOf(pod);
    const room = rooms.find(({ node, free }) => refusalOf(pod, needs, node, free) === undefined);
    if (room) room.free = remaining(room.free, [needs]);
    else homeless.push({ pod, reason: reasonOf(pod, needs, rooms) });
  }
  return homeless;
}

/** Does the pod tolerate the taint? */
export function tolerates({ spec }: Pod, taint: Taint): boolean {
  return (spec?.tolerations ?? []).some(
    ({ key, operator = 'Equal', value = '', effect }) =>
      (!effect || effect === taint.effect) &&
      (!key ? operator === 'Exists' : key === taint.key) &&
      (operator === 'Exists' || value === (taint.value ?? '')),
  );
}

function takesPods(node: Node): boolean {
  return !node.spec?.unschedulable && conditionOf(node, 'Ready')?.status === 'True';
}

function allocatableOf({ status }: Node): Amounts {
  return quantities(status?.allocatable);
}

function remaining(free: Amounts, taken: readonly Amounts[]): Amounts {
  const left = new Map(free);
  for (const one of taken) for (const [name, amount] of one) left.set(name, (left.get(name) ?? 0) - amount);
  return left;
}

/** Why the node does not take the pod: `taint dedicated`, `selector`, or the resource that it lacks. */
function refusalOf(pod: Pod, needs: Amounts, node: Node, free: Amounts): string | undefined {
  if (!isSelected(pod, node)) return 'its node selector or affinity';
  const taint = (node.spec?.taints ?? []).find((one) => one.effect !== 'PreferNoSchedule' && !tolerates(pod, one));
  if (taint) return `taint ${taint.key}`;
  const lacking = [...needs].find(([name, amount]) => amount > (free.get(name) ?? 0) + Number.EPSILON);
  return lacking && `too little ${lacking[0]}`;
}

function isSelected({ spec }: Pod, { metadata }: Node): boolean {
  const labels = metadata?.labels ?? {};
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const fields = { 'metadata.name': metadata?.name ?? '' };
  return (
    matches({ matchLabels: spec?.nodeSelector ?? {} }, labels) &&
    (terms === undefined ||
      terms.some(
        ({ matchExpressions, matchFields }: NodeSelectorTerm) =>
          (matchExpressions?.length ?? 0) + (matchFields?.length ?? 0) > 0 &&
          matches({ matchExpressions: matchExpressions ?? [] }, labels) &&
          matches({ matchExpressions: matchFields ?? [] }, fields),
      ))
  );
}

function reasonOf(pod: Pod, needs: Amounts, rooms: readonly Room[]): string {
  if (rooms.length === 0) return 'no other node takes pods';
  const counts = new Map<string, number>();
  for (const { node, free } of rooms) {
    const reason = refusalOf(pod, needs, node, free) ?? '';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const reasons = [...counts].map(([reason, count]) => `${reason} on ${count} of ${rooms.length} nodes`);
  return `${reasons.join(', ')}; it requests ${requestText(needs) || 'nothing'}`;
}
