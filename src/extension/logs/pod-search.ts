import * as vscode from 'vscode';
import { type ApiResource, pathOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { ApiError, isApiError, LoginError, UnreachableError, UserError } from '../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { orAborted } from '../../kubernetes/apimachinery/or-aborted.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
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
  /** Receives all pods, of whatever container, each time they were looked for; not once all objects are gone. */
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
  /** What was told of the objects that the last look found to be gone. */
  #gone: readonly string[] = [];

  constructor(options: PodSearchOptions) {
    this.#options = options;
  }

  /**
   * The pods now or, while the cluster cannot list them, those of the last look; undefined before there were any.
   * What is gone has none: it is told once, and looked for further.
   * @throws what keeps the first look from finding any, and LoginError.
   */
  async look(): Promise<FoundPods | undefined> {
    try {
      const found = await this.#find();
      if (!found) return this.#found;
      this.#found = found;
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

  /** Undefined if another connection has replaced the one that it began with: the next look goes through that. */
  async #find(): Promise<FoundPods | undefined> {
    const { source, onPods, signal: ended } = this.#options;
    const { connection, objects } = await orAborted(source(), ended);
    const signal =
      connection === this.#found?.connection ? this.#found.signal : AbortSignal.any([ended, connection.closed]);
    const looking = Promise.all(objects.map((object) => podsBehind(connection, object, signal)));
    const lists = await looking.catch((error: unknown) => {
      if (connection.closed.aborted && !(error instanceof LoginError)) return undefined;
      throw error;
    });
    ended.throwIfAborted();
    if (!lists) return undefined;
    const gone = objects.filter((_, index) => !lists[index]).map(goneText);
    const isAllGone = gone.length === objects.length;
    if (isAllGone && !this.#found) throw new UserError(gone.join(' '));
    this.#tellGone(gone);
    const pods = merged(lists);
    // Which containers there were is still good to know.
    if (!isAllGone) onPods?.(pods);
    return { connection, objects, pods, signal };
  }

  // A pod may come back under its name, and go again.
  #tellGone(gone: readonly string[]): void {
    for (const text of gone) if (!this.#gone.includes(text)) this.#options.onProblem(text);
    this.#gone = gone;
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

function goneText({ resource, name }: FollowedObject): string {
  return vscode.l10n.t('{0} {1} is gone from the cluster.', resource.kind, name);
}

/** Undefined if the object is gone. */
async function podsBehind(
  connection: Connection,
  { resource, namespace, name }: FollowedObject,
  signal: AbortSignal,
): Promise<Pod[] | undefined> {
  const request = { path: pathOf(resource, namespace, name), signal };
  const object = await connection.client.json<KubernetesObject>(request).catch((error: unknown) => {
    if (isApiError(error, 404)) return undefined;
    throw error;
  });
  if (!object) return undefined;
  const found = await podsOf(connection, resource, object, signal);
  if (!found) throw new UserError(vscode.l10n.t('{0} {1} has no pods.', resource.kind, name));
  return found;
}

function merged(lists: readonly (readonly Pod[] | undefined)[]): Pod[] {
  const all = lists.flatMap((pods) => pods ?? []);
  const found = [...new Map(all.map((pod) => [pod.metadata?.uid, pod])).values()];
  // Of too many, those that ended are left out first.
  return found.sort((a, b) => Number(hasEnded(a)) - Number(hasEnded(b)));
}
