import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { isApiError, messageOf, UnreachableError, UserError } from '../../kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { readObject } from '../../kubernetes/client/read-object.ts';
import { containerNames, reasonNotStarted, runOf, statusOf } from '../../kubernetes/workloads/containers.ts';
import { LogProgress } from '../../kubernetes/workloads/log-progress.ts';
import { followLog } from '../../kubernetes/workloads/log-stream.ts';
import { hasEnded, type Pod, podsOf } from '../../kubernetes/workloads/pods.ts';

/** A pod, or an object that has pods. */
export interface FollowedObject {
  resource: ApiResource;
  namespace: string | undefined;
  name: string;
}

/** What to follow. */
export interface FollowRequest {
  connection: Connection;
  objects: readonly FollowedObject[];
  /** All containers unless one is named. */
  container: string | undefined;
  /** The run before the last restart; it has ended, so there is nothing to follow. */
  previous: boolean;
  /** How many of the newest lines to begin with, and of how many seconds at most. */
  lines: number;
  sinceSeconds?: number | undefined;
  /** Receives the lines of each batch, ordered by time. */
  onLines: (lines: FollowedLine[]) => void;
  /** Receives all pods, of whatever container, each time they were looked for. */
  onPods?: (pods: readonly Pod[]) => void;
  signal: AbortSignal;
}

/** A container of a pod whose log is followed. */
export interface FollowedSource {
  pod: string;
  container: string;
  /** Tells it from the others in a text of all; empty if it is the only one. */
  prefix: string;
}

export interface FollowedLine {
  time: string | undefined;
  text: string;
  /** Absent for notes about all of them. */
  source: FollowedSource | undefined;
  /** Said by us, not by the container. */
  isNote: boolean;
}

/** How many lines to begin with at least per log. */
const LINES_EACH = 100;
const MAX_LOGS = 50;
/** Lines are batched for this many milliseconds after the first. */
const BATCH_MS = 200;
/** How often to look for new pods and for further runs of containers, in milliseconds. */
const CHECK_INTERVAL_MS = 3_000;

/**
 * Follows the logs of the pods of objects, including later ones, until the signal aborts. For a previous run, returns
 * when it is read. Waits for a cluster that cannot be reached.
 * @param interval between two looks for pods, in milliseconds.
 * @throws what the first search for pods throws otherwise.
 */
export async function follow(request: FollowRequest, interval = CHECK_INTERVAL_MS): Promise<void> {
  const { objects, previous, signal } = request;
  const gathered = new Gathered(request.onLines);
  const logs = new Map<string, Log>();
  let pods = await firstPods(request, gathered, interval);
  const single = objects.length === 1 && objects.every(({ resource }) => resourceNameOf(resource) === 'pods');
  for (let round = 0; ; round += 1) {
    const found = pods.flatMap((pod) =>
      wantedContainers(pod, request.container).map((container) => ({ pod, container })),
    );
    const many = found.length > 1 || logs.size > 1 || !single;
    const wanted = found.slice(0, MAX_LOGS);
    if (round === 0) say(gathered, request, found.length, wanted.length);
    const lines = Math.max(LINES_EACH, Math.floor(request.lines / Math.max(1, wanted.length)));
    const running = wanted.map(({ pod, container }) => {
      const key = `${pod.metadata?.uid}/${container}`;
      const log = logs.get(key) ?? new Log(pod, container, many ? prefixOf(pod, container, request.container) : '');
      logs.set(key, log);
      return log.follow(pod, lines, request, gathered);
    });
    if (previous) {
      await Promise.all(running);
      gathered.flush();
      return;
    }
    await delay(interval, undefined, { signal });
    // Keep the known pods while the cluster cannot list them.
    pods = await findPods(request).catch(() => pods);
  }
}

async function firstPods(request: FollowRequest, gathered: Gathered, interval: number): Promise<Pod[]> {
  for (let isSaid = false; ; isSaid = true) {
    try {
      return await findPods(request);
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      if (!isSaid) gathered.add({ time: undefined, text: messageOf(error), source: undefined, isNote: true });
    }
    await delay(interval, undefined, { signal: request.signal });
  }
}

