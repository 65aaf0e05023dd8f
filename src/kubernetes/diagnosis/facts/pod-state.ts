import { age } from '../../apimachinery/age.ts';
import { conditionOf, isConditionTrue } from '../../apimachinery/conditions.ts';
import { counted } from '../../apimachinery/texts.ts';
import { isInitialized, longRunning, longRunningStatuses } from '../../workloads/containers.ts';
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
  if (status?.phase === 'Succeeded') return 'Completed';
  for (const { role, status: one } of troublesOf(pod)) {
    const reason = one.state?.waiting?.reason ?? one.state?.terminated?.reason;
    if (reason) return role ? `Init:${reason}` : reason;
  }
  if (status?.reason) return status.reason;
  if (status?.phase === 'Pending') return conditionOf(pod, 'PodScheduled')?.reason ?? 'Pending';
  return status?.phase === 'Running' && !isHealthy(pod) ? 'NotReady' : (status?.phase ?? 'Unknown');
}

/** One line about a pod in a list. */
export function podLine(pod: Pod): string {
  return `${pod.metadata?.name} ${podFacts(pod)} ${age(pod.metadata?.creationTimestamp)}`;
}

/** Ready containers, state, restarts and node, as kubectl shows them. */
export function podFacts(pod: Pod): string {
  const ready = longRunningStatuses(pod).filter((status) => status.ready).length;
  const restarts = restartsOf(pod);
  return [
    `${ready}/${longRunning(pod.spec ?? {}).length}`,
    podState(pod),
    ...(restarts > 0 ? [counted(restarts, 'restart')] : []),
    ...(pod.spec?.nodeName ? [`on ${pod.spec.nodeName}`] : []),
  ].join(' ');
}

/** The RESTARTS that kubectl shows: those of init containers count only until they are done. */
export function restartsOf(pod: Pod): number {
  const statuses = isInitialized(pod) ? longRunningStatuses(pod) : (pod.status?.initContainerStatuses ?? []);
  return statuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
}

/** Have its containers been started, so that everything it refers to existed at that time? */
export function hasStarted({ status }: Pod): boolean {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return (
    statuses.length > 0 &&
    statuses.every(({ state, lastState }) => Boolean(state?.running ?? state?.terminated ?? lastState?.terminated))
  );
}
