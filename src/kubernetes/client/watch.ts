import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, isApiError, LoginError, RefusedError, UserError } from '../apimachinery/errors.ts';
import type { HelmOperation } from '../apimachinery/helm-operations.ts';
import { LIMITS, LimitError, tooLong, tooMany } from '../apimachinery/limits.ts';
import { METADATA_LIST_TYPE, METADATA_TYPE, TABLE_TYPE } from '../apimachinery/media-types.ts';
import { isObject, type KubernetesList, type KubernetesObject } from '../apimachinery/objects.ts';
import { TimeLimit } from '../apimachinery/time-limit.ts';
import { parseBoundedJson } from '../text/json-reader.ts';
import { withLists } from './answers.ts';
import type { ApiClient } from './client.ts';

/** One change of a watched collection; `SYNC` comes after the objects that were there at the start, or after a gap. */
export type WatchEvent = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubernetesObject } | { type: 'SYNC' };

export interface WatchRequest {
  /** Path of the collection. */
  path: string;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** Objects come with their metadata alone: enough to know that something changed, and far smaller. */
  metadataOnly?: boolean;
  /** Goes on from this version, and lists nothing itself: what the caller has listed. There is no `SYNC` then. */
  from?: string | undefined;
  /** Each event holds a Table of one row, with this much of the object in it; goes with `from`. */
  rows?: 'Metadata' | 'Object';
  /** The Helm operation it is followed for, if any. */
  operation?: HelmOperation;
  signal: AbortSignal;
}

/** So many objects of one collection are followed. */
const MAX_OBJECTS = 300_000;
/** The longest pause between two attempts, without chance, in milliseconds. */
const MAX_PAUSE_MS = 30_000;
/** The part of a pause that chance may add to it. */
const MAX_JITTER = 0.25;
/** A server that asks for more patience gets this much, in milliseconds; a timer that is set too far off fires at once. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;
/** A watch that ends sooner than this without any change did not work, in milliseconds; nor is one begun more often. */
const MIN_WATCH_MS = 1_000;
/** After so many seconds the server ends a watch; where it answers no pings, it then also says that it is there. */
const TIMEOUT_SECONDS = { pinged: 290, silent: 40 };
/** What has not ended by then is not going to, in milliseconds. */
const MAX_WATCH_MS = (TIMEOUT_SECONDS.pinged + 15) * 1000;
/** A server that has just started refuses what it will permit; a refusal that lasts longer is meant, in milliseconds. */
const MAX_REFUSED_MS = 30_000;

/**
 * Lists a collection and then follows its changes until the signal aborts. It survives closed connections, restarts of the
 * server and expired versions (410 Gone): then it lists again and says so with another `SYNC`. Objects that vanished in such
 * a gap are reported as DELETED.
 * @throws whatever the first list throws; later ApiError when the server refuses and goes on refusing (401, 403, 404), LimitError,
 * and with `from` also when it cannot go on from there (410).
 */
