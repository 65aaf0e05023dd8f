import { age } from '../../apimachinery/age.ts';
import { shortened } from '../../text/shortened.ts';
import { isInitialized, isSidecar } from '../../workloads/containers.ts';
import { effectiveResources } from '../../workloads/pod-resources.ts';
import { type ContainerState, hasEnded } from '../../workloads/pods.ts';
import { cause, type Finding, symptom } from './finding.ts';
import { errorLine, type LogTail, tellingLine } from './logs.ts';
import { type Filling, type Message, say } from './message.ts';
import type { Container, ContainerStatus, Pod, Probe } from './types.ts';
import type { Warning } from './warnings.ts';

/** A container with a problem. */
export interface Trouble {
  kind: 'image' | 'crash' | 'config' | 'starting' | 'unready';
  container: Container;
  status: ContainerStatus;
  /** Of an init container. */
  role: 'init' | 'sidecar' | undefined;
  /** How its last run ended. */
  ended?: ContainerState['terminated'];
}

const IMAGE_REASONS = /^(ErrImage|ImagePull|InvalidImage|ImageInspect|RegistryUnavailable)/;
const MAX_LINE_LENGTH = 300;
/** A container that has run for so long has not crashed, in milliseconds: the kubelet forgets its restarts then, too. */
const STABLE_MS = 600_000;

/** The containers that keep a pod from being ready. */
export function troublesOf(pod: Pod): Trouble[] {
  const { spec, status } = pod;
  const find = (
    containers: Container[] = [],
    statuses: ContainerStatus[] | null | undefined,
    isInit: boolean,
  ): Trouble[] =>
    (statuses ?? []).flatMap((one) => {
      const container = containers.find(({ name }) => name === one.name) ?? { name: one.name };
      const role = isInit ? (isSidecar(container) ? 'sidecar' : 'init') : undefined;
      // Sidecars are ended with their pod, whatever they exit with.
      const kind = role === 'sidecar' && hasEnded(pod) ? undefined : troubleKind(one, role);
      const { terminated } = one.state ?? {};
      const ended = terminated?.exitCode === 0 ? undefined : terminated;
      return kind ? [{ kind, container, status: one, role, ended: ended ?? one.lastState?.terminated }] : [];
    });
  const inits = find(spec?.initContainers, status?.initContainerStatuses, true);
  const others = find(spec?.containers, status?.containerStatuses, false);
  if (isInitialized(pod)) return [...others, ...inits];
  // What comes after the first that is not done only waits for it.
  const first = inits.findIndex((one) => one.role === 'init' || !one.status.started);
  return [...inits, ...others].filter(({ kind }, index) => first < 0 || index <= first || kind !== 'starting');
}

function troubleKind({ state, ready, lastState }: ContainerStatus, role: Trouble['role']): Trouble['kind'] | undefined {
  const reason = state?.waiting?.reason ?? '';
  if (IMAGE_REASONS.test(reason)) return 'image';
  if (reason === 'CrashLoopBackOff') return 'crash';
  if (/^(CreateContainer|RunContainer|PreStart|PostStart|StartError)/.test(reason)) return 'config';
  if (state?.waiting) return lastState?.terminated ? 'crash' : 'starting';
  if (state?.terminated) return state.terminated.exitCode === 0 ? undefined : 'crash';
  if (!state?.running) return 'starting';
  if (role === 'init') return ready ? undefined : 'starting';
  if (ready) return undefined;
  const hasCrashed = lastState?.terminated !== undefined && lastState.terminated.exitCode !== 0;
  return hasCrashed && !(Date.now() - Date.parse(state.running.startedAt ?? '') > STABLE_MS) ? 'crash' : 'unready';
}

/** Describes the trouble, with what its log and events add. */
export function explainTrouble(trouble: Trouble, log: LogTail | undefined, warnings: readonly Warning[]): Finding {
  const { container, status } = trouble;
  const what = nameOf(trouble);
  const waiting = status.state?.waiting;
  switch (trouble.kind) {
    case 'image':
      return cause(
        say`image "${container.image ?? ''}" of ${what} cannot be pulled: ${pullProblem(waiting?.message, warnings) ?? waiting?.reason ?? ''}`,
      );
    case 'crash':
      return cause(crashText(trouble, what, log, warnings));
    case 'config':
      return cause(
        say`${what} cannot be started: ${waiting?.reason ?? ''}${waiting?.message ? `: ${waiting.message}` : ''}`,
      );
    case 'starting':
      return startingFinding(trouble, what, warnings);
    case 'unready':
      return unreadyFinding(trouble, what, log, warnings);
  }
}

function nameOf({ container, role }: Trouble): Message {
  switch (role) {
    case 'init':
      return say`init container ${container.name}`;
    case 'sidecar':
      return say`sidecar ${container.name}`;
    case undefined:
      return say`container ${container.name}`;
  }
}

