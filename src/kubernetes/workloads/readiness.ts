import { type Condition, conditionOf, conditionsOf, isConditionTrue } from '../apimachinery/conditions.ts';
import type { Remedy } from '../apimachinery/errors.ts';
import { fieldAt, numberAt } from '../apimachinery/fields.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { parseQuantity } from '../apimachinery/quantity.ts';
import { troubleOf } from './containers.ts';
import type { Pod } from './pods.ts';

/** Whether the awaited state is reached, can no longer be reached, or is pending, with a description. */
export interface Verdict {
  state: 'reached' | 'waiting' | 'failed';
  detail: string;
  /** What would help. */
  remedy?: Remedy;
  /** All that is wanted is ready, and only so many pods more have not ended yet. */
  surplus?: { pods: number; wanted: number };
}

type Rule = (object: KubernetesObject) => Verdict;

const UNSEEN = waiting('its controller has not seen the latest change yet');

const ROLLOUTS: Record<string, Rule> = {
  'deployments.apps': (object) => deployment(object, true),
  'statefulsets.apps': statefulSet,
  'daemonsets.apps': daemonSet,
};

const RULES: Record<string, Rule> = {
  ...ROLLOUTS,
  'deployments.apps': (object) => deployment(object, false),
  'replicasets.apps': replicaSet,
  replicationcontrollers: replicaSet,
  'jobs.batch': job,
  pods: pod,
  persistentvolumeclaims: claim,
  persistentvolumes: (object) => phase(object, ['Available', 'Bound'], ['Failed']),
  namespaces: (object) => phase(object, ['Active'], ['Terminating']),
  nodes: (object) => conditionIs(object, 'Ready', 'True'),
  'customresourcedefinitions.apiextensions.k8s.io': definition,
};

/** Built-in kinds whose status says nothing about readiness: they are ready when they exist. */
const WITHOUT_READINESS = new Set(['cronjobs.batch', 'ingresses.networking.k8s.io', 'resourcequotas', 'services']);

const WELL_BEFORE_READY = new Set(['jobs.batch', 'persistentvolumes']);

/** Does this kind (`deployments.apps`) have its own readiness rule, beyond conditions? */
export function knowsReadiness(resourceName: string): boolean {
  return Object.hasOwn(RULES, resourceName);
}

/** Is an object of this kind (`deployments.apps`) ready, by the kind's own rule or its Ready or Available condition? */
export function readiness(resourceName: string, object: KubernetesObject, hasStatus = true): Verdict {
  if (object.metadata?.deletionTimestamp) return waiting('it is being deleted');
  const rule = RULES[resourceName];
  if (rule) return rule(object);
  if (!hasStatus || WITHOUT_READINESS.has(resourceName)) return reached('it exists; its kind knows no readiness');
  return byConditions(object);
}

/**
 * What keeps an object of a kind with its own rule from being as it should; undefined where it is, or where it is well
 * all the same: a Job while it works, and a volume before it is claimed and after it is released.
 */
export function shortfall(resourceName: string, object: KubernetesObject): Verdict | undefined {
  if (!knowsReadiness(resourceName)) return undefined;
  const verdict = readiness(resourceName, object);
  const isWell = verdict.state === 'waiting' && WELL_BEFORE_READY.has(resourceName);
  return verdict.state === 'reached' || isWell ? undefined : verdict;
}

/** Has a Deployment, StatefulSet or DaemonSet rolled out its newest pod template? Undefined for other kinds. */
export function rollout(resourceName: string, object: KubernetesObject): Verdict | undefined {
  const rule = ROLLOUTS[resourceName];
  if (rule && isOnDelete(object))
    return failed('its update strategy is OnDelete: pods are replaced only when they are deleted');
  return rule?.(object);
}

/** Does a condition of the object have this status? Conditions of an older generation do not count. */
export function conditionIs(object: KubernetesObject, type: string, status: string): Verdict {
  // Callers may write the type in any case.
  const found = conditionsOf(object).find((condition) => condition.type.toLowerCase() === type.toLowerCase());
  if (!found) return waiting(`it has no condition ${type} (${conditionList(object) || 'none at all'})`);
  if (found.observedGeneration !== undefined && !isSeen(object, found.observedGeneration)) return UNSEEN;
  const detail = describe(found);
  return found.status.toLowerCase() === status.toLowerCase() ? reached(detail) : waiting(detail);
}

