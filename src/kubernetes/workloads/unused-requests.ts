import type { Pod } from './pods.ts';
import { type ContainerMetrics, containerUsages, type Measured, type Usage } from './usage.ts';
import { type Workload, workloadOf } from './workload-of.ts';

/** The same container in all pods of a workload. */
export interface ContainerOfWorkload {
  workload: Workload;
  container: string;
  /** Of each pod that is measured. */
  usages: Usage[];
}

/** The most that one container used, over time. */
export interface Peak {
  cpu?: number | undefined;
  memory?: number | undefined;
  /** How far back it was looked, in milliseconds. */
  period: number;
}

/** What one measure of a container is requested and used. */
export interface Unused {
  /** Of one container; the largest where they differ. */
  requested: number;
  /** The most that one container used. */
  peak: number;
  /** What all of them request beyond that. */
  unused: number;
}

/** A container of a workload with what it does not use of its requests; undefined for a measure without a request. */
export interface UnusedRequest extends Omit<ContainerOfWorkload, 'usages'> {
  pods: number;
  cpu: Unused | undefined;
  memory: Unused | undefined;
  /** How far back its peak is known; undefined: only now. */
  period: number | undefined;
}

/** The containers of measured pods, by workload. */
export function containersOfWorkloads(
  pods: readonly { pod: Pod; metrics: readonly ContainerMetrics[] }[],
): ContainerOfWorkload[] {
  const found = new Map<string, ContainerOfWorkload>();
  for (const { pod, metrics } of pods) {
    const workload = workloadOf(pod);
    for (const { name, usage } of containerUsages(pod, metrics)) {
      const key = peakKey(workload, name);
      const one = found.get(key) ?? { workload, container: name, usages: [] };
      one.usages.push(usage);
      found.set(key, one);
    }
  }
  return [...found.values()];
}

/** Names a container of a workload. */
export function peakKey({ namespace, kind, name }: Workload, container: string): string {
  return [namespace, kind, name, container].join('/');
}

/** What is requested and not used, the largest share of all requests first; containers without any request are left out. */
export function unusedRequests(
  containers: readonly ContainerOfWorkload[],
  peaks: ReadonlyMap<string, Peak>,
): UnusedRequest[] {
  const rows = containers.flatMap(({ workload, container, usages }): UnusedRequest[] => {
    const peak = peaks.get(peakKey(workload, container));
    const [cpu, memory] = (['cpu', 'memory'] as const).map((measured) => unusedOf(usages, measured, peak?.[measured]));
    if (!cpu && !memory) return [];
    return [{ workload, container, pods: usages.length, cpu, memory, period: peak?.period }];
  });
  const whole = { cpu: totalRequested(containers, 'cpu'), memory: totalRequested(containers, 'memory') };
  const share = ({ cpu, memory }: UnusedRequest) =>
    (cpu && whole.cpu > 0 ? cpu.unused / whole.cpu : 0) +
    (memory && whole.memory > 0 ? memory.unused / whole.memory : 0);
  return rows.sort((a, b) => share(b) - share(a));
}

/** What all of them request. */
export function totalRequested(containers: readonly ContainerOfWorkload[], measured: Measured): number {
  return containers.reduce(
    (total, { usages }) => total + usages.reduce((sum, usage) => sum + (usage[measured].requested ?? 0), 0),
    0,
  );
}

function unusedOf(usages: readonly Usage[], measured: Measured, before: number | undefined): Unused | undefined {
  const requests = usages.flatMap((usage) => usage[measured].requested ?? []);
  const used = usages.flatMap((usage) => usage[measured].used ?? []);
  if (requests.length === 0 || used.length === 0) return undefined;
  const peak = Math.max(...used, before ?? 0);
  const unused = requests.reduce((sum, request) => sum + Math.max(0, request - peak), 0);
  return { requested: Math.max(...requests), peak, unused };
}
