import { conditionOf, isConditionTrue } from '../apimachinery/conditions.ts';
import { UserError } from '../apimachinery/errors.ts';
import type { Container, ContainerStatus, Pod } from './pods.ts';

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/** The names of all containers of a pod, the regular ones first. */
export function containerNames({ spec = {} }: Pod): string[] {
  return [spec.containers, spec.initContainers, spec.ephemeralContainers].flatMap((list) =>
    (list ?? []).map(({ name }) => name),
  );
}

/** Is this init container a sidecar? It starts in its turn, and then runs as long as the pod. */
export function isSidecar({ restartPolicy }: Container): boolean {
  return restartPolicy === 'Always';
}

/** The containers that run as long as the pod, which kubectl counts as READY: the regular ones, then the sidecars. */
export function longRunning<C extends Container>({
  containers = [],
  initContainers = [],
}: {
  containers?: C[];
  initContainers?: C[];
}): C[] {
  return [...containers, ...initContainers.filter(isSidecar)];
}

/** The kubelet's reports of the containers that run as long as the pod. */
export function longRunningStatuses(pod: Pod): ContainerStatus[] {
  return longRunning(pod.spec ?? {}).flatMap(({ name }) => statusOf(pod, name) ?? []);
}

/** Have all init containers ended, and all sidecars started? */
export function isInitialized(pod: Pod): boolean {
  const inits = pod.spec?.initContainers ?? [];
  return isConditionTrue(pod, 'Initialized') || inits.every((init) => isPassed(init, statusOf(pod, init.name)));
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

/** Tells a container's runs apart: the one that runs, or that ended last while it waits for the next. */
export function runOf(pod: Pod, container: string): string {
  const { restartCount = 0, containerID = '' } = statusOf(pod, container) ?? {};
  // A kubelet that has removed a container may count its runs anew.
  return `${restartCount} ${containerID}`;
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

function unfinishedInit(pod: Pod, container: string): string | undefined {
  for (const init of pod.spec?.initContainers ?? []) {
    if (init.name === container) return undefined;
    const found = statusOf(pod, init.name);
    if (isPassed(init, found)) continue;
    const running = isSidecar(init) ? 'starting' : 'running';
    return `${init.name} (${troubleOf(found) ?? (found?.state?.running ? running : 'not started')})`;
  }
  return undefined;
}

// What comes after it need not wait any longer.
function isPassed(init: Container, status: ContainerStatus | undefined): boolean {
  return status?.state?.terminated?.exitCode === 0 || (isSidecar(init) && status?.started === true);
}