export async function* watch(client: WatchClient, request: WatchRequest): AsyncGenerator<WatchEvent, void> {
  const { from, signal } = request;
  const state: WatchState = {
    known: new Map(),
    resourceVersion: from,
    synced: from !== undefined,
    opened: false,
    failures: 0,
    refusedSince: undefined,
    began: Number.POSITIVE_INFINITY,
    changed: false,
  };
  while (!signal.aborted) {
    let pause = 0;
    state.began = Number.POSITIVE_INFINITY;
    state.changed = false;
    try {
      if (state.resourceVersion === undefined) yield* list(client, request, state);
      yield* follow(client, request, state);
      // Nothing but the pause keeps a server, or a proxy, that hangs up at once from being asked without end.
      if (lasted(state) >= MIN_WATCH_MS) state.failures = 0;
      else pause = state.changed ? MIN_WATCH_MS - lasted(state) : nextPause(state);
    } catch (error) {
      if (signal.aborted) return;
      pause = pauseAfter(error, from, state);
    }
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
}

type WatchClient = Pick<ApiClient, 'json' | 'stream'> & Partial<Pick<ApiClient, 'witness' | 'answersPings'>>;

interface WatchState {
  known: Map<string, KubernetesObject>;
  /** Undefined when everything has to be listed first. */
  resourceVersion: string | undefined;
  synced: boolean;
  opened: boolean;
  failures: number;
  refusedSince: number | undefined;
  /** When the stream under way was opened; it may not be yet. */
  began: number;
  /** Has it told of anything? */
  changed: boolean;
}

async function* list(
  client: WatchClient,
  { path, labelSelector, fieldSelector, metadataOnly = false, operation, signal }: WatchRequest,
  state: WatchState,
): AsyncGenerator<WatchEvent, void> {
  const found = await client.json<KubernetesList>({
    path,
    query: { labelSelector, fieldSelector },
    ...(metadataOnly ? { accept: METADATA_LIST_TYPE } : {}),
    operation,
    signal,
  });
  state.resourceVersion = found.metadata?.resourceVersion ?? '';
  state.synced = true;
  yield* differences(state.known, found.items ?? []);
  yield { type: 'SYNC' };
}

async function* follow(
  client: WatchClient,
  request: WatchRequest,
  state: WatchState,
): AsyncGenerator<WatchEvent, void> {
  using limit = new TimeLimit(MAX_WATCH_MS);
  const { path, labelSelector, fieldSelector, metadataOnly = false, rows, operation, signal } = request;
  const accept = rows ? TABLE_TYPE : metadataOnly ? METADATA_TYPE : undefined;
  const stream = await client.stream({
    path,
    query: {
      labelSelector,
      fieldSelector,
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: state.resourceVersion,
      timeoutSeconds: client.answersPings === false ? TIMEOUT_SECONDS.silent : TIMEOUT_SECONDS.pinged,
      includeObject: rows,
    },
    ...(accept ? { accept } : {}),
    operation,
    signal: AbortSignal.any([signal, limit.signal]),
  });
  state.began = performance.now();
  state.opened = true;
  state.refusedSince = undefined;
  for await (const { type, object } of events(stream)) {
    if (type === 'ERROR') throw statusError(object);
    client.witness?.({ path }, object);
    state.resourceVersion = object.metadata?.resourceVersion ?? state.resourceVersion;
    if (type === 'BOOKMARK') continue;
    const { known } = state;
    // A server without versions for its lists starts each watch with what is there.
    if (type !== 'DELETED' && known.get(keyOf(object))?.metadata?.resourceVersion === state.resourceVersion) continue;
    if (type === 'DELETED') known.delete(keyOf(object));
    else known.set(keyOf(object), object);
    if (known.size > MAX_OBJECTS) throw tooMany(MAX_OBJECTS);
    state.changed = true;
    state.failures = 0;
    yield { type, object };
  }
}

/** How long to wait before the next attempt, in milliseconds. @throws the error when there is to be none. */
function pauseAfter(error: unknown, from: string | undefined, state: WatchState): number {
  if (isFinal(error, state)) throw error;
  if (lasted(state) >= MIN_WATCH_MS) state.failures = 0;
  // The server that will not go on from there is asked for everything; one that is only busy is not.
  const busy = isApiError(error, 429) || isApiError(error, 503);
  if (error instanceof ApiError && !busy) {
    if (from !== undefined) throw error;
    state.resourceVersion = undefined;
  }
  const expired = isApiError(error, 410) && state.failures === 0;
  const pause = Math.max(nextPause(state), busy ? Math.min((error.retryAfter ?? 0) * 1000, MAX_RETRY_AFTER_MS) : 0);
  return expired ? 0 : pause;
}

/** How long the stream has been open, in milliseconds; less than nothing when none was. */
function lasted({ began }: WatchState): number {
  return performance.now() - began;
}

interface RawEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubernetesObject;
}

const TYPES = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'];

async function* events(stream: AsyncIterable<Uint8Array>): AsyncGenerator<RawEvent> {
  for await (const line of linesOf(stream)) if (line.length > 0) yield eventOf(parseBoundedJson(line, LIMITS.object));
}

function eventOf(value: unknown): RawEvent {
  const { type, object } = isObject(value) ? value : {};
  if (!TYPES.includes(String(type))) throw new UserError('The watch told of something that is no event.');
  return { type, object: withLists(object ?? {}) } as RawEvent;
}

/** The lines of a stream; one that never ends is not kept until it does. @throws LimitError */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  const keep = (piece: Uint8Array) => {
    pieces.push(piece);
    size += piece.length;
    if (size > LIMITS.object.bytes) throw tooLong(LIMITS.object.bytes);
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      yield Buffer.concat(pieces);
      pieces = [];
      size = 0;
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
}

function* differences(known: Map<string, KubernetesObject>, items: KubernetesObject[]): Generator<WatchEvent> {
  const current = new Map(items.map((item) => [keyOf(item), item]));
  for (const [key, object] of known) {
    if (current.has(key)) continue;
    known.delete(key);
    yield { type: 'DELETED', object };
  }
  for (const [key, object] of current) {
    const before = known.get(key);
    known.set(key, object);
    if (!before) yield { type: 'ADDED', object };
    else if (before.metadata?.resourceVersion !== object.metadata?.resourceVersion) yield { type: 'MODIFIED', object };
  }
}

function keyOf({ metadata }: KubernetesObject): string {
  return metadata?.uid ?? `${metadata?.namespace}/${metadata?.name}`;
}

function statusError(status: KubernetesObject): Error {
  const { code, reason, message } = status as { code?: number; reason?: string; message?: string };
  return code === undefined
    ? new UserError('The watch ended with an error.')
    : new ApiError(code, reason ?? '', message ?? '');
}

function nextPause(state: WatchState): number {
  const pause = pauseFor(state.failures);
  state.failures += 1;
  return pause;
}

/** The pause after so many failures, in milliseconds; not the same for watches that broke at the same time. */
export function pauseFor(failures: number): number {
  return Math.min(MAX_PAUSE_MS, 100 * 2 ** failures) * (1 + MAX_JITTER * Math.random());
}

function isFinal(error: unknown, state: WatchState): boolean {
  if (
    !state.synced ||
    error instanceof RefusedError ||
    error instanceof LoginError ||
    error instanceof LimitError ||
    isApiError(error, 400) ||
    isApiError(error, 405)
  )
    return true;
  if (!(error instanceof ApiError) || ![401, 403, 404].includes(error.code)) return false;
  state.refusedSince ??= performance.now();
  return !state.opened || performance.now() - state.refusedSince > MAX_REFUSED_MS;
}
