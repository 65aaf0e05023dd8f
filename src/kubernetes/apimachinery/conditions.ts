import { objectsAt } from './fields.ts';
import type { JsonObject, KubernetesObject } from './objects.ts';

/** One entry of `status.conditions`. */
export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  observedGeneration?: number;
}

/** The object's conditions, set by its controllers. */
export function conditionsOf(object: KubernetesObject): Condition[] {
  return conditionsIn(objectsAt(object, 'status', 'conditions'));
}

/** The conditions in a list of arbitrary objects. */
export function conditionsIn(list: readonly JsonObject[]): Condition[] {
  return list.filter((item): item is JsonObject & Condition => typeof item.type === 'string');
}

export function conditionOf(object: KubernetesObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

export function isConditionTrue(object: KubernetesObject, type: string): boolean {
  return conditionOf(object, type)?.status === 'True';
}
