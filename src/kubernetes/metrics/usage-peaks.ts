import { type Peak, peakKey } from '../workloads/unused-requests.ts';
import { podNamePattern, type Workload } from '../workloads/workload-of.ts';
import type { Prometheus } from './prometheus.ts';
import { quoted } from './quoted.ts';
import { type LabelledValue, labelledValues } from './series.ts';

/** How far back it is looked; Prometheus may keep less. */
const RANGE = '7d';
/** The rate of CPU use is that of five minutes, as in most dashboards. */
const STEP = '5m';
const TIMEOUT_MS = 20_000;
const BY = 'max by (namespace, pod, container)';

/**
 * The most that each container of these workloads used in the last week, former pods included, by `peakKey`. Nothing is
 * said of those that Prometheus does not know.
 * @throws UserError with the reason.
 */
export async function usagePeaks(
  prometheus: Prometheus,
  workloads: readonly Workload[],
  signal: AbortSignal,
): Promise<Map<string, Peak>> {
  const peaks = new Map<string, Peak>();
  if (workloads.length === 0) return peaks;
  const of = selectorOf(workloads);
  const cpu = `rate(container_cpu_usage_seconds_total{${of}}[${STEP}])`;
  const memory = `container_memory_working_set_bytes{${of}}`;
  const ask = async (query: string) =>
    labelledValues((await prometheus.ask('query', { query }, signal, TIMEOUT_MS)).data);
  // Subqueries look at full steps only; what is younger than one is in the second part.
  const [cpus, memories, ages] = await Promise.all([
    ask(`${BY} (max_over_time(${cpu}[${RANGE}:${STEP}]) or ${cpu})`),
    ask(`${BY} (max_over_time(${memory}[${RANGE}]))`),
    ask(`${BY} (time() - (min_over_time(timestamp(${memory})[${RANGE}:${STEP}]) or timestamp(${memory})))`),
  ]);
  const keysOf = keyFinder(workloads);
  const most = (values: readonly LabelledValue[], member: keyof Peak, unit = 1) => {
    for (const { labels, value } of values) {
      const key = Number.isFinite(value) ? keysOf(labels) : undefined;
      if (key === undefined) continue;
      const peak = peaks.get(key) ?? { period: 0 };
      peaks.set(key, { ...peak, [member]: Math.max(peak[member] ?? 0, value * unit) });
    }
  };
  most(cpus, 'cpu');
  most(memories, 'memory');
  most(ages, 'period', 1_000);
  return peaks;
}

function selectorOf(workloads: readonly Workload[]): string {
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))];
  const pods = [...new Set(workloads.map(podNamePattern))];
  return `namespace=~${quoted(namespaces.join('|'))},pod=~${quoted(pods.join('|'))},container!="",container!="POD"`;
}

function keyFinder(workloads: readonly Workload[]): (labels: Record<string, string>) => string | undefined {
  const byNamespace = Map.groupBy(
    workloads.map((workload) => ({ workload, pattern: new RegExp(`^(?:${podNamePattern(workload)})$`) })),
    ({ workload }) => workload.namespace,
  );
  return ({ namespace = '', pod = '', container = '' }) => {
    const found = byNamespace.get(namespace)?.find(({ pattern }) => pattern.test(pod));
    return found && peakKey(found.workload, container);
  };
}
