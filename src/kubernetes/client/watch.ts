import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, isApiError, LoginError, RefusedError, UserError } from '../apimachinery/errors.ts';
import { LIMITS, LimitError, tooLong, tooMany } from '../apimachinery/limits.ts';
import { METADATA_LIST_TYPE, METADATA_TYPE, TABLE_TYPE } from '../apimachinery/media-types.ts';
import { isObject, type KubernetesList, type KubernetesObject } from '../apimachinery/objects.ts';
import { parseBoundedJson } from '../text/json-reader.ts';
import { withLists } from './answers.ts';
import type { ApiClient } from './client.ts';

/** One change of a watched collection; `SYNC` follows the objects that existed at the start, or after a gap. */
export type WatchEvent = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubernetesObject } | { type: 'SYNC' };

export interface WatchRequest {
  /** Path of the collection. */
  path: string;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** Delivers objects with metadata only: enough to notice changes, and far smaller. */
  metadataOnly?: boolean;
  /** Continues from this version without listing: the caller has already listed. No `SYNC` is sent then. */
  from?: string | undefined;
  /** Each event holds a Table of one row, with this much of the object in it; use with `from`. */
  rows?: 'Metadata' | 'Object';
  signal: AbortSignal;
}

/** Maximum number of objects followed in one collection. */
const MAX_OBJECTS = 300_000;
/** The longest pause between two attempts, in milliseconds. */
const MAX_PAUSE_MS = 30_000;
/** Maximum Retry-After obeyed, in milliseconds; a timer set too far ahead fires at once. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;
/**
 * A watch that ends sooner than this without a change counts as failed, in milliseconds; also the minimum interval
 * between watches.
 */
const MIN_WATCH_MS = 1_000;
/** After this many seconds the server ends a watch; where it answers no pings, this also serves as a sign of life. */
const TIMEOUT_SECONDS = { pinged: 290, silent: 40 };
/** A watch still open after this is considered hung, in milliseconds. */
const MAX_WATCH_MS = (TIMEOUT_SECONDS.pinged + 15) * 1000;
/** A server that has just started refuses what it will permit; a refusal this long is final, in milliseconds. */
const MAX_REFUSED_MS = 30_000;

/**
 * Lists a collection and then follows its changes until the signal aborts. It survives closed connections, restarts of
 * the server and expired versions (410 Gone): it then lists again and sends another `SYNC`. Objects that disappeared in
 * such a gap are reported as DELETED.
 * @throws whatever the first list throws; later ApiError when the server keeps refusing (401, 403, 404), LimitError,
 * and with `from` also when it cannot continue from there (410).
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
      // Only the pause limits the requests to a server, or a proxy, that hangs up at once.
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
  /** Undefined when everything must be listed first. */
  resourceVersion: string | undefined;
  synced: boolean;
  opened: boolean;
  failures: number;
  refusedSince: number | undefined;
  /** When the current stream was opened; possibly not yet. */
  began: number;
  /** Has it delivered any event? */
  changed: boolean;
}

async function* list(
  client: WatchClient,
  { path, labelSelector, fieldSelector, metadataOnly = false, signal }: WatchRequest,
  state: WatchState,
): AsyncGenerator<WatchEvent, void> {
  const found = await client.json<KubernetesList>({
    path,
    query: { labelSelector, fieldSelector },
    ...(metadataOnly ? { accept: METADATA_LIST_TYPE } : {}),
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
  const { path, labelSelector, fieldSelector, metadataOnly = false, rows, signal } = request;
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
    signal: AbortSignal.any([signal, AbortSignal.timeout(MAX_WATCH_MS)]),
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
    // A server without versions for its lists starts each watch with the existing objects.
    if (type !== 'DELETED' && known.get(keyOf(object))?.metadata?.resourceVersion === state.resourceVersion) continue;
    if (type === 'DELETED') known.delete(keyOf(object));
    else known.set(keyOf(object), object);
    if (known.size > MAX_OBJECTS) throw tooMany(MAX_OBJECTS);
    state.changed = true;
    state.failures = 0;
    yield { type, object };
  }
}

/** Pause before the next attempt, in milliseconds. @throws the error when there is no further attempt. */
function pauseAfter(error: unknown, from: string | undefined, state: WatchState): number {
  if (isFinal(error, state)) throw error;
  if (lasted(state) >= MIN_WATCH_MS) state.failures = 0;
  // If the server cannot continue from there, everything is listed again; not if it is only busy.
  const busy = isApiError(error, 429) || isApiError(error, 503);
  if (error instanceof ApiError && !busy) {
    if (from !== undefined) throw error;
    state.resourceVersion = undefined;
  }
  const expired = isApiError(error, 410) && state.failures === 0;
  const pause = Math.max(nextPause(state), busy ? Math.min((error.retryAfter ?? 0) * 1000, MAX_RETRY_AFTER_MS) : 0);
  return expired ? 0 : pause;
}

/** How long the stream has been open, in milliseconds; negative if it never was. */
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

// A line that never ends is not buffered without limit.
async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
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
  const pause = Math.min(MAX_PAUSE_MS, 100 * 2 ** state.failures);
  state.failures += 1;
  return pause;
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
  if (![401, 403, 404].some((code) => isApiError(error, code))) return false;
  state.refusedSince ??= performance.now();
  return !state.opened || performance.now() - state.refusedSince > MAX_REFUSED_MS;
}
