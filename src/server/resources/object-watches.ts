import { type ApiResource, pathOf } from '../../kubernetes/apimachinery/api-resource.ts';
import type { ApiClient } from '../../kubernetes/client/client.ts';
import { watchObject as eventsOf, type ObjectWatchRequest } from '../../kubernetes/client/watch-object.ts';
import { Call } from '../core/call.ts';

/** Receives the changes of one object. */
export interface ObjectListener {
  changed(): void;
  /** The watch has ended: the server now refuses it. */
  ended(error: unknown): void;
}

interface ObjectWatch {
  listeners: Set<ObjectListener>;
  stop: AbortController;
  /** Resolves once no later change can be missed. */
  ready: Promise<void>;
}

const watches = new WeakMap<ApiClient, Map<string, ObjectWatch>>();

/**
 * Reports an object's changes to `listener`, from when the promise resolves until the returned function is called.
 * Listeners to the same object through the same client share one watch.
 * @throws the API server's error when the object may not be watched.
 */
export async function watchObject(
  client: ApiClient,
  resource: ApiResource,
  namespace: string | undefined,
  name: string,
  listener: ObjectListener,
): Promise<() => void> {
  const running = watches.get(client) ?? new Map<string, ObjectWatch>();
  watches.set(client, running);
  const key = pathOf(resource, namespace, name);
  let watched = running.get(key);
  if (!watched) {
    watched = start(client, { resource, namespace, name }, () => running.delete(key));
    running.set(key, watched);
  }
  const { listeners, stop, ready } = watched;
  listeners.add(listener);
  const leave = () => {
    listeners.delete(listener);
    if (listeners.size > 0 || stop.signal.aborted) return;
    running.delete(key);
    stop.abort();
  };
  try {
    await ready;
    return leave;
  } catch (error) {
    leave();
    throw error;
  }
}

function start(
  client: ApiClient,
  object: Pick<ObjectWatchRequest, 'resource' | 'namespace' | 'name'>,
  onEnd: () => void,
): ObjectWatch {
  const listeners = new Set<ObjectListener>();
  const stop = new AbortController();
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  const follow = async () => {
    let synced = false;
    try {
      for await (const event of eventsOf(client, { ...object, metadataOnly: true, signal: stop.signal })) {
        if (event.type === 'SYNC') {
          synced = true;
          resolve();
        } else if (synced) {
          for (const listener of [...listeners]) listener.changed();
        }
      }
    } catch (error) {
      stop.abort();
      onEnd();
      reject(error);
      if (synced) for (const listener of [...listeners]) listener.ended(error);
    }
  };
  void Call.outside(follow);
  return { listeners, stop, ready };
}