/** Can a Service answer, given its EndpointSlices? */
export function serviceReadiness(service: KubernetesObject, slices: readonly KubernetesObject[]): Verdict {
  const type = fieldAt(service, 'spec', 'type');
  if (type === 'ExternalName') return reached('it is only another name for an external host');
  const endpoints = slices.flatMap(({ endpoints: list }) => (Array.isArray(list) ? (list as KubernetesObject[]) : []));
  const ready = endpoints.filter((endpoint) => fieldAt(endpoint, 'conditions', 'ready') !== false).length;
  const detail = `${ready} of ${endpoints.length} endpoints ready`;
  if (endpoints.length === 0) {
    const selector = fieldAt(service, 'spec', 'selector');
    const labels = isObject(selector) ? Object.entries(selector).map(([key, value]) => `${key}=${value}`) : [];
    return waiting(
      labels.length > 0 ? `it has no endpoints for its selector ${labels.join(',')}` : 'it has no endpoints',
    );
  }
  if (ready === 0) return waiting(detail);
  const ingress = fieldAt(service, 'status', 'loadBalancer', 'ingress');
  if (type === 'LoadBalancer' && !(Array.isArray(ingress) && ingress.length > 0))
    return waiting(`${detail}; no load balancer address yet`);
  return reached(detail);
}

// A rollout ends at its deadline, but a Deployment can still become ready after that, once the cause is gone.
function deployment(object: KubernetesObject, hasDeadline: boolean): Verdict {
  if (!isSeen(object)) return UNSEEN;
  const wanted = numberAt(object, 'spec', 'replicas') ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = counts(object);
  const old = replicas - updatedReplicas;
  const detail = `${updatedReplicas} of ${wanted} replicas updated, ${availableReplicas} available${old > 0 ? `, ${old} old still there` : ''}`;
  // After a scale-down there are more than wanted for a while.
  if (updatedReplicas === wanted && old <= 0 && availableReplicas >= wanted) return reached(detail);
  if (old <= 0 && updatedReplicas > wanted && availableReplicas >= wanted)
    return surplus(updatedReplicas - wanted, wanted);
  // A paused Deployment still scales, but never rolls out a new template.
  if (fieldAt(object, 'spec', 'paused') === true && old > 0)
    return { ...failed(`${detail}; it is paused`), remedy: 'resume the rollout' };
  const progressing = conditionOf(object, 'Progressing');
  const late = progressing?.reason === 'ProgressDeadlineExceeded' ? (progressing.message ?? progressing.reason) : '';
  const problem = problemOf(object, 'ReplicaFailure', 'True') || late;
  const whole = problem ? `${detail}; ${problem}` : detail;
  return hasDeadline && late ? failed(whole) : waiting(whole);
}

function statefulSet(object: KubernetesObject): Verdict {
  if (!isSeen(object)) return UNSEEN;
  const wanted = numberAt(object, 'spec', 'replicas') ?? 1;
  const { replicas = 0, readyReplicas = 0, availableReplicas = readyReplicas, updatedReplicas = 0 } = counts(object);
  const kept = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  const toUpdate = isOnDelete(object) ? 0 : Math.max(0, wanted - kept);
  const updating =
    updatedReplicas < toUpdate &&
    fieldAt(object, 'status', 'updateRevision') !== fieldAt(object, 'status', 'currentRevision');
  const settled = `${Math.min(readyReplicas, availableReplicas)} of ${wanted} replicas ready`;
  const detail = updating ? `${updatedReplicas} of ${toUpdate} replicas updated, ${settled}` : settled;
  if (updating || readyReplicas < wanted || availableReplicas < wanted || replicas < wanted) return waiting(detail);
  return replicas === wanted ? reached(detail) : surplus(replicas - wanted, wanted);
}

function daemonSet(object: KubernetesObject): Verdict {
  if (!isSeen(object)) return UNSEEN;
  const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = counts(object);
  if (wanted === 0) return reached('no node is to run it');
  const updated = isOnDelete(object) ? wanted : updatedNumberScheduled;
  const detail = `${updatedNumberScheduled} of ${wanted} nodes updated, ${numberAvailable} available`;
  return updated >= wanted && numberAvailable >= wanted ? reached(detail) : waiting(detail);
}

function replicaSet(object: KubernetesObject): Verdict {
  if (!isSeen(object)) return UNSEEN;
  const wanted = numberAt(object, 'spec', 'replicas') ?? 1;
  const { replicas = 0, availableReplicas = 0 } = counts(object);
  const problem = problemOf(object, 'ReplicaFailure', 'True');
  const detail = `${availableReplicas} of ${wanted} replicas available${problem ? `; ${problem}` : ''}`;
  if (replicas < wanted || availableReplicas < wanted) return waiting(detail);
  return replicas === wanted ? reached(detail) : surplus(replicas - wanted, wanted);
}

function job(object: KubernetesObject): Verdict {
  const { succeeded = 0, active = 0, failed: failures = 0 } = counts(object);
  const wanted = numberAt(object, 'spec', 'completions') ?? numberAt(object, 'spec', 'parallelism') ?? 1;
  const detail = `${succeeded} of ${wanted} completions, ${active} pods active, ${failures} failed`;
  if (isConditionTrue(object, 'Complete')) return reached(detail);
  const failure = conditionOf(object, 'Failed');
  if (failure?.status === 'True') return failed(`${failure.reason}: ${failure.message}; ${detail}`);
  return waiting(fieldAt(object, 'spec', 'suspend') === true ? `it is suspended; ${detail}` : detail);
}

