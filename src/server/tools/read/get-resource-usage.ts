import * as z from 'zod';
import { type ApiResource, pathOf, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { isApiError, RefusedError, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { KubernetesList, KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { parseQuantity } from '../../../kubernetes/apimachinery/quantity.ts';
import { kinds } from '../../../kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { missingNamespaceText, notFoundError } from '../../../kubernetes/client/not-found.ts';
import { listAll } from '../../../kubernetes/client/pages.ts';
import type { Pod } from '../../../kubernetes/workloads/pods.ts';
import { type ContainerMetrics, containerUsages, nodeUsage, podUsage } from '../../../kubernetes/workloads/usage.ts';
import { bounded } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { acrossNamespaces, placeText } from '../parts/across-namespaces.ts';
import { renderUsage, totalText, type UsageRow } from '../parts/usage-table.ts';

const MAX_READ = 20_000;
const UNFINISHED = 'status.phase!=Succeeded,status.phase!=Failed';

const input = {
  kind: z.string().min(1).describe('Pod or Node'),
  name: z.string().optional(),
  namespace: parameters.namespace,
  labelSelector: z.string().optional(),
  sortBy: z.enum(['cpu', 'memory']).default('cpu'),
  containers: z.boolean().default(false).describe('A row for each container'),
  limit: z.int().min(1).max(1000).default(50).describe('Rows, the largest first'),
};

/** The query to the metrics API. */
interface Query {
  resource: ApiResource;
  name: string | undefined;
  namespace: string | undefined;
  labelSelector: string | undefined;
  signal: AbortSignal;
}

export const getResourceUsage = defineTool({
  name: 'get_resource_usage',
  title: 'Get Resource Usage',
  description:
    'Get CPU and memory use of pods or nodes beside requests and limits, the largest first, in all namespaces unless one is given.',
  access: 'read',
  input,
  async run({ kind, name, namespace, labelSelector, sortBy, containers, limit }, { connection, signal }) {
    const resource = await connection.discovery.resolve(kind);
    const kindName = resourceNameOf(resource);
    const query: Query = { resource, name: name || undefined, namespace, labelSelector, signal };
    if (kindName === 'nodes')
      return { text: bounded(await nodesText(query, connection, sortBy, limit), 'Give a name.') };
    if (kindName !== 'pods') {
      throw new UserError(
        `Only Pods and Nodes have usage, a ${resource.kind} has none. For a workload use kind=Pod with its labelSelector.`,
      );
    }
    const text = await podsText(query, connection, { sortBy, each: containers, limit });
    return { text: bounded(text, 'Narrow it with namespace, name or labelSelector.') };
  },
});

async function podsText(
  query: Query,
  connection: Connection,
  { sortBy, each, limit }: { sortBy: 'cpu' | 'memory'; each: boolean; limit: number },
): Promise<string> {
  const { resource, name, labelSelector, signal } = query;
  // A single pod is looked up in the default namespace; without a name there may be several namespaces.
  const place = name ? query.namespace || connection.namespace : query.namespace;
  const scoped = await acrossNamespaces(connection, resource, place, async (namespace) => {
    const at = { ...query, namespace };
    const [pods, metrics] = await Promise.all([readObjects(at, connection, UNFINISHED), readMetrics(at, connection)]);
    return { pods, metrics };
  });
  const { pods, metrics } = scoped.result;
  const where = placeText(resource, scoped.namespace);
  if (pods.length === 0) {
    const missing = scoped.namespace && (await missingNamespaceText(connection.client, scoped.namespace, signal));
    if (missing) throw new UserError(missing);
    return [...scoped.notes, `No running pods${where}${labelSelector ? ` match ${labelSelector}` : ''}.`].join('\n');
  }
  const everywhere = scoped.namespace === undefined;
  const byName = new Map(metrics.map((one) => [keyOf(one), (one.containers ?? []) as ContainerMetrics[]]));
  const unmeasured: string[] = [];
  const rows = pods.flatMap((pod): UsageRow[] => {
    const found = byName.get(keyOf(pod));
    const title = [...(everywhere ? [pod.metadata?.namespace ?? ''] : []), pod.metadata?.name ?? ''];
    if (!found) {
      unmeasured.push(`${title.join('/')} (${pod.status?.phase ?? 'unknown'})`);
      return [];
    }
    if (!each) return [{ title, usage: podUsage(pod as Pod, found) }];
    return containerUsages(pod as Pod, found).map((container) => ({
      title: [...title, container.name],
      usage: container.usage,
    }));
  });
  const header = [...(everywhere ? ['NAMESPACE'] : []), 'POD', ...(each ? ['CONTAINER'] : [])];
  return [
    ...scoped.notes,
    `${countText(pods.length - unmeasured.length, 'pod')}${where}, by ${sortBy}; ${totalText(rows)}`,
    ...(rows.length > 0 ? renderUsage(header, rows, sortBy, limit) : []),
    ...unmeasuredText(unmeasured),
  ].join('\n');
}

async function nodesText(
  query: Query,
  connection: Connection,
  sortBy: 'cpu' | 'memory',
  limit: number,
): Promise<string> {
  const { name, signal } = query;
  const fieldSelector = name ? `${UNFINISHED},spec.nodeName=${name}` : UNFINISHED;
  const request = { path: pathOf(kinds.pods), query: { fieldSelector }, signal };
  const podsRead = listAll(connection.client, request, MAX_READ).catch((error: unknown) => {
    if (isApiError(error, 403) || error instanceof RefusedError) return undefined;
    throw error;
  });
  const [nodes, metrics, pods] = await Promise.all([
    readObjects(query, connection),
    readMetrics(query, connection),
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
  if (rows.length === 0) return `No nodes${query.labelSelector ? ` match ${query.labelSelector}` : ''}.`;
  return [
    `${countText(rows.length, 'node')}, by ${sortBy}; ${totalText(rows)}; % of allocatable`,
    ...renderUsage(['NODE', 'PODS'], rows, sortBy, limit),
    ...(pods ? [] : ['Requests and limits are not known: listing pods in all namespaces is forbidden.']),
    ...unmeasuredText(unmeasured),
  ].join('\n');
}

/** The pods or nodes themselves. */
async function readObjects(
  { resource, name, namespace, labelSelector, signal }: Query,
  { client }: Connection,
  fieldSelector?: string,
): Promise<Pod[]> {
  const path = pathOf(resource, namespace, name);
  if (!name) {
    const list = await listAll(client, { path, query: { labelSelector, fieldSelector }, signal }, MAX_READ);
    return list.items as Pod[];
  }
  try {
    return [(await client.json<KubernetesObject>({ path, signal })) as Pod];
  } catch (error) {
    if (isApiError(error, 404)) throw await notFoundError(client, resource, namespace, name, signal);
    throw error;
  }
}

/** Their metrics. @throws UserError where there is no metrics API, or it does not answer. */
async function readMetrics(
  { resource, name, namespace, labelSelector, signal }: Query,
  { client, discovery }: Connection,
): Promise<KubernetesObject[]> {
  const isMetrics = (one: ApiResource) => one.group === 'metrics.k8s.io' && one.name === resource.name;
  let served = await discovery.kinds();
  // It may have been installed since discovery was read.
  if (!served.resources.some(isMetrics)) served = await discovery.kinds(true);
  const found = served.resources.find(isMetrics);
  if (!found) {
    throw new UserError(
      served.missing.some((text) => text.includes('metrics.k8s.io'))
        ? 'The metrics API (metrics.k8s.io) is registered but does not answer: look at the metrics-server pods, usually in kube-system.'
        : 'This cluster has no metrics API (metrics.k8s.io): metrics-server is not installed. Requests and limits are in list_resources with columns.',
    );
  }
  try {
    const path = pathOf(found, namespace, name);
    if (name) return [await client.json<KubernetesObject>({ path, signal })];
    return (await client.json<KubernetesList>({ path, query: { labelSelector }, signal })).items ?? [];
  } catch (error) {
    if (name && isApiError(error, 404)) return [];
    if (isApiError(error, 503))
      throw new UserError(
        'The metrics API (metrics.k8s.io) is not ready: metrics-server has just started or its pods are failing. Try again in a minute, or look at them in kube-system.',
      );
    throw error;
  }
}

function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name}`;
}

function unmeasuredText(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const others = names.length > 10 ? ` and ${names.length - 10} others` : '';
  return [`No metrics (not running, or started a moment ago): ${names.slice(0, 10).join(', ')}${others}`];
}