async function findPods({ connection, objects, onPods, signal }: FollowRequest): Promise<Pod[]> {
  const lists = await Promise.all(
    objects.map(async ({ resource, namespace, name }) => {
      const object = await readObject(connection.client, resource, namespace, name, signal);
      const found = await podsOf(connection, resource, object, signal);
      if (!found) throw new UserError(vscode.l10n.t('{0} {1} has no pods.', resource.kind, name));
      return found;
    }),
  );
  const found = [...new Map(lists.flat().map((pod) => [pod.metadata?.uid, pod])).values()];
  // Of too many, those that ended are left out first.
  const pods = found.sort((a, b) => Number(hasEnded(a)) - Number(hasEnded(b)));
  onPods?.(pods);
  return pods;
}

function say(gathered: Gathered, { objects }: FollowRequest, found: number, wanted: number): void {
  const note = (text: string) => gathered.add({ time: undefined, text, source: undefined, isNote: true });
  const [first] = objects;
  if (found === 0 && first)
    note(vscode.l10n.t('{0} {1} has no pods now; its log begins with the first.', first.resource.kind, first.name));
  if (found > wanted) note(vscode.l10n.t('{0} of {1} logs are followed.', wanted, found));
}

function wantedContainers(pod: Pod, wanted: string | undefined): string[] {
  const names = containerNames(pod);
  return wanted === undefined ? names : names.filter((name) => name === wanted);
}

function prefixOf({ metadata }: Pod, container: string, wanted: string | undefined): string {
  return wanted === undefined ? `[${metadata?.name}/${container}] ` : `[${metadata?.name}] `;
}

/** The log of one container, from one start to the next. */
class Log {
  readonly #source: FollowedSource;
  readonly #progress = new LogProgress();
  /** The run that had ended before it was read to its end. */
  #read: string | undefined;
  #running = false;
  #said = '';

  constructor(pod: Pod, container: string, prefix: string) {
    this.#source = { pod: pod.metadata?.name ?? '', container, prefix };
  }

  /** Follows it unless that is under way or there is nothing more of its run; reports once why it cannot. */
  async follow(
    pod: Pod,
    lines: number,
    { connection, previous, sinceSeconds, signal }: FollowRequest,
    gathered: Gathered,
  ): Promise<void> {
    const source = this.#source;
    // While a container waits, its kubelet has the log of the last run.
    const run = isRunning(pod, source.container) ? undefined : runOf(pod, source.container);
    if (this.#running || (run !== undefined && run === this.#read)) return;
    this.#running = true;
    const stream = {
      namespace: pod.metadata?.namespace,
      pod: source.pod,
      container: source.container,
      previous,
      lines,
      sinceSeconds,
      progress: this.#progress,
      signal,
    };
    try {
      for await (const line of followLog(connection.client, stream)) gathered.add({ ...line, source, isNote: false });
      // A stream may also end before its run does.
      this.#read = run;
    } catch (error) {
      if (!signal.aborted) this.#say(gathered, this.#reason(error, pod, previous));
    } finally {
      this.#running = false;
    }
  }

  #reason(error: unknown, pod: Pod, previous: boolean): string {
    if (!isApiError(error, 400)) return messageOf(error);
    return (previous ? undefined : reasonNotStarted(pod, this.#source.container)) ?? error.message;
  }

  #say(gathered: Gathered, text: string): void {
    if (text === this.#said) return;
    this.#said = text;
    gathered.add({ time: undefined, text, source: this.#source, isNote: true });
  }
}

function isRunning(pod: Pod, container: string): boolean {
  return statusOf(pod, container)?.state?.running !== undefined;
}

/** Merges the lines of several logs in order. */
class Gathered {
  readonly #onLines: (lines: FollowedLine[]) => void;
  #lines: FollowedLine[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(onLines: (lines: FollowedLine[]) => void) {
    this.#onLines = onLines;
  }

  add(line: FollowedLine): void {
    this.#lines.push(line);
    this.#timer ??= setTimeout(() => this.flush(), BATCH_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#lines;
    this.#lines = [];
    // A stable sort: a line without a time stays after the one before it.
    let time = '';
    const timed = lines.map((line) => {
      time = line.time ?? time;
      return { line, at: time };
    });
    this.#onLines(timed.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ line }) => line));
  }
}
