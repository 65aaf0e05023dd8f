import { isConditionTrue } from '../apimachinery/conditions.ts';
import type { LabelSelector } from '../apimachinery/labels.ts';
import { matches } from '../apimachinery/labels.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { controllerOf } from '../apimachinery/ownership.ts';
import { hasEnded, isActive, type Pod } from './pods.ts';

/** A PodDisruptionBudget, as far as evictions depend on it. */
export interface DisruptionBudget extends KubernetesObject {
  spec?: { selector?: LabelSelector; unhealthyPodEvictionPolicy?: string };
  status?: { disruptionsAllowed?: number; currentHealthy?: number; desiredHealthy?: number };
}

/** A pod to evict, and what an eviction means for it. */
export interface EvictedPod {
  pod: Pod;
  /** What makes it again, such as `ReplicaSet web-5d9`; undefined: nothing does. */
  controller: string | undefined;
  /** Its emptyDir volumes, whose data is lost. */
  emptyDirs: string[];
  /** Budgets that cover it and allow no eviction now. */
  heldBy: string[];
  /** It has ended, so nothing is lost. */
  isFinished: boolean;
}

/** What happens to the pods of a node that is drained. */
export interface EvictionPlan {
  evicted: EvictedPod[];
  /** Pods that stay: a DaemonSet puts its own back, and the kubelet runs static ones. */
  staying: { daemonSets: Pod[]; statics: Pod[] };
  /** They are being deleted already. */
  leaving: Pod[];
}

const MIRROR = 'kubernetes.io/config.mirror';

/** Sorts the pods of one node by what draining it does to them. */
export function planEvictions(pods: readonly Pod[], budgets: readonly DisruptionBudget[]): EvictionPlan {
  const plan: EvictionPlan = { evicted: [], staying: { daemonSets: [], statics: [] }, leaving: [] };
  for (const pod of pods) {
    const isFinished = hasEnded(pod);
    if (pod.metadata?.annotations?.[MIRROR] !== undefined) plan.staying.statics.push(pod);
    else if (controllerOf(pod)?.kind === 'DaemonSet' && !isFinished) plan.staying.daemonSets.push(pod);
    else if (pod.metadata?.deletionTimestamp !== undefined) plan.leaving.push(pod);
    else plan.evicted.push(evictedPod(pod, isFinished, budgets));
  }
  return plan;
}

function evictedPod(pod: Pod, isFinished: boolean, budgets: readonly DisruptionBudget[]): EvictedPod {
  const controller = controllerOf(pod);
  const covering = isExempt(pod) ? [] : budgets.filter((budget) => covers(budget, pod));
  // The API server refuses to choose between several budgets.
  const held = covering.length > 1 ? covering : covering.filter((budget) => holdsBack(budget, pod));
  return {
    pod,
    controller: controller && `${controller.kind} ${controller.name}`,
    emptyDirs: isFinished ? [] : emptyDirsOf(pod),
    heldBy: held.map(({ metadata }) => metadata?.name ?? ''),
    isFinished,
  };
}

/** Does the budget that covers the pod keep the API server from evicting it now? */
export function holdsBack({ spec, status }: DisruptionBudget, pod: Pod): boolean {
  const { disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  if (disruptionsAllowed > 0 || isExempt(pod)) return false;
  if (isConditionTrue(pod, 'Ready')) return true;
  const hasEnough = desiredHealthy > 0 && currentHealthy >= desiredHealthy;
  return spec?.unhealthyPodEvictionPolicy !== 'AlwaysAllow' && !hasEnough;
}

/** A pod that does not run, or goes anyway, is evicted whatever budgets say. */
function isExempt(pod: Pod): boolean {
  return pod.status?.phase === 'Pending' || !isActive(pod);
}

function covers({ metadata, spec }: DisruptionBudget, pod: Pod): boolean {
  return metadata?.namespace === pod.metadata?.namespace && matches(spec?.selector, pod.metadata?.labels);
}

// Data in memory is lost with every restart anyway, but kubectl counts it too.
function emptyDirsOf({ spec }: Pod): string[] {
  return (spec?.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined).map(({ name }) => name);
}
