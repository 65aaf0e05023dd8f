import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from './client.ts';
import { ApiError, isApiError, UserError } from './errors.ts';
import type { KubernetesList, KubernetesObject } from './objects.ts';

/** One change of a watched collection; `SYNC` comes after the objects that were there at the start, or after a gap. */
export type WatchEvent = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubernetesObject } | { type: 'SYNC' };

export interface WatchRequest {
  /** Path of the collection. */
  path: string;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  accept?: string;
  signal: AbortSignal;
}

/** The longest pause between two attempts, in milliseconds. */
const LONGEST_PAUSE = 30_000;

/**
 * Lists a collection and then follows its changes until the signal aborts. It survives closed connections, restarts of the
 * server and expired versions (410 Gone): then it lists again and says so with another `SYNC`. Objects that vanished in such
 * a gap are reported as DELETED.
 * @throws ApiError when the server refuses (401, 403, 404); UserError when it was never reached.
 */
export async function* watch(client: ApiClient, request: WatchRequest): AsyncGenerator<WatchEvent, void> {
  const { path, labelSelector, fieldSelector, accept, signal } = request;
  const shared = { path, ...(accept ? { accept } : {}), signal };
  const known = new Map<string, KubernetesObject>();
  let resourceVersion: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (resourceVersion === undefined) {
        const list = await client.json<KubernetesList>({ ...shared, query: { labelSelector, fieldSelector } });
        yield* differences(known, list.items ?? []);
        yield { type: 'SYNC' };
        resourceVersion = list.metadata?.resourceVersion ?? '';
      }
      const query = {
        labelSelector,
        fieldSelector,
        watch: true,
        allowWatchBookmarks: true,
        resourceVersion,
        timeoutSeconds: 290,
      };
      for await (const { type, object } of events(await client.stream({ ...shared, query }))) {
        failures = 0;
        if (type === 'ERROR') throw statusError(object);
        resourceVersion = object.metadata?.resourceVersion ?? resourceVersion;
        if (type === 'BOOKMARK') continue;
        if (type === 'DELETED') known.delete(keyOf(object));
        else known.set(keyOf(object), object);
        yield { type, object };
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isFinal(error) || (known.size === 0 && resourceVersion === undefined && !(error instanceof ApiError)))
        throw error;
      if (isApiError(error, 410)) resourceVersion = undefined;
      else await delay(Math.min(LONGEST_PAUSE, 100 * 2 ** failures), undefined, { signal }).catch(() => undefined);
      failures += 1;
    }
  }
}

interface RawEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubernetesObject;
}

async function* events(stream: AsyncIterable<Buffer>): AsyncGenerator<RawEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as RawEvent;
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

function isFinal(error: unknown): boolean {
  return [400, 401, 403, 404, 405].some((code) => isApiError(error, code));
}
