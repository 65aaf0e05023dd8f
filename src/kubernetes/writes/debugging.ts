import { setTimeout as delay } from 'node:timers/promises';
import { pathOf } from '../apimachinery/api-resource.ts';
import { isApiError, isOutcomeUnknown, messageOf, UserError } from '../apimachinery/errors.ts';
import { PATCH_TYPES } from '../apimachinery/media-types.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { readObject } from '../client/read-object.ts';
import { chooseContainer, statusOf } from '../workloads/containers.ts';
import type { LogLine } from '../workloads/log-line.ts';
import { readLog } from '../workloads/logs.ts';
import { type Container, type ContainerState, hasEnded, type Pod } from '../workloads/pods.ts';
import { sendWrite } from './planned-update.ts';
import { changeOf, type Target, targetOf, WRITE_QUERY } from './target.ts';
import type { Writer } from './writer.ts';

/** What runs for debugging, and where. */
export interface DebugOptions {
  pod: string;
  namespace: string | undefined;
  /** The container whose processes it sees or, in a copy, in whose place it runs. */
  container: string | undefined;
  /** Of a copy, by default the container's own. */
  image: string | undefined;
  command: readonly string[];
  /** Milliseconds until its end is no longer waited for. */
  timeout: number;
}

/** How it went. */
export interface Debugging {
  /** The pod it ran in. */
  pod: string;
  namespace: string;
  container: string;
  image: string;
  /** Undefined: it has not ended. */
  ended: ContainerState['terminated'];
  /** Why it has not even started. */
  waiting: string | undefined;
  log: LogLine[];
  notes: string[];
}

const POLL_MS = 500;
const MAX_LINES = 5_000;
/** Reasons to wait that do not pass. */
const HOPELESS = /^(ErrImage|ImagePullBackOff|InvalidImageName|CreateContainer\w*Error|RunContainerError)/;
/** A copy ends by itself if nobody is left to delete it; seconds after its time. */
const DEADLINE_SPARE = 60;
const DELETION_TIMEOUT_MS = 10_000;

/** Runs a command in an ephemeral container of a pod, which stays listed in the pod. */
export async function debugInPod(options: DebugOptions, writer: Writer): Promise<Debugging> {
  const { image, command } = options;
  if (image === undefined) throw new UserError('A debug container needs an image, such as busybox:1.37.');
  const { target, pod, chosen } = await podToDebug(options, writer);
  const name = `debugger-${writer.fresh.suffix(pathOf(target.resource, target.namespace, options.pod))}`;
  const container = { name, image, command, targetContainerName: chosen, terminationMessagePolicy: 'File' };
  const write = {
    method: 'PATCH' as const,
    body: { spec: { ephemeralContainers: [container] } },
    contentType: PATCH_TYPES.strategic,
  };
  const subresource = 'ephemeralcontainers';
  const { uid } = pod.metadata ?? {};
  const send = (dryRun: boolean) =>
    sendWrite({ target, name: options.pod, subresource, writer }, { ...write, uid }, dryRun);
  writer.connection.client.assertPermitted({
    ...write,
    path: pathOf(target.resource, target.namespace, options.pod, subresource),
  });
  const { object: after } = await send(true);
  const change = changeOf(target, writer.connection, 'exec', { before: pod, after, subresource });
  await writer.review([change]);
  await writer.write(change, () => send(false));
  return resultOf(options, { target, container: name, image }, writer, []);
}

/** Runs a command in a copy of a pod, in place of a container's program, and deletes the copy. */
export async function debugCopy(options: DebugOptions, writer: Writer): Promise<Debugging> {
  const { connection } = writer;
  const { client } = connection;
  const { target: original, pod, chosen } = await podToDebug(options, writer);
  const suffix = writer.fresh.suffix(pathOf(original.resource, original.namespace, options.pod));
  const name = `${options.pod.slice(0, 50).replace(/(?<![^a-z0-9])[^a-z0-9]+$/, '')}-debug-${suffix}`;
  const { copy, image } = copyOf(pod, name, chosen, options);
  const target = { ...original, name, object: copy };
  const path = pathOf(target.resource, target.namespace);
  client.assertPermitted({ method: 'POST', path, body: copy });
  client.assertPermitted({ method: 'DELETE', path: pathOf(target.resource, target.namespace, name) });
  const create = (dryRun: boolean) =>
    client.json<KubernetesObject>({
      ...{ method: 'POST', path, body: copy, signal: writer.signal },
      query: { ...WRITE_QUERY, dryRun: dryRun ? 'All' : undefined },
    });
  const after = await create(true);
  const change = changeOf(target, connection, 'create', {
    after,
    sent: copy,
    submitted: { image, command: options.command },
  });
  await writer.review([change]);
  const notes: string[] = [];
  const created = await writer
    .write(
      change,
      () => create(false),
      (object) => object,
    )
    .catch(async (error: unknown) => {
      // What was not created for certain is another's, if it exists.
      if (isOutcomeUnknown(error)) await removeCopy(target, undefined, writer, notes);
      throw error;
    });
  try {
    return await resultOf(options, { target, container: chosen, image }, writer, notes);
  } finally {
    await removeCopy(target, created.metadata?.uid, writer, notes);
  }
}

