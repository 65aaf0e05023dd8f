import { type ApiResource, apiVersionOf, pathOf, resourceNameOf } from '../../apimachinery/api-resource.ts';
import { ApiError, isApiError, messageOf, RefusedError } from '../../apimachinery/errors.ts';
import { JSON_TYPE, METADATA_LIST_TYPE, TABLE_TYPE } from '../../apimachinery/media-types.ts';
import { isObject, type KubernetesObject } from '../../apimachinery/objects.ts';
import { type Kind, kinds } from '../../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../../client/client.ts';
import type { Discovery } from '../../client/discovery.ts';
import { listAll } from '../../client/pages.ts';
import type { ServerTable } from '../../text/table.ts';
import { KubeletError } from '../../workloads/kubelet.ts';
import { readLog } from '../../workloads/logs.ts';

/** An object, or why there is none: it does not exist, or that could not be determined. */
export type Found<T extends KubernetesObject = KubernetesObject> = T | 'absent' | 'unknown';

interface Selectors {
  labelSelector?: string;
  fieldSelector?: string;
}

/** Per request: an early answer is worth more than late evidence. */
const READ_TIMEOUT_MS = 8_000;
/** The most objects read of one list. */
const MAX_OBJECTS = 5_000;
/** The most rows read of one table. */
const MAX_ROWS = 20_000;
const LOG_LINES = 40;
/** The public keys of a Secret. */
const PUBLIC_KEYS = ['tls.crt', 'ca.crt'];

/**
 * Reads that may each fail: what cannot be read shortens the diagnosis and is listed in `unreadable`, what is read in
 * part in `partial`. Never requests anything twice.
 */
export class Lookup {
  /** The kinds that could not be read, with the reason unless it is simply forbidden. */
  readonly unreadable = new Map<string, string>();
  /** How much was read of lists too long to read to the end: `the first 5000 of 12011 pods`. */
  readonly partial = new Set<string>();
  readonly #client: ApiClient;
  readonly #discovery: Discovery;
  readonly #signal: AbortSignal;
  readonly #cut = new WeakSet<object>();
  readonly #asked = new Map<string, Promise<unknown>>();
  #leftOut: ReadonlySet<string> = new Set();

  constructor({ client, discovery }: { client: ApiClient; discovery: Discovery }, signal: AbortSignal) {
    this.#client = client;
    this.#discovery = discovery;
    this.#signal = signal;
  }

  /** From now on, lists of all namespaces omit these. */
  leaveOut(namespaces: readonly string[]): void {
    this.#leftOut = new Set(namespaces);
  }

