import { messageOf } from '../apimachinery/errors.ts';
import { oneLine } from '../text/one-line.ts';
import { shortened } from '../text/shortened.ts';
import type { Prometheus } from './prometheus.ts';
import { quoted } from './quoted.ts';
import { lastRange, numberText, type Series, seriesOf, summaryOf, valuesBy } from './series.ts';

const HOUR_MS = 3_600_000;
/** A diagnosis does not wait longer. */
const TIMEOUT_MS = 3_000;
const MAX_PODS = 50;
const MAX_CONTAINERS = 6;

type Metric = 'cpu' | 'memory' | 'throttling';

/** The last hour of some pods of a namespace, a line per container; says why where there is nothing. */
export async function podHistory(
  prometheus: Prometheus,
  namespace: string,
  pods: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  if (pods.length === 0) return [];
  const range = lastRange(HOUR_MS);
  const of = selectorOf(namespace, pods.slice(0, MAX_PODS));
  const { start, end, step } = range;
  const bounds = { start: String(start), end: String(end), step: String(step) };
  const series = async (query: string) => {
    const { data } = await prometheus.ask('query_range', { query, ...bounds }, signal, TIMEOUT_MS);
    return seriesOf(data, range);
  };
  try {
    const [cpu, memory, throttling, restarts] = await Promise.all([
      series(`sum by (container) (${rate('container_cpu_usage_seconds_total', of)})`),
      series(`max by (container) (container_memory_working_set_bytes{${of}})`),
      series(
        `sum by (container) (${rate('container_cpu_cfs_throttled_periods_total', of)}) / sum by (container) (${rate('container_cpu_cfs_periods_total', of)})`,
      ),
      prometheus.ask('query', { query: restartsQuery(of) }, signal, TIMEOUT_MS),
    ]);
    const found = { cpu, memory, throttling };
    const counts = valuesBy('container', restarts.data);
    const names = [...cpu, ...memory, ...throttling].map(({ labels }) => labels.container ?? '');
    const lines = [...new Set([...names, ...counts.keys()])].flatMap((name) =>
      containerLine(name, found, counts.get(name)),
    );
    if (lines.length === 0) return [`Metrics: Prometheus (${prometheus.place}) has none of the last hour.`];
    const which =
      pods.length === 1
        ? ''
        : `, ${pods.length > MAX_PODS ? `the first ${MAX_PODS} of ` : 'all '}${pods.length} pods together`;
    const more = lines.length > MAX_CONTAINERS ? [`  and ${lines.length - MAX_CONTAINERS} more containers`] : [];
    return [`Last hour (Prometheus, ${prometheus.place})${which}:`, ...lines.slice(0, MAX_CONTAINERS), ...more];
  } catch (error) {
    signal.throwIfAborted();
    return [`Metrics were not looked at: ${shortened(oneLine(messageOf(error)), 200)}`];
  }
}

function selectorOf(namespace: string, pods: readonly string[]): string {
  // A dot is all that the name of a pod may hold and that means more in an expression.
  const names = pods.map((name) => name.replaceAll('.', '[.]')).join('|');
  return `namespace=${quoted(namespace)},pod=~${quoted(names)},container!="",container!="POD"`;
}

function rate(metric: string, of: string): string {
  return `rate(${metric}{${of}}[5m])`;
}

// Not increase(), which extrapolates: half a restart says nothing.
function restartsQuery(of: string): string {
  const counter = `kube_pod_container_status_restarts_total{${of}}[1h]`;
  return `sum by (container) (max_over_time(${counter}) - min_over_time(${counter}))`;
}

function containerLine(
  container: string,
  found: Record<Metric, readonly Series[]>,
  restarts: number | undefined,
): string[] {
  const summary = (metric: Metric) => {
    const series = found[metric].find(({ labels }) => (labels.container ?? '') === container);
    return series && summaryOf(series);
  };
  const [cpu, memory, throttling] = [summary('cpu'), summary('memory'), summary('throttling')];
  const parts = [
    ...(cpu ? [`CPU ${numberText(cpu.median)} median, ${numberText(cpu.max)} max ${cpu.trend}`] : []),
    ...(memory ? [`memory ${numberText(memory.median)} median, ${numberText(memory.max)} max ${memory.trend}`] : []),
    ...(throttling && throttling.max > 0 ? [`throttled up to ${numberText(Math.round(throttling.max * 100))}%`] : []),
    ...(restarts === undefined ? [] : [restarts === 1 ? '1 restart' : `${numberText(restarts)} restarts`]),
  ];
  return parts.length > 0 ? [`  ${oneLine(container)}: ${parts.join('; ')}`] : [];
}
