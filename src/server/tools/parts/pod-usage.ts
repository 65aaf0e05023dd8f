import { counted } from '../../../kubernetes/apimachinery/texts.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { containerUsages, type Measured, podUsage } from '../../../kubernetes/workloads/usage.ts';
import { groupUsage } from '../../../kubernetes/workloads/usage-groups.ts';
import { titleOf } from './object-names.ts';
import {
  type FoundPods,
  findPods,
  type MeasuredPod,
  splitMeasured,
  type UsageQuery,
  unmeasuredText,
} from './usage-reading.ts';
import { renderUsage, totalText, type UsageRow } from './usage-table.ts';

/** How the usage of pods is shown. */
export interface PodUsageView {
  sortBy: Measured;
  /** A row for each container. */
  containers: boolean;
  groupBy: string | undefined;
  limit: number;
}

/** What pods use, each or in groups, beside their requests and limits. */
export async function podsText(query: UsageQuery, connection: Connection, view: PodUsageView): Promise<string> {
  const found = await findPods(query, connection);
  if (found.items.length === 0) return [...found.notes, noPodsText(query, found)].join('\n');
  const { measured, unmeasured } = splitMeasured(found);
  const { header, rows } = view.groupBy ? groupRows(measured, view.groupBy) : podRows(measured, found, view.containers);
  const how = view.groupBy ? `, by ${view.groupBy}, ` : ', by ';
  return [
    ...found.notes,
    `${counted(measured.length, 'pod')}${found.where}${how}${view.sortBy}; ${totalText(rows)}`,
    ...(rows.length > 0 ? renderUsage(header, rows, view.sortBy, view.limit) : []),
    ...unmeasuredText(unmeasured),
  ].join('\n');
}

/** Why there is nothing to show. */
export function noPodsText({ labelSelector, node }: UsageQuery, { where }: Pick<FoundPods, 'where'>): string {
  return `No running pods${where}${node ? ` on node ${node}` : ''}${labelSelector ? ` match ${labelSelector}` : ''}.`;
}

interface Rows {
  header: string[];
  rows: UsageRow[];
}

function podRows(measured: readonly MeasuredPod[], { namespace }: FoundPods, containers: boolean): Rows {
  const header = [...(namespace === undefined ? ['NAMESPACE'] : []), 'POD', ...(containers ? ['CONTAINER'] : [])];
  const rows = measured.flatMap(({ pod, metrics }): UsageRow[] => {
    const title = titleOf(pod, namespace);
    if (!containers) return [{ title, usage: podUsage(pod, metrics) }];
    return containerUsages(pod, metrics).map(({ name, usage }) => ({ title: [...title, name], usage }));
  });
  return { header, rows };
}

function groupRows(measured: readonly MeasuredPod[], by: string): Rows {
  const usages = measured.map(({ pod, metrics }) => ({ pod, usage: podUsage(pod, metrics) }));
  const rows = groupUsage(usages, by).map(({ value, pods, usage }) => ({ title: [value || '-', String(pods)], usage }));
  return { header: [by.toUpperCase(), 'PODS'], rows };
}