function crashText(
  { container, status, ended }: Trouble,
  what: Message,
  log: LogTail | undefined,
  warnings: readonly Warning[],
): Message {
  const { exitCode, reason, message } = ended ?? {};
  const count = status.restartCount ?? 0;
  const restarts = count > 0 ? say`, restarted ${count} times` : '';
  const liveness = probeFailure(warnings, 'Liveness') ?? probeFailure(warnings, 'Startup');
  if (reason === 'OOMKilled') {
    const limit = effectiveResources(container, status).limits?.memory;
    return say`${what} uses more memory than it may${limit ? say` (limit ${limit})` : ''} and is killed: OOMKilled, exit code ${exitCode ?? 137}${restarts}`;
  }
  if (liveness && (exitCode === 137 || exitCode === 143)) {
    return say`${what} is killed because its ${liveness.message}${restarts}`;
  }
  const line = log && tellingLine(log.lines);
  const said = message?.trim().split('\n').at(-1) || line;
  const end =
    exitCode === 0
      ? say`${what} ends at once with exit code 0 and is started again`
      : say`${what} crashes with exit code ${exitCode ?? '?'}`;
  const why = exitCodeMeaning(exitCode, reason);
  return say`${end}${why}${restarts}${said ? say`; its log says: ${short(said)}` : log ? say`; its log is empty` : ''}`;
}

function exitCodeMeaning(exitCode: number | undefined, reason: string | undefined): Filling {
  switch (exitCode) {
    case 126:
      return say` (its command is not executable)`;
    case 127:
      return say` (its command does not exist in the image)`;
    case 137:
      return ' (SIGKILL)';
    case 139:
      return say` (segmentation fault)`;
    case 143:
      return ' (SIGTERM)';
    default:
      return reason && reason !== 'Error' && reason !== 'Completed' ? ` (${reason})` : '';
  }
}

function startingFinding({ status }: Trouble, what: Message, warnings: readonly Warning[]): Finding {
  const reason = status.state?.waiting?.reason ?? say`not started`;
  const { running } = status.state ?? {};
  if (running)
    return symptom(say`${what} has been running for ${age(running.startedAt)}, and the pod waits for it to end`);
  const hindrance = warnings.find((warning) =>
    /^Failed(Mount|AttachVolume|CreatePodSandBox|MapVolume|PodSandBox)/.test(warning.reason),
  );
  return hindrance
    ? cause(say`${what} cannot start (${hindrance.reason}): ${hindrance.message}`)
    : symptom(say`${what} waits: ${reason}`);
}

function unreadyFinding(
  { container, status }: Trouble,
  what: Message,
  log: LogTail | undefined,
  warnings: readonly Warning[],
): Finding {
  const since = say`${what} runs for ${age(status.state?.running?.startedAt)} but is not ready`;
  const error = log && errorLine(log.lines);
  const said = error ? say`; its log says: ${short(error)}` : '';
  const [type, probe] =
    container.startupProbe && !status.started
      ? ['Startup', container.startupProbe]
      : ['Readiness', container.readinessProbe];
  const failure = probeFailure(warnings, probe ? type : '');
  if (!probe) return failure ? cause(say`${since}: ${short(failure.message)}${said}`) : symptom(say`${since}${said}`);
  const name =
    type === 'Startup' ? say`its startup probe (${probeText(probe)})` : say`its readiness probe (${probeText(probe)})`;
  if (!failure) return symptom(say`${since}: ${name} has not succeeded${said}`);
  const answer = failure.message.replace(/^\w+ probe failed:?\s*/, '');
  const times = failure.count > 1 ? say`, ${failure.count} times` : '';
  return cause(say`${since}: ${name} fails${times}: ${short(answer)}${said}`);
}

function probeFailure(warnings: readonly Warning[], type: string): Warning | undefined {
  return warnings.find(({ reason, message }) => reason === 'Unhealthy' && message.startsWith(type));
}

function probeText({ httpGet, tcpSocket, grpc, exec }: Probe): string {
  if (httpGet) return `GET ${httpGet.scheme === 'HTTPS' ? 'https ' : ''}:${httpGet.port}${httpGet.path ?? '/'}`;
  if (tcpSocket) return `TCP :${tcpSocket.port}`;
  if (grpc) return `gRPC :${grpc.port}`;
  return short(exec?.command?.join(' ') ?? 'unknown');
}

function pullProblem(message: string | undefined, warnings: readonly Warning[]): string | undefined {
  // "Back-off pulling image" repeats the image; the reason follows ErrImagePull, or is in the event of the first try.
  const own = message?.split('ErrImagePull: ')[1] ?? (message?.startsWith('Back-off') ? undefined : message);
  const event = warnings.find(
    ({ reason, message }) => reason === 'Failed' && message.startsWith('Failed to pull image'),
  );
  const text = own ?? event?.message.replace(/^Failed to pull image "[^"]*": /, '') ?? message;
  return text && short(text);
}

function short(text: string): string {
  return shortened(text, MAX_LINE_LENGTH);
}
