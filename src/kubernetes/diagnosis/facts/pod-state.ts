import { age } from '../../apimachinery/age.ts';
import { conditionOf, isConditionTrue } from '../../apimachinery/conditions.ts';
import { counted } from '../../apimachinery/texts.ts';
import { troublesOf } from './containers.ts';
import type { Pod } from './types.ts';

/** The pod is running and ready, or completed. */
export function isHealthy(pod: Pod): boolean {
  if (pod.status?.phase === 'Succeeded') return true;
  return pod.status?.phase === 'Running' && isConditionTrue(pod, 'Ready');
}

/** The STATUS that kubectl shows. */
export function podState(pod: Pod): string {
  const { status, metadata } = pod;
  if (metadata?.deletionTimestamp) return 'Terminating';
  const trouble = troublesOf(pod)[0];
  const { waiting, terminated } = trouble?.status.state ?? {};
  const reason = waiting?.reason ?? terminated?.reason;
  if (trouble && reason) return trouble.init ? `Init:${reason}` : reason;
  if (status?.reason) return status.reason;
  if (status?.phase === 'Succeeded') return 'Completed';
  if (status?.phase === 'Pending') return conditionOf(pod, 'PodScheduled')?.reason ?? 'Pending';
  return status?.phase === 'Running' && !isHealthy(pod) ? 'NotReady' : (status?.phase ?? 'Unknown');
}

/** One line about a pod in a list. */
export function podLine(pod: Pod): string {
  return `${pod.metadata?.name} ${podFacts(pod)} ${age(pod.metadata?.creationTimestamp)}`;
}

/** Ready containers, state, restarts and node, as kubectl shows them. */
export function podFacts(pod: Pod): string {
  const statuses = pod.status?.containerStatuses ?? [];
  const restarts = statuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
  return [
    `${statuses.filter(({ ready }) => ready).length}/${pod.spec?.containers?.length ?? 0}`,
    podState(pod),
    ...(restarts > 0 ? [counted(restarts, 'restart')] : []),
    ...(pod.spec?.nodeName ? [`on ${pod.spec.nodeName}`] : []),
  ].join(' ');
}

/** Have its containers been started, so that everything it refers to existed at that time? */
export function hasStarted({ status }: Pod): boolean {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return (
    statuses.length > 0 &&
    statuses.every(({ state, lastState }) => Boolean(state?.running ?? state?.terminated ?? lastState?.terminated))
  );
}
