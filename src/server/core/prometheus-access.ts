import type { Connection } from '../../kubernetes/client/cluster.ts';
import { findPrometheus } from '../../kubernetes/metrics/find-prometheus.ts';
import { type Prometheus, prometheusAt } from '../../kubernetes/metrics/prometheus.ts';
import type { Policy } from '../../kubernetes/policy.ts';
import type { Contexts } from './contexts.ts';

/**
 * The Prometheus of the connection's cluster: the one at the given address, which is about the server's own context, or
 * one of the cluster. Undefined if there is none, or the toolset is off.
 */
export async function prometheusOf(
  connection: Connection,
  address: string | undefined,
  contexts: Contexts,
  policy: Policy,
): Promise<Prometheus | undefined> {
  if (!policy.hasToolset('metrics')) return undefined;
  if (address && contexts.isOwn(connection.context.name)) return prometheusAt(address);
  return findPrometheus(connection);
}