function pod(object: KubernetesObject): Verdict {
  const current = String(fieldAt(object, 'status', 'phase') ?? 'Pending');
  const { containerStatuses, initContainerStatuses } = (object as Pod).status ?? {};
  const troubles = [...(initContainerStatuses ?? []), ...(containerStatuses ?? [])].flatMap((status) => {
    const trouble = troubleOf(status);
    return trouble ? `${status.name}: ${trouble}` : [];
  });
  if (current === 'Succeeded') return reached('it has completed');
  if (current === 'Failed')
    return failed([fieldAt(object, 'status', 'message') ?? 'it has failed', ...troubles].join('; '));
  const ready = conditionOf(object, 'Ready');
  if (ready?.status === 'True') return reached('all containers ready');
  const scheduled = conditionOf(object, 'PodScheduled');
  const reason = scheduled?.status === 'False' ? scheduled.message : ready?.message;
  return waiting([`phase ${current}`, ...troubles, ...(troubles.length === 0 && reason ? [reason] : [])].join('; '));
}

function definition(object: KubernetesObject): Verdict {
  const refusal = problemOf(object, 'NamesAccepted', 'False');
  return refusal ? failed(refusal) : conditionIs(object, 'Established', 'True');
}

function phase(object: KubernetesObject, good: readonly string[], bad: readonly string[]): Verdict {
  const current = String(fieldAt(object, 'status', 'phase') ?? 'unknown');
  const detail = `phase ${current}`;
  return good.includes(current) ? reached(detail) : bad.includes(current) ? failed(detail) : waiting(detail);
}

// A claim stays Bound while it is resized.
function claim(object: KubernetesObject): Verdict {
  const verdict = phase(object, ['Bound'], ['Lost']);
  if (verdict.state !== 'reached') return verdict;
  const requested = fieldAt(object, 'spec', 'resources', 'requests', 'storage');
  const capacity = fieldAt(object, 'status', 'capacity', 'storage');
  const [wanted = 0, given = wanted] = [requested, capacity].map(parseQuantity);
  if (given >= wanted) return reached(capacity ? `${verdict.detail}, capacity ${String(capacity)}` : verdict.detail);
  const resizing = conditionsOf(object).filter(({ type, status }) => /Resiz/.test(type) && status === 'True');
  const steps = resizing.map(describe).join('; ');
  return waiting(`${verdict.detail}, capacity ${String(capacity)} of ${String(requested)}${steps ? `; ${steps}` : ''}`);
}

function byConditions(object: KubernetesObject): Verdict {
  const seen = numberAt(object, 'status', 'observedGeneration');
  if (seen !== undefined && !isSeen(object, seen)) return UNSEEN;
  const stalled = problemOf(object, 'Stalled', 'True');
  if (stalled) return failed(stalled);
  for (const type of ['Ready', 'Available']) {
    if (conditionOf(object, type)) return conditionIs(object, type, 'True');
  }
  const others = conditionList(object);
  // The controller may not have written its first condition yet, so having none does not count as ready.
  return others === ''
    ? waiting('nothing has set a Ready or Available condition on it')
    : failed(
        `it has no Ready or Available condition to wait for, but ${others}: wait with for=condition=<one of them>`,
      );
}

function conditionList(object: KubernetesObject): string {
  return conditionsOf(object)
    .map(({ type, status }) => `${type}=${status}`)
    .join(', ');
}

function problemOf(object: KubernetesObject, type: string, status: string): string {
  const found = conditionOf(object, type);
  return found?.status === status ? describe(found) : '';
}

function describe({ type, status, reason, message }: Condition): string {
  return [`${type}=${status}`, [reason, message].filter(Boolean).join(': ')].filter(Boolean).join(' ');
}

function isSeen(object: KubernetesObject, observed = numberAt(object, 'status', 'observedGeneration') ?? 0): boolean {
  return observed >= (object.metadata?.generation ?? 0);
}

function isOnDelete(object: KubernetesObject): boolean {
  return fieldAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
}

function counts({ status }: KubernetesObject): Record<string, number | undefined> {
  return isObject(status) ? (status as Record<string, number>) : {};
}

function reached(detail: string): Verdict {
  return { state: 'reached', detail };
}

function waiting(detail: string): Verdict {
  return { state: 'waiting', detail };
}

// While it scales down.
function surplus(pods: number, wanted: number): Verdict {
  return { ...waiting(`all ${wanted} wanted are ready, ${pods} more still there`), surplus: { pods, wanted } };
}

function failed(detail: string): Verdict {
  return { state: 'failed', detail };
}
