import { type ApiResource, isCustom, resourceNameOf } from '../apimachinery/api-resource.ts';
import { conditionOf, conditionsOf } from '../apimachinery/conditions.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { troubleOf } from '../workloads/containers.ts';
import type { Pod } from '../workloads/pods.ts';
import { knowsReadiness, readiness, rollout } from '../workloads/readiness.ts';

/** An object's health at a glance; `plain` for kinds without health. */
export interface Health {
  state: 'good' | 'busy' | 'bad' | 'done' | 'plain';
  /** A longer description. */
  detail: string;
}

const STARTING = ['ContainerCreating', 'PodInitializing'];

/** Does `healthOf` support this kind? If not, the metadata of its objects is enough. */
export function hasHealth(resource: Pick<ApiResource, 'group' | 'name' | 'subresources'>): boolean {
  return knowsReadiness(resourceNameOf(resource)) || (isCustom(resource) && resource.subresources.includes('status'));
}

/** An object's health, by its kind's readiness; what will not recover by itself is bad. */
export function healthOf(
  resource: Pick<ApiResource, 'group' | 'name' | 'subresources'>,
  object: KubernetesObject,
): Health {
  if (object.metadata?.deletionTimestamp) return { state: 'busy', detail: 'it is being deleted' };
  if (!hasHealth(resource) || saysNothing(resource, object)) return { state: 'plain', detail: '' };
  const name = resourceNameOf(resource);
  const verdict = readiness(name, object);
  const late = rollout(name, object)?.state === 'failed' && verdict.state !== 'reached';
  const bad = verdict.state === 'failed' || late || isStuck(name, object);
  const { detail } = verdict;
  if (verdict.state === 'reached') return { state: hasCompleted(name, object) ? 'done' : 'good', detail };
  return { state: bad ? 'bad' : 'busy', detail };
}

// Controllers of custom kinds need not write these conditions.
function saysNothing(resource: Pick<ApiResource, 'group' | 'name'>, object: KubernetesObject): boolean {
  return isCustom(resource) && !conditionsOf(object).some(({ type }) => /^(Ready|Available|Stalled)$/i.test(type));
}

function isStuck(name: string, object: KubernetesObject): boolean {
  if (name === 'nodes') return true;
  if (name !== 'pods') return false;
  const { containerStatuses, initContainerStatuses } = (object as Pod).status ?? {};
  const troubles = [...(containerStatuses ?? []), ...(initContainerStatuses ?? [])].flatMap(
    (status) => troubleOf(status) ?? [],
  );
  return troubles.some((trouble) => !STARTING.includes(trouble)) || isUnschedulable(object);
}

function isUnschedulable(pod: KubernetesObject): boolean {
  return conditionOf(pod, 'PodScheduled')?.reason === 'Unschedulable';
}

function hasCompleted(name: string, object: KubernetesObject): boolean {
  return name === 'jobs.batch' || (name === 'pods' && (object as Pod).status?.phase === 'Succeeded');
}
