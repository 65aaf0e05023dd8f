import { type ApiResource, pathOf, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { isApiError, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { fieldSelector } from '../../../kubernetes/apimachinery/field-selector.ts';
import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { missingNamespaceText, notFoundError } from '../../../kubernetes/client/not-found.ts';
import { listAll, type ObjectPage } from '../../../kubernetes/client/pages.ts';
import { readObject } from '../../../kubernetes/client/read-object.ts';
import { METRICS_GROUP, metricsKind, readMetrics } from '../../../kubernetes/workloads/metrics-api.ts';
import { type Pod, podsOf } from '../../../kubernetes/workloads/pods.ts';
import { type ContainerMetrics, containersIn } from '../../../kubernetes/workloads/usage.ts';
import { acrossNamespaces, placeText } from './across-namespaces.ts';
import { keyOf, namesText, titleOf } from './object-names.ts';

/** What usage is asked of. */
export interface UsageQuery {
  resource: ApiResource;
  name: string | undefined;
  namespace: string | undefined;
  labelSelector: string | undefined;
  /** Pods of this node only. */
  node: string | undefined;
  /** Pods of this workload only. */
  workload?: WorkloadPods;
  signal: AbortSignal;
}

/** A workload, and the UIDs of its pods. */
interface WorkloadPods {
  /** `Deployment web`. */
  title: string;
  uids: ReadonlySet<string | undefined>;
}

/** Objects, where they were looked for, and what the reader should know of that. */
export interface FoundObjects<T> {
  items: T[];
  /** Undefined: all namespaces. */
  namespace: string | undefined;
  notes: string[];
  /** ` in namespace shop`. */
  where: string;
}

/** The same, of one list. */
type ReadObjects<T> = Pick<FoundObjects<T>, 'items' | 'notes'>;

/** Pods with their metrics, by `keyOf`. */
export interface FoundPods extends FoundObjects<Pod> {
  metrics: Map<string, ContainerMetrics[]>;
}

/** A pod that is measured. */
export interface MeasuredPod {
  pod: Pod;
  metrics: ContainerMetrics[];
}

/** The most objects that are read. */
export const MAX_READ = 20_000;
const UNFINISHED = 'status.phase!=Succeeded,status.phase!=Failed';

/** The pods that a query is about, and their metrics; without metrics where `measured` is false. */
export async function findPods(query: UsageQuery, connection: Connection, measured = true): Promise<FoundPods> {
  const { node, workload } = query;
  const unfinished = runningOn(node);
  const found = await findInPlace(query, connection, async (at) => {
    const metrics = measured ? metricsOf(at, connection) : [];
    const [{ items, notes }, known] = await Promise.all([readObjects<Pod>(at, connection, unfinished), metrics]);
    return {
      notes,
      items: workload ? items.filter(({ metadata }) => workload.uids.has(metadata?.uid)) : items,
      metrics: known,
    };
  });
  const metrics = found.metrics.map((one) => [keyOf(one), containersIn(one)] as const);
  if (node && found.items.length === 0) {
    // A mistyped name should not look like an empty node.
    const resource = await connection.discovery.resolve('nodes', 'v1');
    await readObjects({ ...query, resource, name: node, namespace: undefined }, connection);
  }
  const where = `${workload ? ` of ${workload.title}` : ''}${found.where}`;
  return { ...found, where, metrics: new Map(metrics) };
}

/** The query about a workload's pods instead of the workload itself; undefined for a kind unrelated to pods. */
export async function queryOfWorkload(query: UsageQuery, connection: Connection): Promise<UsageQuery | undefined> {
  const { resource, signal } = query;
  const name = query.name ?? '';
  const namespace = query.namespace || connection.namespace;
  const object = await readObject(connection.client, resource, namespace, name, signal);
  const owned = await podsOf(connection, resource, object, signal);
  if (owned === undefined) return undefined;
  const workload = { title: `${resource.kind} ${name}`, uids: new Set(owned.map(({ metadata }) => metadata?.uid)) };
  const pods = await connection.discovery.resolve('pods', 'v1');
  return { ...query, resource: pods, name: undefined, namespace, workload };
}

/** Reads in the namespace of a query, or in all. A named object is looked up in the default one. */
export async function findInPlace<T extends ReadObjects<unknown>>(
  query: UsageQuery,
  connection: Connection,
  read: (query: UsageQuery) => Promise<T>,
): Promise<T & { namespace: string | undefined; notes: string[]; where: string }> {
  const { resource, name, signal } = query;
  const place = name ? query.namespace || connection.namespace : query.namespace;
  const scoped = await acrossNamespaces(connection, resource, place, (namespace) => read({ ...query, namespace }));
  const { namespace, notes, result } = scoped;
  if (result.items.length === 0 && namespace) {
    const missing = await missingNamespaceText(connection.client, namespace, signal);
    if (missing) throw new UserError(missing);
  }
  return { ...result, namespace, notes: [...notes, ...result.notes], where: placeText(resource, namespace) };
}

/** The objects of a query, without their metrics. */
export async function readObjects<T extends KubernetesObject>(
  { resource, name, namespace, labelSelector, signal }: UsageQuery,
  { client }: Connection,
  fields?: string,
): Promise<ReadObjects<T>> {
  const path = pathOf(resource, namespace, name);
  if (!name) {
    const list = await listAll(client, { path, query: { labelSelector, fieldSelector: fields }, signal }, MAX_READ);
    return { items: list.items as T[], notes: cutNotes(list, resource) };
  }
  try {
    return { items: [await client.json<T>({ path, signal })], notes: [] };
  } catch (error) {
    if (isApiError(error, 404)) throw await notFoundError(client, resource, namespace, name, signal);
    throw error;
  }
}

/** A note about what was not read of a list, or none. */
export function cutNotes(
  { items, continue: more }: ObjectPage,
  resource: Pick<ApiResource, 'group' | 'name'>,
  advice = 'Narrow with namespace or labelSelector.',
): string[] {
  if (!more) return [];
  return [`Only the first ${items.length} ${resourceNameOf(resource)} were read, and sums are of these. ${advice}`];
}

/** Selects the pods that are not finished, of all nodes or one. */
export function runningOn(node: string | undefined): string {
  return node ? `${UNFINISHED},${fieldSelector({ 'spec.nodeName': node })}` : UNFINISHED;
}

/** The metrics of a query's objects. @throws UserError where there is no metrics API, or it does not answer. */
export async function metricsOf(
  { resource, ...query }: UsageQuery,
  { client, discovery }: Connection,
): Promise<KubernetesObject[]> {
  const of = resource.name === 'nodes' ? 'nodes' : 'pods';
  // It may have been installed since discovery was read.
  const kind = (await metricsKind(discovery, of)) ?? (await metricsKind(discovery, of, true));
  if (!kind) {
    const { missing } = await discovery.kinds();
    throw new UserError(
      missing.some((text) => text.includes(METRICS_GROUP))
        ? 'The metrics API (metrics.k8s.io) is registered but does not answer: look at the metrics-server pods, usually in kube-system.'
        : 'This cluster has no metrics API (metrics.k8s.io): metrics-server is not installed. Requests and limits are in list_resources with columns.',
    );
  }
  try {
    return await readMetrics(client, kind, query);
  } catch (error) {
    if (!isApiError(error, 503)) throw error;
    throw new UserError(
      'The metrics API (metrics.k8s.io) is not ready: metrics-server has just started or its pods are failing. Try again in a minute, or look at them in kube-system.',
    );
  }
}

/** Tells the pods with metrics from the others, of which a line tells. */
export function splitMeasured({
  items: pods,
  metrics,
  namespace,
}: Pick<FoundPods, 'items' | 'metrics' | 'namespace'>): { measured: MeasuredPod[]; unmeasured: string[] } {
  const measured = pods.flatMap((pod): MeasuredPod[] => {
    const found = metrics.get(keyOf(pod));
    return found ? [{ pod, metrics: found }] : [];
  });
  const others = pods.filter((pod) => !metrics.has(keyOf(pod)));
  return {
    measured,
    unmeasured: others.map((pod) => `${titleOf(pod, namespace).join('/')} (${pod.status?.phase ?? 'unknown'})`),
  };
}

/** A line about what has no metrics, or none. */
export function unmeasuredText(names: readonly string[]): string[] {
  return namesText('No metrics (not running, or started a moment ago)', names);
}
