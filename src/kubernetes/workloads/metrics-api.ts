import { type ApiResource, pathOf } from '../apimachinery/api-resource.ts';
import { isApiError } from '../apimachinery/errors.ts';
import type { KubernetesList, KubernetesObject } from '../apimachinery/objects.ts';
import type { ApiClient } from '../client/client.ts';
import type { Discovery } from '../client/discovery.ts';

/** The group of the metrics API, which metrics-server or what stands in for it serves. */
export const METRICS_GROUP = 'metrics.k8s.io';

/** Whose metrics are read: of one, of those with some labels, or of all. */
export interface MetricsQuery {
  name?: string | undefined;
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  signal: AbortSignal;
}

/**
 * The kind that tells what pods or nodes use, in the version that is served; undefined where the cluster does not
 * measure it. `fresh` asks the cluster again.
 */
export async function metricsKind(
  discovery: Pick<Discovery, 'kinds'>,
  of: 'pods' | 'nodes',
  fresh = false,
): Promise<ApiResource | undefined> {
  const { resources } = await discovery.kinds(fresh);
  return resources.find(({ group, name }) => group === METRICS_GROUP && name === of);
}

/** Metrics, by the kind that is served; none of one that has just begun, which is not measured yet. */
export async function readMetrics(
  client: Pick<ApiClient, 'json'>,
  kind: ApiResource,
  { name, namespace, labelSelector, signal }: MetricsQuery,
): Promise<KubernetesObject[]> {
  const path = pathOf(kind, namespace, name);
  // This API has no pages.
  if (!name) return (await client.json<KubernetesList>({ path, query: { labelSelector }, signal })).items ?? [];
  try {
    return [await client.json<KubernetesObject>({ path, signal })];
  } catch (error) {
    if (isApiError(error, 404)) return [];
    throw error;
  }
}
