import { type ApiResource, pathOf, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { fieldSelector } from '../../kubernetes/apimachinery/field-selector.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { listAll } from '../../kubernetes/client/pages.ts';
import { metricsKind, readMetrics } from '../../kubernetes/workloads/metrics-api.ts';
import { hasEnded, type Pod, podsOf } from '../../kubernetes/workloads/pods.ts';
import { containersIn, nodeUsage, podUsage, type Usage } from '../../kubernetes/workloads/usage.ts';
import { addedUsage } from '../../kubernetes/workloads/usage-groups.ts';

/** The most pods whose usage is read. */
const MAX_READ = 2_000;

/** What a pod, a node or the pods of a workload use, of what they requested; undefined for what uses nothing. */
export async function objectUsage(
  connection: Connection,
  resource: ApiResource,
  object: KubernetesObject,
  signal: AbortSignal,
): Promise<Usage | undefined> {
  const { client, discovery } = connection;
  const isNode = resourceNameOf(resource) === 'nodes';
  const kind = await metricsKind(discovery, isNode ? 'nodes' : 'pods');
  if (!kind) return undefined;
  const { name = '', namespace } = object.metadata ?? {};
  if (isNode) {
    const [metrics] = await readMetrics(client, kind, { name, signal });
    const query = { fieldSelector: fieldSelector({ 'spec.nodeName': name }) };
    const pods = await listAll(client, { path: pathOf(kinds.pods), query, signal }, MAX_READ);
    return metrics && nodeUsage(metrics, (pods.items as Pod[]).filter(takesRoom));
  }
  const pods = (await podsOf(connection, resource, object, signal))?.filter(takesRoom);
  if (!pods || pods.length === 0 || resourceNameOf(resource) === 'services') return undefined;
  const [only, ...others] = pods;
  const named = others.length > 0 ? {} : { name: only?.metadata?.name };
  const metrics = await readMetrics(client, kind, { ...named, namespace, signal });
  const byName = new Map(metrics.map((item) => [item.metadata?.name, containersIn(item)]));
  return addedUsage(pods.map((pod) => podUsage(pod, byName.get(pod.metadata?.name))));
}

/** Does the pod take room on its node? One that has ended does not. */
export function takesRoom(pod: Pod): boolean {
  return !hasEnded(pod);
}
