import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { isApiError, messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { containerNames, reasonNotStarted, runOf, statusOf } from '../../kubernetes/workloads/containers.ts';
import { LogProgress } from '../../kubernetes/workloads/log-progress.ts';
import { followLog } from '../../kubernetes/workloads/log-stream.ts';
import type { Pod } from '../../kubernetes/workloads/pods.ts';
import { type FollowedObjects, type FoundPods, PodSearch, type PodSearchOptions } from './pod-search.ts';

/** What to follow. */
export interface FollowRequest extends Pick<PodSearchOptions, 'source' | 'onPods' | 'signal'> {
  /** All containers unless one is named. */
  container: string | undefined;
  /** The run before the last restart; it has ended, so there is nothing to follow. */
  previous: boolean;
  /** How many of the newest lines to begin with, and of how many seconds at most. */
  lines: number;
  sinceSeconds?: number | undefined;
  /** Receives the lines of each batch, ordered by time. */
  onLines: (lines: FollowedLine[]) => void;
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
 * when it is read. Waits for a cluster that cannot be reached, and goes on through another connection where the first
 * is replaced.
 * @param interval between two looks for pods, in milliseconds.
 * @throws what the first search for pods throws otherwise, and LoginError where a later one waits for a login in vain.
 */
export async function follow(request: FollowRequest, interval = CHECK_INTERVAL_MS): Promise<void> {
  const { previous } = request;
  const ended = new AbortController();
  const signal = AbortSignal.any([request.signal, ended.signal]);
  const gathered = new Gathered(request.onLines);
  const logs = new Map<string, Log>();
  const search = new PodSearch({ ...request, signal, onProblem: (text) => gathered.note(text) });
  try {
    for (let isFirst = true; ; ) {
      const found = await search.look();
      if (found) {
        const running = followEach(found, isFirst, logs, request, gathered);
        isFirst = false;
        if (previous) {
          await Promise.all(running);
          gathered.flush();
          // Otherwise the rest comes through the next connection.
          if (!found.signal.aborted) return;
        }
      }
      await delay(interval, undefined, { signal });
    }
  } finally {
    ended.abort();
  }
}

function followEach(
  found: FoundPods,
  isFirst: boolean,
  logs: Map<string, Log>,
  request: FollowRequest,
  gathered: Gathered,
): Promise<void>[] {
  const { objects, pods } = found;
  const single = objects.length === 1 && objects.every(({ resource }) => resourceNameOf(resource) === 'pods');
  const all = pods.flatMap((pod) => wantedContainers(pod, request.container).map((container) => ({ pod, container })));
  const many = all.length > 1 || logs.size > 1 || !single;
  const wanted = all.slice(0, MAX_LOGS);
  if (isFirst) say(gathered, found, all.length, wanted.length);
  const lines = Math.max(LINES_EACH, Math.floor(request.lines / Math.max(1, wanted.length)));
  return wanted.map(({ pod, container }) => {
    const key = `${pod.metadata?.uid}/${container}`;
    const log = logs.get(key) ?? new Log(pod, container, many ? prefixOf(pod, container, request.container) : '');
    logs.set(key, log);
    return log.follow(pod, found, { ...request, lines }, gathered);
  });
}

function say(gathered: Gathered, { objects }: FollowedObjects, found: number, wanted: number): void {
  const [first] = objects;
  if (found === 0 && first)
    gathered.note(
      vscode.l10n.t('{0} {1} has no pods now; its log begins with the first.', first.resource.kind, first.name),
    );
  if (found > wanted) gathered.note(vscode.l10n.t('{0} of {1} logs are followed.', wanted, found));
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
    { connection, signal }: FoundPods,
    { previous, lines, sinceSeconds }: FollowRequest,
    gathered: Gathered,
  ): Promise<void> {
    const source = this.#source;
    // While a container waits, its kubelet has the log of the last run.
    const run = isRunning(pod, source.container) ? undefined : runOf(pod, source.container);
    if (signal.aborted || this.#running || (run !== undefined && run === this.#read)) return;
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
    gathered.note(text, this.#source);
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

  /** Adds something that we say. */
  note(text: string, source?: FollowedSource): void {
    this.add({ time: undefined, text, source, isNote: true });
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
