import { setTimeout as delay } from 'node:timers/promises';
import { type ApiResource, pathOf } from '../apimachinery/api-resource.ts';
import { isApiError } from '../apimachinery/errors.ts';
import { fieldSelector } from '../apimachinery/field-selector.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { ApiClient } from './client.ts';
import { type WatchEvent, watch } from './watch.ts';

/** The object to watch, and how much of it to deliver. */
export interface ObjectWatchRequest {
  resource: Pick<ApiResource, 'group' | 'version' | 'name' | 'namespaced'>;
  namespace: string | undefined;
  name: string;
  metadataOnly?: boolean;
  signal: AbortSignal;
}

/** How often an object is polled when watching is forbidden, in milliseconds. */
const POLL_INTERVAL_MS = 2_000;

/** As `watch`, for one object. A user who may get it, but neither list nor watch it, is served by polling. */
export async function* watchObject(
  client: ApiClient,
  { resource, namespace, name, metadataOnly, signal }: ObjectWatchRequest,
): AsyncGenerator<WatchEvent, void> {
  let last: KubernetesObject | undefined;
  let synced = false;
  try {
    const named = { fieldSelector: fieldSelector({ 'metadata.name': name }) };
    const request = { path: pathOf(resource, namespace), ...named, metadataOnly, signal };
    for await (const event of watch(client, request)) {
      if (event.type === 'SYNC') synced = true;
      else last = event.type === 'DELETED' ? undefined : event.object;
      yield event;
    }
    return;
  } catch (error) {
    if (!isApiError(error, 403)) throw error;
  }
  for (; !signal.aborted; await delay(POLL_INTERVAL_MS, undefined, { signal }).catch(() => undefined)) {
    try {
      const next = await read(client, pathOf(resource, namespace, name), signal);
      yield* difference(last, next);
      last = next;
      if (!synced) yield { type: 'SYNC' };
      synced = true;
    } catch (error) {
      if (signal.aborted) return;
      if (!synced || isApiError(error, 401) || isApiError(error, 403)) throw error;
    }
  }
}

async function read(client: ApiClient, path: string, signal: AbortSignal): Promise<KubernetesObject | undefined> {
  try {
    return await client.json<KubernetesObject>({ path, signal });
  } catch (error) {
    if (isApiError(error, 404)) return undefined;
    throw error;
  }
}

function* difference(last: KubernetesObject | undefined, next: KubernetesObject | undefined): Generator<WatchEvent> {
  const isSame = last?.metadata?.uid === next?.metadata?.uid;
  if (last && !isSame) yield { type: 'DELETED', object: last };
  if (next && !(last && isSame)) yield { type: 'ADDED', object: next };
  else if (next && last?.metadata?.resourceVersion !== next.metadata?.resourceVersion)
    yield { type: 'MODIFIED', object: next };
}
