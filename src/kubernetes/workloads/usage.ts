import { isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { parseQuantity } from '../apimachinery/quantity.ts';
import { longRunning } from './containers.ts';
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

/** A pod's usage, with the total requests and limits of its containers. */
export function podUsage({ spec = {} }: Pod, metrics: readonly ContainerMetrics[] | undefined): Usage {
  const running = longRunning(spec);
  return both((measured) => {
    const used = metrics?.map(({ usage }) => parseQuantity(usage?.[measured]));
    const whole = spec.resources;
    const overhead = parseQuantity(spec.overhead?.[measured]) ?? 0;
    const limits = limitsOf(spec, measured);
    return {
      used: used && sum(used),
      requested:
        parseQuantity(whole?.requests?.[measured]) ??
        sum(
          running.map(({ resources }) => requestOf(resources, measured)),
          overhead,
        ),
      // A pod has no limit if one of its containers has none.
      limit: limits.includes(undefined) ? undefined : sum(limits, overhead),
    };
  });
}

/** Usage and limit of each long-running container of a pod. */
export function containerUsages(
  { spec = {} }: Pod,
  metrics: readonly ContainerMetrics[],
): { name: string; usage: Usage }[] {
  return longRunning(spec).map(({ name, resources }) => {
    const found = metrics.find((one) => one.name === name);
    const usage = both((measured) => ({
      used: parseQuantity(found?.usage?.[measured]),
      requested: requestOf(resources, measured),
      limit: parseQuantity(resources?.limits?.[measured]),
    }));
    return { name, usage };
  });
}

/** A node's usage, with the total requests and limits of its pods; containers without a limit count as 0. */
export function nodeUsage(metrics: KubernetesObject | undefined, pods: readonly Pod[] | undefined): Usage {
  const usage = isObject(metrics?.usage) ? metrics.usage : {};
  return both((measured) => ({
    used: parseQuantity(usage[measured]),
    requested: pods && (sum(pods.map((pod) => podUsage(pod, undefined)[measured].requested)) ?? 0),
    limit: pods && (sum(pods.map((pod) => sum(limitsOf(pod.spec ?? {}, measured)))) ?? 0),
  }));
}

/** The limit of each container, or that of the pod as a whole. */
function limitsOf(spec: NonNullable<Pod['spec']>, measured: Measured): (number | undefined)[] {
  const whole = parseQuantity(spec.resources?.limits?.[measured]);
  if (whole !== undefined) return [whole];
  return longRunning(spec).map(({ resources }) => parseQuantity(resources?.limits?.[measured]));
}

// Without a request, the limit is the request.
function requestOf(resources: Resources | undefined, measured: Measured): number | undefined {
  return parseQuantity(resources?.requests?.[measured] ?? resources?.limits?.[measured]);
}

function both(amounts: (measured: Measured) => Amounts): Usage {
  return { cpu: amounts('cpu'), memory: amounts('memory') };
}

function sum(numbers: readonly (number | undefined)[], more = 0): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, number) => total + number, more);
}
