import { type ApiResource, pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import { type WatchEvent, watch } from '../client/watch.ts';
import { watchObject } from '../client/watch-object.ts';
import type { Verdict } from './readiness.ts';

/** One object to wait for. */
export interface Awaited {
  resource: ApiResource;
  namespace: string | undefined;
  name: string;
}

/**
 * Follows the object and yields the verdict of `judge` on its initial state and after each change, until the signal
 * aborts. A Service comes with its EndpointSlices, which decide whether it is ready.
 */
export async function* verdicts(
  client: ApiClient,
  { resource, namespace, name }: Awaited,
  judge: (object: KubernetesObject | undefined, slices: readonly KubernetesObject[]) => Verdict,
  signal: AbortSignal,
): AsyncGenerator<Verdict, void> {
  const ended = new AbortController();
  const request = { signal: AbortSignal.any([signal, ended.signal]) };
  const own = watchObject(client, { ...request, resource, namespace, name });
  const slices =
    resourceNameOf(resource) === 'services'
      ? [
          watch(client, {
            ...request,
            path: pathOf(kinds.endpointSlices, namespace),
            labelSelector: `kubernetes.io/service-name=${name}`,
          }),
        ]
      : [];
  const known = [own, ...slices].map(() => new Map<string | undefined, KubernetesObject>());
  const unlisted = new Set(known.keys());
  try {
    for await (const { index, value } of merge([own, ...slices])) {
      if (value.type === 'SYNC') unlisted.delete(index);
      else note(known[index], value);
      if (unlisted.size > 0) continue;
      yield judge([...(known[0]?.values() ?? [])].at(-1), [...(known[1]?.values() ?? [])]);
    }
  } finally {
    ended.abort();
  }
}

function note(
  known: Map<string | undefined, KubernetesObject> | undefined,
  event: Exclude<WatchEvent, { type: 'SYNC' }>,
): void {
  const { uid } = event.object.metadata ?? {};
  if (event.type === 'DELETED') known?.delete(uid);
  else known?.set(uid, event.object);
}

/** Merges several generators as they yield, with the index of the source. */
async function* merge<T>(
  sources: readonly AsyncGenerator<T, void>[],
): AsyncGenerator<{ index: number; value: T }, void> {
  const next = async (index: number) => ({ index, result: await sources[index]?.next() });
  const pending = new Map([...sources.keys()].map((index) => [index, next(index)]));
  while (pending.size > 0) {
    const { index, result } = await Promise.race(pending.values());
    if (!result || result.done) {
      pending.delete(index);
      continue;
    }
    pending.set(index, next(index));
    yield { index, value: result.value };
  }
}
