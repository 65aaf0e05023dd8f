import { type ApiResource, pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { type Condition, isConditionTrue } from '../apimachinery/conditions.ts';
import { isApiError } from '../apimachinery/errors.ts';
import { selectorText } from '../apimachinery/label-selector.ts';
import type { LabelSelector } from '../apimachinery/labels.ts';
import { isObject, type JsonObject, type KubernetesObject, type ObjectMeta } from '../apimachinery/objects.ts';
import { isOwnedBy } from '../apimachinery/ownership.ts';
import { type Kind, kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import type { Connection } from '../client/cluster.ts';
import { listAll } from '../client/pages.ts';
import { workloadKind } from './workload-kinds.ts';

/** The state of a container; exactly one member is set. */
export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt?: string };
  terminated?: { exitCode?: number; signal?: number; reason?: string; message?: string; finishedAt?: string };
}

/** A kubelet's report of one container. */
export interface ContainerStatus {
  name: string;
  /** Its startup probe, if it has one, has succeeded. */
  started?: boolean;
  ready?: boolean;
  restartCount?: number;
  /** Of the run that it reports, with its runtime. */
  containerID?: string;
  image?: string;
  state?: ContainerState;
  lastState?: ContainerState;
  /** As they are in force, which a resize in place changes later than the spec. */
  resources?: Resources;
  allocatedResources?: Record<string, string>;
}

/** A container's requests and limits. */
export interface Resources {
  requests?: Record<string, string>;
  limits?: Record<string, string>;
}

/** One container of a pod spec. */
export interface Container {
  name: string;
  image?: string;
  /** `Always` makes an init container a sidecar. */
  restartPolicy?: string;
  resources?: Resources;
}

/** One alternative of a required node affinity. */
export interface NodeSelectorTerm extends Pick<LabelSelector, 'matchExpressions'> {
  matchFields?: LabelSelector['matchExpressions'];
}

/** The parts of a Pod that are read here. */
export interface Pod extends KubernetesObject {
  spec?: {
    nodeName?: string;
    containers?: Container[];
    initContainers?: Container[];
    ephemeralContainers?: Container[];
    resources?: Resources;
    overhead?: Record<string, string>;
    volumes?: { name: string; emptyDir?: JsonObject }[];
    hostNetwork?: boolean;
    nodeSelector?: Record<string, string>;
    affinity?: {
      nodeAffinity?: {
        requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: NodeSelectorTerm[] };
      };
    };
    tolerations?: { key?: string; operator?: string; value?: string; effect?: string }[];
  };
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: Condition[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
    ephemeralContainerStatuses?: ContainerStatus[];
  };
}

/** The most pods that `podsOf` returns. */
const MAX_PODS = 5_000;

/**
 * The pods behind an object: those a workload owns (a Deployment through its ReplicaSets, a CronJob through its Jobs),
 * those a Service or anything else with a label selector selects, or the Pod itself. At most `MAX_PODS`. Undefined for
 * a kind unrelated to pods.
 */
export async function podsOf(
  { client }: Pick<Connection, 'client'>,
  resource: Pick<ApiResource, 'group' | 'name'>,
  object: KubernetesObject,
  signal: AbortSignal,
): Promise<Pod[] | undefined> {
  const { namespace, uid } = object.metadata ?? {};
  const list = (of: Kind, labelSelector: string) => listOf(client, of, namespace, labelSelector, signal);
  const kind = resourceNameOf(resource);
  if (kind === 'pods') return [object as Pod];
  if (kind === 'cronjobs.batch') return podsOfCronJob(client, object, signal);

  const spec = isObject(object.spec) ? object.spec : {};
  if (kind === 'services' && !isObject(spec.selector)) return [];
  const selector = selectorText(spec.selector);
  if (selector === undefined) return undefined;
  if (kind === 'deployments.apps') {
    const [pods, owners] = await Promise.all([list(kinds.pods, selector), replicaSetsOf(list, selector, uid)]);
    // Without permission to read ReplicaSets, the selector has to do.
    return owners === undefined ? pods : pods.filter((pod) => isOwnedBy(pod, ...owners));
  }
  const selected = await list(kinds.pods, selector);
  return workloadKind(resource) ? selected.filter((pod) => isOwnedBy(pod, uid)) : selected;
}

/** Does the pod count as one that its controller wants (IsPodActive of the controller manager)? Not once it ends or has ended. */
export function isActive(pod: { metadata?: ObjectMeta; status?: { phase?: string } }): boolean {
  return pod.metadata?.deletionTimestamp === undefined && !hasEnded(pod);
}

/** True for a pod whose Ready condition holds. */
export function isReady(pod: Pod): boolean {
  return isConditionTrue(pod, 'Ready');
}

/** True for a pod of which nothing runs, nor ever will again: it completed, failed or was evicted. */
export function hasEnded({ status }: { status?: { phase?: string } }): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

async function replicaSetsOf(
  list: (of: Kind, labelSelector: string) => Promise<KubernetesObject[]>,
  selector: string,
  uid: string | undefined,
): Promise<(string | undefined)[] | undefined> {
  try {
    const found = await list(kinds.replicaSets, selector);
    return found.filter((replicaSet) => isOwnedBy(replicaSet, uid)).map(({ metadata }) => metadata?.uid);
  } catch (error) {
    if (isApiError(error, 403)) return undefined;
    throw error;
  }
}

async function podsOfCronJob(client: ApiClient, { metadata }: KubernetesObject, signal: AbortSignal): Promise<Pod[]> {
  const jobs = await listOf(client, kinds.jobs, metadata?.namespace, undefined, signal);
  const names = jobs.filter((job) => isOwnedBy(job, metadata?.uid)).map((job) => job.metadata?.name);
  if (names.length === 0) return [];
  return listOf(client, kinds.pods, metadata?.namespace, `job-name in (${names.join(',')})`, signal);
}

async function listOf(
  client: ApiClient,
  resource: Kind,
  namespace: string | undefined,
  labelSelector: string | undefined,
  signal: AbortSignal,
): Promise<Pod[]> {
  const path = pathOf(resource, namespace);
  const { items } = await listAll(client, { path, query: { labelSelector }, signal }, MAX_PODS);
  return items as Pod[];
}
