import * as vscode from 'vscode';
import type { ApiResource } from '../../kubernetes/apimachinery/api-resource.ts';
import { ApiError, LoginError, UnreachableError, UserError } from '../../kubernetes/apimachinery/errors.ts';
import { orAborted } from '../../kubernetes/apimachinery/or-aborted.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { readObject } from '../../kubernetes/client/read-object.ts';
import { hasEnded, type Pod, podsOf } from '../../kubernetes/workloads/pods.ts';
import { formatError } from '../common/problems.ts';

/** A pod, or an object that has pods. */
interface FollowedObject {
  resource: ApiResource;
  namespace: string | undefined;
  name: string;
}

/** The objects to search for pods, and the connection to their cluster. */
export interface FollowedObjects {
  connection: Connection;
  objects: readonly FollowedObject[];
}

/** What to search, and who hears of it. */
export interface PodSearchOptions {
  /** Called at each look: another kubeconfig, or other settings, mean another connection. */
  source: () => Promise<FollowedObjects>;
  /** Receives all pods, of whatever container, each time they were looked for. */
  onPods?: (pods: readonly Pod[]) => void;
  onProblem: (text: string) => void;
  signal: AbortSignal;
}

/** The pods, and how to read their logs. */
export interface FoundPods extends FollowedObjects {
  pods: readonly Pod[];
  /** Aborts with the search, or when another connection replaces this one. */
  signal: AbortSignal;
}

/** Looks for the pods of objects time and again. */
export class PodSearch {
  readonly #options: PodSearchOptions;
  #found: FoundPods | undefined;
  /** The sorts of problems told since a look last succeeded: their texts may differ each time. */
  readonly #told = new Set<string>();

  constructor(options: PodSearchOptions) {
    this.#options = options;
  }

  /**
   * The pods now or, while the cluster cannot list them, those of the last look; undefined before it was ever reached.
   * @throws what keeps the first look from finding any, and LoginError.
   */
  async look(): Promise<FoundPods | undefined> {
    try {
      this.#found = await this.#find();
      this.#told.clear();
    } catch (error) {
      this.#options.signal.throwIfAborted();
      const isUnreachable = error instanceof UnreachableError;
      // Nobody is asked to sign in every few seconds.
      if ((!this.#found && !isUnreachable) || error instanceof LoginError) throw error;
      if (this.#found ? isLasting(error) : isUnreachable) this.#tell(error);
    }
    return this.#found;
  }

  async #find(): Promise<FoundPods> {
    const { source, onPods, signal: ended } = this.#options;
    const { connection, objects } = await orAborted(source(), ended);
    const signal =
      connection === this.#found?.connection ? this.#found.signal : AbortSignal.any([ended, connection.closed]);
    const pods = await podsOfAll({ connection, objects }, signal);
    onPods?.(pods);
    return { connection, objects, pods, signal };
  }

  #tell(error: unknown): void {
    const sort = error instanceof ApiError ? String(error.code) : '';
    if (this.#told.has(sort)) return;
    this.#told.add(sort);
    this.#options.onProblem(formatError(error));
  }
}

// A cluster that is busy or away for a while is asked again without a word.
function isLasting(error: unknown): boolean {
  if (error instanceof ApiError) return error.code < 500 && error.code !== 429;
  return error instanceof UserError && !(error instanceof UnreachableError);
}

async function podsOfAll({ connection, objects }: FollowedObjects, signal: AbortSignal): Promise<Pod[]> {
  const lists = await Promise.all(
    objects.map(async ({ resource, namespace, name }) => {
      const object = await readObject(connection.client, resource, namespace, name, signal);
      const found = await podsOf(connection, resource, object, signal);
      if (!found) throw new UserError(vscode.l10n.t('{0} {1} has no pods.', resource.kind, name));
      return found;
    }),
  );
  const found = [...new Map(lists.flat().map((pod) => [pod.metadata?.uid, pod])).values()];
  // Of too many, those that ended are left out first.
  return found.sort((a, b) => Number(hasEnded(a)) - Number(hasEnded(b)));
}
