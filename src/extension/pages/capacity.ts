import { isConditionTrue } from '../../kubernetes/apimachinery/conditions.ts';
import { fieldAt } from '../../kubernetes/apimachinery/fields.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { parseQuantity } from '../../kubernetes/apimachinery/quantity.ts';
import type { Node } from '../../kubernetes/workloads/node-room.ts';
import { requestsOf } from '../../kubernetes/workloads/pod-resources.ts';
import type { Pod } from '../../kubernetes/workloads/pods.ts';
import { takesRoom } from './object-usage.ts';

export const COUNTED = ['cpu', 'memory', 'pods'] as const;
export type Counted = (typeof COUNTED)[number];

/** How much there is of something, how much of it pods requested, and how much is in use; undefined if unknown. */
export interface Capacity {
  whole: number;
  requested: number | undefined;
  used: number | undefined;
}

export interface NodeCapacity {
  name: string;
  isReady: boolean;
  isCordoned: boolean;
  capacity: Record<Counted, Capacity>;
}

/** The capacity of each node, the fullest first. @param pods undefined if they could not be read. */
export function nodeCapacities(
  nodes: readonly Node[],
  pods: readonly Pod[] | undefined,
  metrics: readonly KubernetesObject[],
): NodeCapacity[] {
  const byNode = Map.groupBy((pods ?? []).filter(takesRoom), ({ spec }) => spec?.nodeName);
  const measured = new Map(metrics.map((one) => [one.metadata?.name, one]));
  const all = nodes.map((node): NodeCapacity => {
    const { name = '' } = node.metadata ?? {};
    const requests = (byNode.get(name) ?? []).map(requestsOf);
    const of = (counted: Counted): Capacity => {
      const requested = pods && requests.reduce((sum, one) => sum + (one.get(counted) ?? 0), 0);
      return {
        whole: parseQuantity(node.status?.allocatable?.[counted]) ?? 0,
        requested,
        used: counted === 'pods' ? requested : parseQuantity(fieldAt(measured.get(name), 'usage', counted)),
      };
    };
    return {
      name,
      isReady: isConditionTrue(node, 'Ready'),
      isCordoned: node.spec?.unschedulable === true,
      capacity: { cpu: of('cpu'), memory: of('memory'), pods: of('pods') },
    };
  });
  return all.sort((a, b) => fullness(b) - fullness(a) || (a.name < b.name ? -1 : 1));
}

/** What all of them have together. What is unknown of one is unknown of all. */
export function totalCapacity(nodes: readonly NodeCapacity[], counted: Counted): Capacity {
  const sum = (part: 'requested' | 'used') =>
    nodes.reduce<number | undefined>((total, { capacity }) => {
      const more = capacity[counted][part];
      return total === undefined || more === undefined ? undefined : total + more;
    }, 0);
  const whole = nodes.reduce((total, { capacity }) => total + capacity[counted].whole, 0);
  return { whole, requested: sum('requested'), used: sum('used') };
}

/** From 0 to 1, and above; undefined where unknown. */
export function shareOf(part: number | undefined, whole: number): number | undefined {
  return part === undefined || whole <= 0 ? undefined : part / whole;
}

// What is not ready comes before what is full.
function fullness({ isReady, capacity }: NodeCapacity): number {
  const shares = COUNTED.map((counted) => shareOf(capacity[counted].requested, capacity[counted].whole) ?? 0);
  return Math.max(...shares) + (isReady ? 0 : 1_000);
}
