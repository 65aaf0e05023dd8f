import { isObject, type JsonObject } from '../../kubernetes/apimachinery/objects.ts';
import type { RequestExtra } from '../core/caller.ts';
import type { Contexts } from '../core/contexts.ts';
import { SUBSCRIPTION } from '../core/modern.ts';
import { RequestError } from '../core/request-error.ts';
import { Subscriptions } from '../resources/subscriptions.ts';

export interface ListeningOptions {
  contexts: () => Promise<Contexts>;
  extra: RequestExtra;
  stopping?: AbortSignal;
  log(message: string): void;
}

/**
 * Tells a client what it wants to hear of, as notifications of its request, until it cancels that or the server stops.
 * @throws RequestError for a filter that is none.
 */
export async function listen(filter: unknown, options: ListeningOptions): Promise<JsonObject> {
  const { toolsListChanged, resourceSubscriptions: wanted } = checked(filter);
  const { extra, contexts, stopping } = options;
  const meta = { [SUBSCRIPTION]: extra.requestId };
  const tell = (method: string, params: JsonObject = {}) =>
    void extra.sendNotification({ method, params: { ...params, _meta: meta } } as Notification).catch(() => undefined);

  // Nothing is told before the acknowledgement, which has to name what is followed.
  const early = new Set<string>();
  let updated = (uri: string): void => void early.add(uri);
  const subscriptions = new Subscriptions({ contexts, updated: (uri) => updated(uri), log: options.log });
  const until = Promise.withResolvers<void>();
  const ends = [extra.signal, ...(stopping ? [stopping] : [])];
  for (const end of ends) end.addEventListener('abort', () => until.resolve(), { once: true });
  if (ends.some(({ aborted }) => aborted)) until.resolve();
  let unwatch = (): void => undefined;
  try {
    const followed = await Promise.all(
      wanted.map((uri) =>
        subscriptions.subscribe(uri).then(
          () => [uri],
          (error: Error) => {
            options.log(`${uri.slice(0, 200)} is not followed: ${error.message}`);
            return [];
          },
        ),
      ),
    );
    const resources = followed.flat();
    const notifications = {
      ...(toolsListChanged && { toolsListChanged }),
      ...(resources.length > 0 && { resourceSubscriptions: resources }),
    };
    tell('notifications/subscriptions/acknowledged', { notifications });
    updated = (uri) => tell('notifications/resources/updated', { uri });
    for (const uri of early) updated(uri);
    if (toolsListChanged) unwatch = (await contexts()).watch(() => tell('notifications/tools/list_changed'));
    await until.promise;
    return { _meta: meta };
  } finally {
    unwatch();
    subscriptions.close();
  }
}

type Notification = Parameters<RequestExtra['sendNotification']>[0];

function checked(filter: unknown): { toolsListChanged: boolean; resourceSubscriptions: string[] } {
  if (!isObject(filter)) throw new RequestError('subscriptions/listen needs "notifications", an object.');
  const { toolsListChanged = false, resourceSubscriptions = [] } = filter;
  if (typeof toolsListChanged !== 'boolean') throw new RequestError('toolsListChanged has to be true or false.');
  if (!Array.isArray(resourceSubscriptions) || !resourceSubscriptions.every((uri) => typeof uri === 'string'))
    throw new RequestError('resourceSubscriptions has to be a list of URIs.');
  return { toolsListChanged, resourceSubscriptions };
}