  /** One object; for a Secret only its keys and its public certificates. */
  get<T extends KubernetesObject>(kind: Kind, namespace: string | undefined, name: string): Promise<Found<T>> {
    const path = safePath(kind, namespace, name);
    // Nothing can have an invalid name.
    if (path === undefined) return Promise.resolve('absent');
    return this.#once(path, async () => {
      try {
        const object = await this.#client.json<T>({ path, signal: this.#signal, timeout: READ_TIMEOUT_MS });
        return kind.name === 'secrets' ? withoutValues(object) : object;
      } catch (error) {
        // A path that is not served returns 404 too, but without the object's name.
        if (isApiError(error, 404) && error.message.includes(name)) return 'absent';
        return this.#unknown(kind, error);
      }
    });
  }

  /** The objects of a kind, in all namespaces unless one is given. */
  list<T extends KubernetesObject>(
    kind: Kind,
    namespace: string | undefined,
    selectors: Selectors = {},
    bound = MAX_OBJECTS,
  ): Promise<T[] | 'unknown'> {
    return this.#list<T>(kind, namespace, selectors, JSON_TYPE, bound);
  }

  /** The metadata of all objects of a kind. */
  names(kind: Kind, namespace: string | undefined): Promise<KubernetesObject[] | 'unknown'> {
    return this.#list(kind, namespace, {}, METADATA_LIST_TYPE);
  }

  /** The objects of a kind as kubectl shows them: the cheapest way to read very many. */
  table(kind: Kind, namespace: string | undefined, selectors: Selectors = {}): Promise<ServerTable | 'unknown'> {
    const path = pathOf(kind, namespace);
    return this.#once(`${path} ${JSON.stringify(selectors)} table`, async () => {
      try {
        const query = { ...selectors, limit: MAX_ROWS, includeObject: 'Metadata' };
        const request = { path, query, accept: TABLE_TYPE, signal: this.#signal, timeout: READ_TIMEOUT_MS };
        const table = await this.#client.json<ServerTable>(request);
        this.#note(kind, table.rows.length, table.metadata);
        return { ...table, rows: table.rows.filter(({ object }) => !this.#isLeftOut(object, namespace)) };
      } catch (error) {
        return this.#unknown(kind, error);
      }
    });
  }

  /** The number of objects in a list that was read here. */
  count(list: readonly unknown[]): string {
    return this.#cut.has(list) ? `${list.length} or more` : String(list.length);
  }

  /** The last lines of a container's log, credentials redacted; undefined when there is none. */
  log(namespace: string, pod: string, container: string, previous: boolean): Promise<string[] | undefined> {
    return this.#once(`log ${namespace}/${pod} ${container} ${previous}`, async () => {
      try {
        const request = { namespace, pod, container, previous, lines: LOG_LINES, signal: this.#signal };
        return (await readLog(this.#client, request)).lines.map(({ text }) => text);
      } catch (error) {
        // 400 and 404: the container never ran, or its log is gone.
        if (isApiError(error, 400) || isApiError(error, 404)) return undefined;
        this.#unknown(kinds.podLogs, error);
        if (error instanceof KubeletError) this.unreadable.set(kinds.podLogs.name, error.reason);
        return undefined;
      }
    });
  }

  /** The served kind that an object refers to by `kind` and `apiVersion`. */
  async kindOf(kind: string, apiVersion: string): Promise<ApiResource | undefined> {
    const { resources } = await this.#kinds();
    return resources.find((resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion);
  }

  /** The kind of this name (`gateways.gateway.networking.k8s.io`) in its preferred version; undefined if not served. */
  async served(resourceName: string): Promise<ApiResource | undefined> {
    const { resources } = await this.#kinds();
    return resources.find((resource) => resourceNameOf(resource) === resourceName);
  }

  /** Does the cluster serve anything of this API group? */
  async serves(group: string): Promise<boolean> {
    const { resources, missing } = await this.#kinds();
    return resources.some((resource) => resource.group === group) && !missing.some((text) => text.startsWith(group));
  }

  /** Every kind that the cluster serves. */
  async servedKinds(): Promise<readonly ApiResource[]> {
    return (await this.#kinds()).resources;
  }

  #kinds(): ReturnType<Discovery['kinds']> {
    return this.#discovery.kinds();
  }

  #list<T extends KubernetesObject>(
    kind: Kind,
    namespace: string | undefined,
    selectors: Selectors,
    accept: string,
    bound = MAX_OBJECTS,
  ): Promise<T[] | 'unknown'> {
    const path = safePath(kind, namespace);
    if (path === undefined) return Promise.resolve([]);
    return this.#once(`${path} ${JSON.stringify(selectors)} ${accept}`, async () => {
      try {
        const request = { path, query: { ...selectors }, accept, signal: this.#signal, timeout: READ_TIMEOUT_MS };
        const { items, continue: more, remaining } = await listAll(this.#client, request, bound);
        this.#note(kind, items.length, { continue: more, remainingItemCount: remaining });
        const within = items.filter((item) => !this.#isLeftOut(item, namespace));
        const list = kind.name === 'secrets' && accept !== METADATA_LIST_TYPE ? within.map(withoutValues) : within;
        if (more) this.#cut.add(list);
        return list as T[];
      } catch (error) {
        return this.#unknown(kind, error);
      }
    });
  }

  #isLeftOut(object: KubernetesObject | undefined, namespace: string | undefined): boolean {
    return namespace === undefined && this.#leftOut.has(object?.metadata?.namespace ?? '');
  }

  #note(
    kind: Kind,
    read: number,
    rest: { continue?: string | undefined; remainingItemCount?: number | undefined } = {},
  ) {
    if (!rest.continue) return;
    const total = rest.remainingItemCount === undefined ? '' : ` of ${read + rest.remainingItemCount}`;
    this.partial.add(`the first ${read}${total} ${resourceNameOf(kind)}`);
  }

  #unknown(kind: Kind, error: unknown): 'unknown' {
    this.#signal.throwIfAborted();
    if (isApiError(error, 401)) throw error;
    this.unreadable.set(resourceNameOf(kind), unreadableReason(error));
    return 'unknown';
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const asked = this.#asked.get(key) ?? ask();
    this.#asked.set(key, asked);
    return asked as Promise<T>;
  }
}

/** The object, if there is one. */
export function present<T extends KubernetesObject>(found: Found<T>): T | undefined {
  return typeof found === 'string' ? undefined : found;
}

/** The members of a list; none if it could not be read. */
export function members<T>(list: T[] | 'unknown'): T[] {
  return list === 'unknown' ? [] : list;
}

/** The names of objects. */
export function namesOf(objects: readonly KubernetesObject[]): string[] {
  return objects.map(({ metadata }) => metadata?.name ?? '');
}

/** Why something could not be read; '' where that is simply forbidden. */
export function unreadableReason(error: unknown): string {
  if (isApiError(error, 403)) return '';
  if (error instanceof RefusedError) return 'not permitted by this server';
  return error instanceof ApiError ? String(error.code) : messageOf(error);
}

// Names come from fields of objects, which may hold anything.
function safePath(kind: Kind, namespace: string | undefined, name?: string): string | undefined {
  try {
    return name === '' ? undefined : pathOf(kind, namespace, name);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

// Only the user may see the values of a Secret, so they are dropped here; certificates are public.
function withoutValues<T extends KubernetesObject>(secret: T): T {
  const data = isObject(secret.data) ? secret.data : {};
  const kept = Object.entries(data).map(([key, value]) => [key, PUBLIC_KEYS.includes(key) ? value : '']);
  return { ...secret, data: Object.fromEntries(kept) };
}
