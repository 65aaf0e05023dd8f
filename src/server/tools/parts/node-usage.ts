import { pathOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { isApiError, RefusedError } from '../../../kubernetes/apimachinery/errors.ts';
import { parseQuantity } from '../../../kubernetes/apimachinery/quantity.ts';
import { counted } from '../../../kubernetes/apimachinery/texts.ts';
import { kinds } from '../../../kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { listAll } from '../../../kubernetes/client/pages.ts';
import type { Pod } from '../../../kubernetes/workloads/pods.ts';
import { type Measured, nodeUsage } from '../../../kubernetes/workloads/usage.ts';
import { keyOf } from './object-names.ts';
import {
  cutNotes,
  MAX_READ,
  metricsOf,
  readObjects,
  runningOn,
  type UsageQuery,
  unmeasuredText,
} from './usage-reading.ts';
import { renderUsage, totalText, type UsageRow } from './usage-table.ts';

/** What nodes use, beside the requests and limits of their pods. */
export async function nodesText(
  query: UsageQuery,
  connection: Connection,
  sortBy: Measured,
  limit: number,
): Promise<string> {
  const { name, signal } = query;
  const request = { path: pathOf(kinds.pods), query: { fieldSelector: runningOn(name) }, signal };
  const podsRead = listAll(connection.client, request, MAX_READ).catch((error: unknown) => {
    if (isApiError(error, 403) || error instanceof RefusedError) return undefined;
    throw error;
  });
  const [{ items: nodes, notes }, metrics, pods] = await Promise.all([
    readObjects(query, connection),
    metricsOf(query, connection),
    podsRead,
  ]);
  const byName = new Map(metrics.map((one) => [keyOf(one), one]));
  const byNode = Map.groupBy((pods?.items ?? []) as Pod[], ({ spec }) => spec?.nodeName);
  const rows = nodes.map((node): UsageRow => {
    const own = pods && (byNode.get(node.metadata?.name) ?? []);
    const status = node.status as { allocatable?: Record<string, string> } | undefined;
    return {
      title: [node.metadata?.name ?? '', `${own?.length ?? '-'}/${parseQuantity(status?.allocatable?.pods) ?? '-'}`],
      usage: nodeUsage(byName.get(keyOf(node)), own),
      capacity: status?.allocatable ?? {},
    };
  });
  const unmeasured = nodes.filter((node) => !byName.has(keyOf(node))).map((node) => node.metadata?.name ?? '');
  if (rows.length === 0) return noNodesText(query);
  return [
    ...notes,
    ...(pods ? cutNotes(pods, kinds.pods, 'Give the name of one node.') : []),
    `${counted(rows.length, 'node')}, by ${sortBy}; ${totalText(rows)}; % of allocatable`,
    ...renderUsage(['NODE', 'PODS'], rows, sortBy, limit),
    ...(pods ? [] : ['Requests and limits are not known: listing pods in all namespaces is forbidden.']),
    ...unmeasuredText(unmeasured),
  ].join('\n');
}

/** Why there is nothing to show. */
export function noNodesText({ labelSelector }: UsageQuery): string {
  return `No nodes${labelSelector ? ` match ${labelSelector}` : ''}.`;
}
