import { fieldAt, objectsAt } from '../apimachinery/fields.ts';
import { isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { parseQuantity } from '../apimachinery/quantity.ts';
import { longRunning, statusOf } from './containers.ts';
import { effectiveResources, limitsOf, requestsOf } from './pod-resources.ts';
import type { Pod, Resources } from './pods.ts';

export type Measured = 'cpu' | 'memory';

/** Cores or bytes; undefined where unknown or not set. */
export interface Amounts {
  used: number | undefined;
  requested: number | undefined;
  limit: number | undefined;
}

export type Usage = Record<Measured, Amounts>;

/** The usage of one container from the metrics API. */
export interface ContainerMetrics {
  name: string;
  usage?: JsonObject;
}

/** The containers in the metrics of a pod. */
export function containersIn(metrics: KubernetesObject): ContainerMetrics[] {
  return objectsAt(metrics, 'containers').map((one) => ({ ...one, name: String(one.name) }));
}

/** What a pod or a node uses, by its metrics alone. */
export function usedBy(metrics: KubernetesObject): Record<Measured, number | undefined> {
  const parts = metrics.containers === undefined ? [metrics] : containersIn(metrics);
  const used = (measured: Measured) => sum(parts.map(({ usage }) => parseQuantity(fieldAt(usage, measured))));
  return { cpu: used('cpu'), memory: used('memory') };
}

/** A pod's usage, with the total requests and limits of its containers. */
export function podUsage(pod: Pod, metrics: readonly ContainerMetrics[] | undefined): Usage {
  const { resources: whole, overhead: above } = pod.spec ?? {};
  const running = runningResources(pod);
  return both((measured) => {
    const used = metrics?.map(({ usage }) => parseQuantity(usage?.[measured]));
    const overhead = parseQuantity(above?.[measured]) ?? 0;
    const ofWhole = (amounts: Record<string, string> | undefined) => {
      const amount = parseQuantity(amounts?.[measured]);
      return amount === undefined ? undefined : [amount];
    };
    const requests = ofWhole(whole?.requests) ?? running.map(({ resources }) => requestOf(resources, measured));
    const limits =
      ofWhole(whole?.limits) ?? running.map(({ resources }) => parseQuantity(resources.limits?.[measured]));
    return {
      used: used && sum(used),
      requested: sum(requests, overhead),
      // A pod has no limit if one of its containers has none.
      limit: limits.includes(undefined) ? undefined : sum(limits, overhead),
    };
  });
}

/** Usage and limit of each long-running container of a pod. */
export function containerUsages(pod: Pod, metrics: readonly ContainerMetrics[]): { name: string; usage: Usage }[] {
  return runningResources(pod).map(({ name, resources }) => {
    const found = metrics.find((one) => one.name === name);
    const usage = both((measured) => ({
      used: parseQuantity(found?.usage?.[measured]),
      requested: requestOf(resources, measured),
      limit: parseQuantity(resources.limits?.[measured]),
    }));
    return { name, usage };
  });
}

/** A node's usage, with what its pods reserve and their limits; containers without a limit count as 0. */
export function nodeUsage(metrics: KubernetesObject | undefined, pods: readonly Pod[] | undefined): Usage {
  const usage = isObject(metrics?.usage) ? metrics.usage : {};
  const requests = pods?.map(requestsOf);
  const limits = pods?.map(limitsOf);
  return both((measured) => ({
    used: parseQuantity(usage[measured]),
    requested: requests && (sum(requests.map((one) => one.get(measured))) ?? 0),
    limit: limits && (sum(limits.map((one) => one.get(measured))) ?? 0),
  }));
}

/** The containers that run as long as the pod, with their resources as they are in force. */
function runningResources(pod: Pod): { name: string; resources: Resources }[] {
  return longRunning(pod.spec ?? {}).map((container) => {
    return { name: container.name, resources: effectiveResources(container, statusOf(pod, container.name)) };
  });
}

// Without a request, the limit is the request.
function requestOf({ requests, limits }: Resources, measured: Measured): number | undefined {
  return parseQuantity(requests?.[measured] ?? limits?.[measured]);
}

function both(amounts: (measured: Measured) => Amounts): Usage {
  return { cpu: amounts('cpu'), memory: amounts('memory') };
}

function sum(numbers: readonly (number | undefined)[], more = 0): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, number) => total + number, more);
}
