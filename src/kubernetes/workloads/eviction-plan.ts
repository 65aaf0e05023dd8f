import type { LabelSelector } from '../apimachinery/labels.ts';
import { matches } from '../apimachinery/labels.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { controllerOf } from '../apimachinery/ownership.ts';
import type { Pod } from './pods.ts';

/** A PodDisruptionBudget, as far as evictions depend on it. */
export interface DisruptionBudget extends KubernetesObject {
  spec?: { selector?: LabelSelector };
  status?: { disruptionsAllowed?: number };
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
    const isFinished = ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '');
    if (pod.metadata?.annotations?.[MIRROR] !== undefined) plan.staying.statics.push(pod);
    else if (controllerOf(pod)?.kind === 'DaemonSet' && !isFinished) plan.staying.daemonSets.push(pod);
    else if (pod.metadata?.deletionTimestamp !== undefined) plan.leaving.push(pod);
    else plan.evicted.push(evictedPod(pod, isFinished, budgets));
  }
  return plan;
}

function evictedPod(pod: Pod, isFinished: boolean, budgets: readonly DisruptionBudget[]): EvictedPod {
  const controller = controllerOf(pod);
  const covering = isFinished ? [] : budgets.filter((budget) => covers(budget, pod));
  const names = covering.map(({ metadata }) => metadata?.name ?? '');
  const held = covering.filter(({ status }) => (status?.disruptionsAllowed ?? 0) <= 0);
  return {
    pod,
    controller: controller && `${controller.kind} ${controller.name}`,
    emptyDirs: isFinished ? [] : emptyDirsOf(pod),
    // The API server refuses to choose between several budgets.
    heldBy: covering.length > 1 ? names : held.map(({ metadata }) => metadata?.name ?? ''),
    isFinished,
  };
}

function covers({ metadata, spec }: DisruptionBudget, pod: Pod): boolean {
  return metadata?.namespace === pod.metadata?.namespace && matches(spec?.selector, pod.metadata?.labels);
}

// Data in memory is lost with every restart anyway, but kubectl counts it too.
function emptyDirsOf({ spec }: Pod): string[] {
  return (spec?.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined).map(({ name }) => name);
}
