import { type ApiResource, pathOf, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { isApiError } from '../../kubernetes/apimachinery/errors.ts';
import { objectsAt } from '../../kubernetes/apimachinery/fields.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { listAll } from '../../kubernetes/client/pages.ts';
import { hasEnded, type Pod, podsOf } from '../../kubernetes/workloads/pods.ts';
import { type ContainerMetrics, nodeUsage, podUsage, type Usage } from '../../kubernetes/workloads/usage.ts';
import { addedUsage } from '../../kubernetes/workloads/usage-groups.ts';

const METRICS = { group: 'metrics.k8s.io', version: 'v1beta1' };
export const POD_METRICS = { ...METRICS, name: 'pods', namespaced: true };
export const NODE_METRICS = { ...METRICS, name: 'nodes', namespaced: false };
/** The most pods whose usage is read. */
const MAX_READ = 2_000;

/** Does the cluster measure what is used? */
export async function hasMetrics({ discovery }: Connection): Promise<boolean> {
  const { resources } = await discovery.kinds();
  return resources.some(({ group }) => group === METRICS.group);
}

/** What a pod, a node or the pods of a workload use, of what they requested; undefined for what uses nothing. */
export async function objectUsage(
  connection: Connection,
  resource: ApiResource,
  object: KubernetesObject,
  signal: AbortSignal,
): Promise<Usage | undefined> {
  if (!(await hasMetrics(connection))) return undefined;
  const { client } = connection;
  const { name = '', namespace } = object.metadata ?? {};
  if (resourceNameOf(resource) === 'nodes') {
    const metrics = await measured(() =>
      client.json<KubernetesObject>({ path: pathOf(NODE_METRICS, undefined, name), signal }),
    );
    const query = { fieldSelector: `spec.nodeName=${name}` };
    const pods = await listAll(client, { path: pathOf(kinds.pods), query, signal }, MAX_READ);
    return metrics && nodeUsage(metrics, (pods.items as Pod[]).filter(takesRoom));
  }
  const pods = (await podsOf(connection, resource, object, signal))?.filter(takesRoom);
  if (!pods || pods.length === 0 || resourceNameOf(resource) === 'services') return undefined;
  const [only, ...others] = pods;
  const one = () =>
    measured(() =>
      client.json<KubernetesObject>({ path: pathOf(POD_METRICS, namespace, only?.metadata?.name), signal }),
    );
  const all = async () => (await listAll(client, { path: pathOf(POD_METRICS, namespace), signal }, MAX_READ)).items;
  const items = others.length > 0 ? await all() : [await one()].filter((found) => found !== undefined);
  const byName = new Map(items.map((item) => [item.metadata?.name, containersIn(item)]));
  return addedUsage(pods.map((pod) => podUsage(pod, byName.get(pod.metadata?.name))));
}

/** The containers of a pod's metrics. */
export function containersIn(metrics: KubernetesObject): ContainerMetrics[] {
  return objectsAt(metrics, 'containers').map((one) => ({ ...one, name: String(one.name) }));
}

/** Does the pod take room on its node? One that has ended does not. */
export function takesRoom(pod: Pod): boolean {
  return !hasEnded(pod);
}

// What has just begun is not measured yet.
async function measured<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isApiError(error, 404)) return undefined;
    throw error;
  }
}
