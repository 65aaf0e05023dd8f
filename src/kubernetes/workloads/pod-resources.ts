import { conditionOf } from '../apimachinery/conditions.ts';
import { cpuText, memoryText, parseQuantity } from '../apimachinery/quantity.ts';
import { isSidecar, statusOf } from './containers.ts';
import type { Container, ContainerStatus, Pod, Resources } from './pods.ts';

/** Amounts by resource: `cpu`, `memory`, `pods`, … */
export type Amounts = Map<string, number>;

/** A container's resources as they are in force: while the pod is being resized, not those of its spec. */
export function effectiveResources({ resources }: Container, status: ContainerStatus | undefined): Resources {
  return status?.resources ?? resources ?? {};
}

/** What the scheduler reserves for a pod, as PodRequests of k8s.io/component-helpers adds it up. */
export function requestsOf(pod: Pod): Amounts {
  const { resources, overhead } = pod.spec ?? {};
  const needs = takenBy(pod, 'requests');
  for (const [name, amount] of quantities(resources?.requests)) needs.set(name, amount);
  return sumOf([needs, quantities(overhead), new Map([['pods', 1]])]);
}

/** The limits that count on its node, as PodLimits of k8s.io/component-helpers adds them up. */
export function limitsOf(pod: Pod): Amounts {
  const { resources, overhead } = pod.spec ?? {};
  const limits = takenBy(pod, 'limits');
  for (const [name, amount] of quantities(resources?.limits)) limits.set(name, amount);
  return sumOf([limits, new Map([...quantities(overhead)].filter(([name]) => limits.get(name)))]);
}

/** The amounts by their names. */
export function quantities(amounts: Record<string, string> | undefined): Amounts {
  return new Map(Object.entries(amounts ?? {}).map(([name, amount]) => [name, parseQuantity(amount) ?? 0]));
}

/** `cpu 1500m, memory 1Gi`; empty where nothing is requested. */
export function requestText(requests: Amounts): string {
  return [...requests]
    .filter(([name, amount]) => name !== 'pods' && amount > 0)
    .map(
      ([name, amount]) =>
        `${name} ${name === 'cpu' ? cpuText(amount) : /memory|storage|hugepages/.test(name) ? memoryText(amount) : amount}`,
    )
    .join(', ');
}

/** What runs together, or an init container with the sidecars before it where that is more. */
function takenBy(pod: Pod, kind: keyof Resources): Amounts {
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const sidecars: Amounts[] = [];
  const starts: Amounts[] = [];
  for (const init of initContainers) {
    const own = heldBy(pod, init, kind);
    if (isSidecar(init)) sidecars.push(own);
    else starts.push(sumOf([...sidecars, own]));
  }
  return largestOf([sumOf([...containers.map((one) => heldBy(pod, one, kind)), ...sidecars]), ...starts]);
}

/** What a container has, and while it is being resized also what it is to get, unless it never will. */
function heldBy(pod: Pod, container: Container, kind: keyof Resources): Amounts {
  const { limits, requests } = container.resources ?? {};
  // Without a request, the limit is the request.
  const wanted = quantities(kind === 'limits' ? limits : { ...limits, ...requests });
  const { resources, allocatedResources } = statusOf(pod, container.name) ?? {};
  if (!resources) return wanted;
  const held = [quantities(resources[kind]), quantities(kind === 'requests' ? allocatedResources : undefined)];
  const isInfeasible = conditionOf(pod, 'PodResizePending')?.reason === 'Infeasible';
  return largestOf(isInfeasible ? held : [wanted, ...held]);
}

function sumOf(all: readonly Amounts[]): Amounts {
  return combined(all, (a, b) => a + b);
}

function largestOf(all: readonly Amounts[]): Amounts {
  return combined(all, Math.max);
}

function combined(all: readonly Amounts[], combine: (a: number, b: number) => number): Amounts {
  const whole: Amounts = new Map();
  for (const one of all) for (const [name, amount] of one) whole.set(name, combine(whole.get(name) ?? 0, amount));
  return whole;
}
