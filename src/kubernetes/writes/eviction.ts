import { setTimeout as delay } from 'node:timers/promises';
import { pathOf } from '../apimachinery/api-resource.ts';
import { type ApiError, isApiError, UserError } from '../apimachinery/errors.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import type { Pod } from '../workloads/pods.ts';

/** How an eviction is asked for. */
export interface EvictionOptions {
  client: Pick<ApiClient, 'send' | 'json'>;
  /** Ends the attempts. */
  stop: AbortSignal;
  /** Between attempts. */
  pauseMs: number;
  /** Told why the pod is still there. */
  held: (reason: string) => void;
}

const TIMEOUT_MS = 10_000;

/** Where evictions of the pod are sent to. */
export function evictionPath(namespace: string, pod: string): string {
  return pathOf(kinds.pods, namespace, pod, 'eviction');
}

/** Asks for the eviction until it is accepted, or the pod goes otherwise. @throws UserError when it is stopped. */
export async function evictPod(pod: Pod, { client, stop, pauseMs, held }: EvictionOptions): Promise<void> {
  const { namespace = '', name = '', uid } = pod.metadata ?? {};
  let reason = 'its eviction was not tried';
  while (!stop.aborted) {
    try {
      await client.send({
        method: 'POST',
        path: evictionPath(namespace, name),
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name, namespace },
          // Another pod that took its name since is not meant.
          deleteOptions: { preconditions: { uid } },
        },
        // Not aborted half-way: afterwards it is known whether the pod goes.
        timeout: TIMEOUT_MS,
      });
      return;
    } catch (error) {
      if (isApiError(error, 404)) return;
      if (!isApiError(error, 429) && !isPassing(error)) throw error;
      if (isPassing(error) && (await isGoing(pod, client, stop))) return;
      reason = reasonOf(error);
      held(reason);
      await delay(pauseMs, undefined, { signal: stop }).catch(() => undefined);
    }
  }
  throw new UserError(reason);
}

// The pod is another one, or keeps changing; or all pods of its namespace are about to go.
function isPassing(error: unknown): error is ApiError {
  const isEnding = () => isApiError(error, 403) && error.causes.some(({ reason }) => reason === 'NamespaceTerminating');
  return isApiError(error, 409) || isEnding();
}

async function isGoing({ metadata }: Pod, client: EvictionOptions['client'], stop: AbortSignal): Promise<boolean> {
  const path = pathOf(kinds.pods, metadata?.namespace, metadata?.name);
  try {
    const found = await client.json<Pod>({ path, timeout: TIMEOUT_MS, signal: stop });
    return found.metadata?.uid !== metadata?.uid || found.metadata?.deletionTimestamp !== undefined;
  } catch (error) {
    return isApiError(error, 404);
  }
}

function reasonOf(error: ApiError): string {
  const budgets = error.code === 429 ? error.causes.flatMap(({ message }) => message ?? []).join('; ') : '';
  return budgets || error.message;
}
