import { ageText } from '../../../kubernetes/apimachinery/duration.ts';
import { messageOf } from '../../../kubernetes/apimachinery/errors.ts';
import { cpuText, memoryText } from '../../../kubernetes/apimachinery/quantity.ts';
import { counted } from '../../../kubernetes/apimachinery/texts.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import type { Prometheus } from '../../../kubernetes/metrics/prometheus.ts';
import { usagePeaks } from '../../../kubernetes/metrics/usage-peaks.ts';
import { oneLine } from '../../../kubernetes/text/one-line.ts';
import { renderRows } from '../../../kubernetes/text/table.ts';
import {
  containersOfWorkloads,
  type Peak,
  peakKey,
  totalRequested,
  type Unused,
  type UnusedRequest,
  unusedRequests,
} from '../../../kubernetes/workloads/unused-requests.ts';
import type { Workload } from '../../../kubernetes/workloads/workload-of.ts';
import { namesText } from './object-names.ts';
import { noPodsText } from './pod-usage.ts';
import { findPods, splitMeasured, type UsageQuery, unmeasuredText } from './usage-reading.ts';

const NO_PEAKS: ReadonlyMap<string, Peak> = new Map();
const UNMEASURED_NOW =
  'Only what is used at this moment is known, which is no reason to lower a request: with Prometheus (toolset metrics) it is the most of the last week.';

/** What pods request and do not use, by workload and container, the most first. */
export async function unusedText(
  query: UsageQuery,
  connection: Connection,
  prometheus: () => Promise<Prometheus | undefined>,
  limit: number,
): Promise<string> {
  const found = await findPods(query, connection);
  if (found.items.length === 0) return [...found.notes, noPodsText(query, found)].join('\n');
  const { measured, unmeasured } = splitMeasured(found);
  const containers = containersOfWorkloads(measured);
  const now = unusedRequests(containers, NO_PEAKS);
  // Prometheus works for long over a week: it is asked about what is shown only.
  const first = now.slice(0, limit);
  const { peaks, place, note } = await history(first, prometheus, query.signal);
  const shown = new Set(first.map(({ workload, container }) => peakKey(workload, container)));
  const candidates = containers.filter(({ workload, container }) => shown.has(peakKey(workload, container)));
  const order = unusedRequests(candidates, peaks);
  const totals = (['cpu', 'memory'] as const).map((measure) => {
    const text = TEXT[measure];
    const unused = now.reduce((sum, row) => sum + (row[measure]?.unused ?? 0), 0);
    return `${text(unused)} of ${text(totalRequested(containers, measure))} ${NAME[measure]}`;
  });
  const without = containers.filter(({ usages }) =>
    usages.every(({ cpu, memory }) => cpu.requested === undefined && memory.requested === undefined),
  );
  return [
    ...found.notes,
    `${counted(measured.length, 'pod')}${found.where}${query.node ? ` on node ${query.node}` : ''}: requested and not used now: ${totals.join(', ')}.`,
    note,
    ...(order.length > 0 ? table(order, found.namespace, place !== undefined) : []),
    ...(now.length > first.length ? [`${now.length - first.length} more leave less unused now: raise limit.`] : []),
    ...namesText(
      'No requests at all',
      without.map(({ workload, container }) => [...titleOf(workload, found.namespace), container].join('/')),
    ),
    ...unmeasuredText(unmeasured),
  ].join('\n');
}

const TEXT = { cpu: cpuText, memory: memoryText };
const NAME = { cpu: 'CPU', memory: 'memory' };

async function history(
  rows: readonly UnusedRequest[],
  prometheus: () => Promise<Prometheus | undefined>,
  signal: AbortSignal,
): Promise<{ peaks: ReadonlyMap<string, Peak>; place: string | undefined; note: string }> {
  try {
    const source = await prometheus();
    if (!source) return { peaks: NO_PEAKS, place: undefined, note: UNMEASURED_NOW };
    const workloads = new Map(rows.map(({ workload }) => [Object.values(workload).join('/'), workload]));
    const peaks = await usagePeaks(source, [...workloads.values()], signal);
    return {
      peaks,
      place: source.place,
      note: `MAX is the most that one container used in the last week, as far as Prometheus (${source.place}) knows it (SINCE).`,
    };
  } catch (error) {
    signal.throwIfAborted();
    const reason = oneLine(messageOf(error)).slice(0, 200);
    return { peaks: NO_PEAKS, place: undefined, note: `${UNMEASURED_NOW} It was not asked: ${reason}` };
  }
}

function table(rows: readonly UnusedRequest[], namespace: string | undefined, withPeriod: boolean): string[] {
  const header = (['CPU', 'MEMORY'] as const).flatMap((name) => [`${name} REQUEST`, `${name} MAX`, `${name} UNUSED`]);
  const place = namespace === undefined ? ['NAMESPACE'] : [];
  return renderRows([
    [...place, 'WORKLOAD', 'CONTAINER', 'PODS', ...header, ...(withPeriod ? ['SINCE'] : [])],
    ...rows.map(({ workload, container, pods, cpu, memory, period }) => [
      ...titleOf(workload, namespace),
      container,
      String(pods),
      ...cells(cpu, cpuText),
      ...cells(memory, memoryText),
      ...(withPeriod ? [period === undefined ? 'now' : ageText(period)] : []),
    ]),
  ]);
}

function cells(unused: Unused | undefined, text: (amount: number) => string): string[] {
  return unused ? [text(unused.requested), text(unused.peak), text(unused.unused)] : ['-', '-', '-'];
}

function titleOf({ namespace: place, kind, name }: Workload, namespace: string | undefined): string[] {
  return [...(namespace === undefined ? [place] : []), `${kind}/${name}`];
}