// Also after a cancellation, so without the signal.
async function removeCopy(
  target: Target & { name: string },
  uid: string | undefined,
  writer: Writer,
  notes: string[],
): Promise<void> {
  const { resource, namespace, name } = target;
  const { connection } = writer;
  const path = pathOf(resource, namespace, name);
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };
  const removal = changeOf(target, connection, 'delete', { uid });
  const remove = () => connection.client.send({ method: 'DELETE', path, uid, body, timeout: DELETION_TIMEOUT_MS });
  await writer.write(removal, remove).catch((error: unknown) => {
    if (!isApiError(error, 404)) notes.push(`The copy ${name} could not be deleted: ${messageOf(error)}`);
  });
}

async function podToDebug(
  { pod: name, namespace, container }: DebugOptions,
  { connection, signal }: Writer,
): Promise<{ target: Target & { namespace: string }; pod: Pod; chosen: string }> {
  const target = await targetOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name } }, namespace, connection);
  const pod = await readObject<Pod>(connection.client, target.resource, target.namespace, name, signal);
  return {
    target: { ...target, namespace: target.namespace ?? connection.namespace },
    pod,
    chosen: chooseContainer(pod, container),
  };
}

/** A pod that no Service and no controller takes for its own, with the command in place of the container's. */
function copyOf(
  { spec = {}, metadata }: Pod,
  name: string,
  chosen: string,
  { image, command, timeout }: DebugOptions,
): { copy: KubernetesObject; image: string } {
  const container = spec.containers?.find((one) => one.name === chosen);
  if (!container) throw new UserError(`In a copy only a regular container can be replaced, and "${chosen}" is none.`);
  const { nodeName: _, ephemeralContainers: _ephemeral, ...rest } = spec;
  const kept = { ...withoutProbes(container), image: image ?? container.image ?? '' };
  return {
    image: kept.image,
    copy: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, ...(metadata?.namespace ? { namespace: metadata.namespace } : {}) },
      spec: {
        ...rest,
        containers: [{ ...kept, command, args: undefined }],
        restartPolicy: 'Never',
        activeDeadlineSeconds: Math.ceil(timeout / 1_000) + DEADLINE_SPARE,
      },
    },
  };
}

// They would end a program that is not the one they are for; two pods cannot have one port of a node.
function withoutProbes(container: Container): Container {
  const left = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle', 'ports'];
  const entries = Object.entries(container).filter(([key]) => !left.includes(key));
  return { name: container.name, ...Object.fromEntries(entries) };
}

/** Waits for the end of the container, and reads what it wrote. */
async function resultOf(
  { timeout }: DebugOptions,
  { target, container, image }: { target: Target; container: string; image: string },
  { connection, signal }: Writer,
  notes: string[],
): Promise<Debugging> {
  const { client } = connection;
  const { resource, name = '', namespace = '' } = target;
  const until = performance.now() + timeout;
  let state: ContainerState | undefined;
  do {
    await delay(POLL_MS, undefined, { signal });
    const pod = await client.json<Pod>({ path: pathOf(resource, namespace, name), signal });
    state = statusOf(pod, container)?.state;
    if (!state?.terminated && hasEnded(pod)) break;
  } while (!state?.terminated && !HOPELESS.test(state?.waiting?.reason ?? '') && performance.now() < until);
  const waiting = state?.running || state?.terminated ? undefined : reasonOf(state);
  const request = { namespace, pod: name, container, lines: MAX_LINES, signal };
  const { lines: log, more } = waiting === undefined ? await readLog(client, request) : { lines: [], more: false };
  const cut = more ? [`Of its output only the newest ${log.length} lines were read.`] : [];
  return { pod: name, namespace, container, image, ended: state?.terminated, waiting, log, notes: [...notes, ...cut] };
}

function reasonOf(state: ContainerState | undefined): string {
  const { reason, message } = state?.waiting ?? {};
  return [reason, message].filter(Boolean).join(': ') || 'it has not started';
}
