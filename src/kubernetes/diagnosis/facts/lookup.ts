import { type ApiResource, apiVersionOf, pathOf, resourceNameOf } from '../../apimachinery/api-resource.ts';
import { ApiError, isApiError, messageOf } from '../../apimachinery/errors.ts';
import { isObject, type KubernetesList, type KubernetesObject } from '../../apimachinery/objects.ts';
import type { ApiClient } from '../../client/client.ts';
import type { Discovery } from '../../client/discovery.ts';
import { readLog } from '../../workloads/logs.ts';
import { type Kind, kinds } from './kinds.ts';

/** An object, or why there is none: it does not exist, or nobody could say. */
export type Found<T extends KubernetesObject = KubernetesObject> = T | 'absent' | 'unknown';

const NAMES_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
/** For each request: evidence that comes late is worth less than an answer. */
const PATIENCE = 8_000;
/** The most objects that one list may bring. */
const PAGE = 500;
const LOG_LINES = 40;

/** Reads of which each may fail: what cannot be read shortens the diagnosis and is named in `unreadable`. Asks for nothing twice. */
export class Lookup {
  /** What could not be read, with the reason unless it is simply forbidden. */
  readonly unreadable = new Set<string>();
  readonly #client: ApiClient;
  readonly #discovery: Discovery;
  readonly #signal: AbortSignal;
  readonly #asked = new Map<string, Promise<unknown>>();

  constructor({ client, discovery }: { client: ApiClient; discovery: Discovery }, signal: AbortSignal) {
    this.#client = client;
    this.#discovery = discovery;
    this.#signal = signal;
  }

  /** One object; of a Secret only its keys. */
  get<T extends KubernetesObject>(kind: Kind, namespace: string | undefined, name: string): Promise<Found<T>> {
    const path = pathOf(kind, namespace, name);
    return this.#once(path, async () => {
      try {
        const object = await this.#client.json<T>({ path, signal: this.#signal, timeout: PATIENCE });
        return kind === kinds.secrets ? withoutValues(object) : object;
      } catch (error) {
        // A path that is not served answers 404 too, and without the object's name.
        if (isApiError(error, 404) && error.message.includes(name)) return 'absent';
        return this.#unknown(kind, error);
      }
    });
  }

  /** The objects of a kind, at most `PAGE`; without a namespace in all of them. */
  list<T extends KubernetesObject>(
    kind: Kind,
    namespace: string | undefined,
    selectors: { labelSelector?: string; fieldSelector?: string } = {},
  ): Promise<T[] | 'unknown'> {
    return this.#list<T>(kind, namespace, selectors, 'application/json');
  }

  /** The objects of a kind without anything but their metadata. */
  names(kind: Kind, namespace: string | undefined): Promise<KubernetesObject[] | 'unknown'> {
    return this.#list(kind, namespace, {}, NAMES_ONLY);
  }

  /** The last lines of a container's log, credentials redacted; undefined when there is none. */
  log(namespace: string, pod: string, container: string, previous: boolean): Promise<string[] | undefined> {
    return this.#once(`log ${namespace}/${pod} ${container} ${previous}`, async () => {
      try {
        const request = { namespace, pod, container, previous, lines: LOG_LINES, signal: this.#signal };
        return (await readLog(this.#client, request)).map(({ text }) => text);
      } catch (error) {
        // 400 and 404: the container never ran, or its log is gone.
        if (!isApiError(error, 400) && !isApiError(error, 404))
          this.#unknown({ ...kinds.pods, name: 'pods/log' }, error);
        return undefined;
      }
    });
  }

  /** The served kind that an object names by `kind` and `apiVersion`. */
  async kindOf(kind: string, apiVersion: string): Promise<ApiResource | undefined> {
    const { resources } = await this.#discovery.kinds();
    return resources.find((resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion);
  }

  /** Does the cluster serve anything of this API group? */
  async serves(group: string): Promise<boolean> {
    const { resources, missing } = await this.#discovery.kinds();
    return resources.some((resource) => resource.group === group) && !missing.some((text) => text.startsWith(group));
  }

  #list<T extends KubernetesObject>(
    kind: Kind,
    namespace: string | undefined,
    selectors: { labelSelector?: string; fieldSelector?: string },
    accept: string,
  ): Promise<T[] | 'unknown'> {
    const path = pathOf(kind, namespace);
    return this.#once(`${path} ${JSON.stringify(selectors)} ${accept}`, async () => {
      try {
        const query = { ...selectors, limit: PAGE };
        const request = { path, query, accept, signal: this.#signal, timeout: PATIENCE };
        return ((await this.#client.json<KubernetesList>(request)).items ?? []) as T[];
      } catch (error) {
        return this.#unknown(kind, error);
      }
    });
  }

  #unknown(kind: Kind, error: unknown): 'unknown' {
    this.#signal.throwIfAborted();
    if (isApiError(error, 401)) throw error;
    const reason = isApiError(error, 403) ? '' : ` (${error instanceof ApiError ? error.code : messageOf(error)})`;
    this.unreadable.add(resourceNameOf(kind) + reason);
    return 'unknown';
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const asked = this.#asked.get(key) ?? ask();
    this.#asked.set(key, asked);
    return asked as Promise<T>;
  }
}

/** The object if there is one. */
export function present<T extends KubernetesObject>(found: Found<T>): T | undefined {
  return typeof found === 'string' ? undefined : found;
}

/** The members of a list that could be read; none otherwise. */
export function members<T>(list: T[] | 'unknown'): T[] {
  return list === 'unknown' ? [] : list;
}

/** How many there are; a list that is full may have been cut. */
export function countText(list: readonly unknown[]): string {
  return list.length < PAGE ? String(list.length) : `${list.length} or more`;
}

// Nobody but the human may see the values of a Secret, so they go no further than here.
function withoutValues<T extends KubernetesObject>(secret: T): T {
  const keys = isObject(secret.data) ? Object.keys(secret.data) : [];
  return { ...secret, data: Object.fromEntries(keys.map((key) => [key, ''])) };
}
