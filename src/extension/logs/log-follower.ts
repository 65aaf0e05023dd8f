import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { isApiError, messageOf, UserError } from '../../kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { readObject } from '../../kubernetes/client/read-object.ts';
import { containerNames, reasonNotStarted, statusOf } from '../../kubernetes/workloads/containers.ts';
import { LogProgress } from '../../kubernetes/workloads/log-progress.ts';
import { followLog } from '../../kubernetes/workloads/log-stream.ts';
import { type Pod, podsOf } from '../../kubernetes/workloads/pods.ts';

/** What to follow. */
export interface FollowRequest {
  connection: Connection;
  /** A pod, or an object that has pods. */
  resource: ApiResource;
  namespace: string | undefined;
  name: string;
  /** All containers unless one is named. */
  container: string | undefined;
  /** The run before the last restart; it has ended, so there is nothing to follow. */
  previous: boolean;
  /** Receives the lines of each batch, ordered by time. */
  onLines: (lines: string[]) => void;
  signal: AbortSignal;
}

interface Line {
  time: string | undefined;
  text: string;
}

/** How many recent lines to read at first: in total, and at least per log. */
const LINES = 2_000;
const LINES_EACH = 100;
const MAX_LOGS = 50;
/** Lines are batched for this many milliseconds after the first. */
const BATCH_MS = 200;
/** How often to look for new pods and restarted containers, in milliseconds. */
const CHECK_INTERVAL_MS = 3_000;

/**
 * Follows the logs of a pod or of all pods of a workload, including later ones, until the signal aborts. For a
 * previous run, returns when it is read.
 * @throws what the first search for pods throws.
 */
export async function follow(request: FollowRequest): Promise<void> {
  const { connection, resource, namespace, name, previous, signal } = request;
  const gathered = new Gathered(request.onLines);
  const logs = new Map<string, Log>();
  let pods = await findPods(request);
  const single = resourceNameOf(resource) === 'pods';
  for (let round = 0; ; round += 1) {
    const found = pods.flatMap((pod) =>
      wantedContainers(pod, request.container).map((container) => ({ pod, container })),
    );
    const many = found.length > 1 || logs.size > 1 || !single;
    const wanted = found.slice(0, MAX_LOGS);
    if (round === 0) say(gathered, request, found.length, wanted.length);
    const lines = Math.max(LINES_EACH, Math.floor(LINES / Math.max(1, wanted.length)));
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
    await delay(CHECK_INTERVAL_MS, undefined, { signal });
    // Keep the known pods while the cluster cannot list them.
    pods = await findPods(request).catch(() => pods);
  }

  async function findPods({ container }: FollowRequest): Promise<Pod[]> {
    const object = await readObject(connection.client, resource, namespace, name, signal);
    const found = await podsOf(connection, resource, object, signal);
    if (!found) throw new UserError(vscode.l10n.t('{0} {1} has no pods.', resource.kind, name));
    return found.filter((pod) => wantedContainers(pod, container).length > 0);
  }
}

function say(gathered: Gathered, { resource, name }: FollowRequest, found: number, wanted: number): void {
  if (found === 0)
    gathered.add({
      time: undefined,
      text: `# ${vscode.l10n.t('{0} {1} has no pods now; its log begins with the first.', resource.kind, name)}`,
    });
  if (found > wanted)
    gathered.add({ time: undefined, text: `# ${vscode.l10n.t('{0} of {1} logs are followed.', wanted, found)}` });
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
  readonly #name: string;
  readonly #container: string;
  readonly #prefix: string;
  readonly #progress = new LogProgress();
  #running = false;
  #said = '';

  constructor(pod: Pod, container: string, prefix: string) {
    this.#name = pod.metadata?.name ?? '';
    this.#container = container;
    this.#prefix = prefix;
  }

  /** Follows it unless that is under way; reports once why it cannot. */
  async follow(
    pod: Pod,
    lines: number,
    { connection, previous, signal }: FollowRequest,
    gathered: Gathered,
  ): Promise<void> {
    if (this.#running || (this.#progress.since !== undefined && !isRunning(pod, this.#container))) return;
    this.#running = true;
    const { namespace } = pod.metadata ?? {};
    const stream = {
      namespace,
      pod: this.#name,
      container: this.#container,
      previous,
      lines,
      progress: this.#progress,
      signal,
    };
    try {
      for await (const { time, text } of followLog(connection.client, stream)) {
        gathered.add({ time, text: this.#prefix + text });
      }
    } catch (error) {
      if (!signal.aborted) this.#say(gathered, this.#reason(error, pod, previous));
    } finally {
      this.#running = false;
    }
  }

  #reason(error: unknown, pod: Pod, previous: boolean): string {
    if (!isApiError(error, 400)) return messageOf(error);
    return (previous ? undefined : reasonNotStarted(pod, this.#container)) ?? error.message;
  }

  #say(gathered: Gathered, reason: string): void {
    if (reason === this.#said) return;
    this.#said = reason;
    gathered.add({ time: undefined, text: `${this.#prefix}# ${reason}` });
  }
}

function isRunning(pod: Pod, container: string): boolean {
  return statusOf(pod, container)?.state?.running !== undefined;
}

/** Merges the lines of several logs in order. */
class Gathered {
  readonly #onLines: (lines: string[]) => void;
  #lines: Line[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(onLines: (lines: string[]) => void) {
    this.#onLines = onLines;
  }

  add(line: Line): void {
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
      return { text: line.text, at: time };
    });
    this.#onLines(timed.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ text }) => text));
  }
}
