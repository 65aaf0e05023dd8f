import { conditionOf } from '../apimachinery/conditions.ts';
import { UserError } from '../apimachinery/errors.ts';
import type { ContainerStatus, Pod } from './pods.ts';

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/** The names of all containers of a pod, the regular ones first. */
export function containerNames({ spec = {} }: Pod): string[] {
  return [spec.containers, spec.initContainers, spec.ephemeralContainers].flatMap((list) =>
    (list ?? []).map(({ name }) => name),
  );
}

/**
 * The container to use: the one named, else the one the pod's annotation names, else the first.
 * @throws UserError with the existing names.
 */
export function chooseContainer(pod: Pod, wanted: string | undefined): string {
  const names = containerNames(pod);
  if (wanted) {
    if (names.includes(wanted)) return wanted;
    throw new UserError(`Pod "${pod.metadata?.name}" has no container "${wanted}". It has: ${names.join(', ')}.`);
  }
  const annotated = pod.metadata?.annotations?.[DEFAULT_CONTAINER];
  return annotated && names.includes(annotated) ? annotated : (names[0] ?? '');
}

/** The kubelet's last report of a container; undefined before the first. */
export function statusOf({ status = {} }: Pod, container: string): ContainerStatus | undefined {
  return [status.containerStatuses, status.initContainerStatuses, status.ephemeralContainerStatuses]
    .flatMap((list) => list ?? [])
    .find(({ name }) => name === container);
}

/** A container's problem in a word or two, such as `CrashLoopBackOff` or `exit 1`; undefined when there is none. */
export function troubleOf(status: ContainerStatus | undefined): string | undefined {
  const { waiting, terminated } = status?.state ?? {};
  if (waiting) return waiting.reason ?? 'waiting';
  if (terminated && terminated.exitCode !== 0) return exitText(terminated);
  return undefined;
}

/** How a container ended: `exit 137, OOMKilled`. */
export function exitText({
  exitCode,
  signal,
  reason,
}: {
  exitCode?: number;
  signal?: number;
  reason?: string;
}): string {
  const code = signal ? `signal ${signal}` : `exit ${exitCode ?? '?'}`;
  return reason ? `${code}, ${reason}` : code;
}

/** Why a container has not written anything yet, as a sentence; undefined when nothing prevents it. */
export function reasonNotStarted(pod: Pod, container: string): string | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') return `The pod is not scheduled: ${scheduled.message ?? scheduled.reason}`;
  if (pod.status?.reason) return `The pod ${pod.status.phase}: ${pod.status.message ?? pod.status.reason}`;
  const { waiting } = statusOf(pod, container)?.state ?? {};
  if (!waiting || waiting.reason === 'CrashLoopBackOff') return undefined;
  const before = unfinishedInit(pod, container);
  if (before) return `It waits for init container ${before}.`;
  return `It has not started: ${[waiting.reason, waiting.message].filter(Boolean).join(': ') || 'waiting'}`;
}

function unfinishedInit({ spec, status }: Pod, container: string): string | undefined {
  const inits = spec?.initContainers ?? [];
  for (const { name, restartPolicy } of inits) {
    if (name === container) return undefined;
    const found = status?.initContainerStatuses?.find((one) => one.name === name);
    const sidecar = restartPolicy === 'Always' && found?.state?.running;
    if (sidecar || found?.state?.terminated?.exitCode === 0) continue;
    return `${name} (${troubleOf(found) ?? (found?.state?.running ? 'running' : 'not started')})`;
  }
  return undefined;
}
