import { setTimeout as delay } from 'node:timers/promises';
import { type ApiResource, pathOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { ApiError, isApiError } from '../../kubernetes/apimachinery/errors.ts';
import { METADATA_LIST_TYPE, TABLE_TYPE } from '../../kubernetes/apimachinery/media-types.ts';
import type { KubernetesList, KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import type { ApiClient } from '../../kubernetes/client/client.ts';
import { watch } from '../../kubernetes/client/watch.ts';
import { type Health, hasHealth, healthOf } from '../../kubernetes/diagnosis/health.ts';
import type { ServerTable } from '../../kubernetes/text/table.ts';
import { foldEvents } from '../../kubernetes/workloads/events.ts';
import { itemsOf, nameColumn, summaryOf } from '../browse/object-pages.ts';

/** An object as a row of the view. */
export interface LiveRow {
  name: string;
  /** Shown instead of a name that says nothing. */
  label?: string;
  /** A few words from kubectl's columns. */
  summary: string;
  health: Health;
  /** The creation timestamp as the cluster writes it. */
  created: string | undefined;
  /** It is suspended or cordoned. */
  isOff: boolean;
}

/** What to follow. */
export interface LiveListOptions {
  client: Pick<ApiClient, 'json' | 'stream'>;
  resource: ApiResource;
  /** Undefined for cluster-scoped kinds. */
  namespace: string | undefined;
  /** Only objects with this in their names; empty for all. */
  filter: string;
  /** Called with the name of a changed row, or with undefined when the rows or the problem changed. */
  onChange: (name: string | undefined) => void;
}

const FIRST_ROWS = 200;
/** The newest events may have any name. */
const FIRST_EVENTS = 2_000;
const MORE_ROWS = 1_000;
const PAGE = 1_000;
/** The most objects that are read at once: parsing more would be felt. */
const MAX_PAGE = FIRST_ROWS + MORE_ROWS;
/** Timeout for a cluster that does not answer, in milliseconds. */
const READ_TIMEOUT_MS = 15_000;
/** Pause before a broken watch is retried, in milliseconds. */
const PAUSE_MS = 2_000;

/** The first objects of a kind in one place, by name, kept current while it runs. */
export class LiveList {
  readonly #options: LiveListOptions;
  readonly #rows = new Map<string, LiveRow>();
  #limit: number;
  /** The last name read, if there are more. */
  #end: string | undefined;
  #total = 0;
  #columns: ServerTable['columnDefinitions'] = [];
  #running: AbortController | undefined;
  #ready: PromiseWithResolvers<void> = Promise.withResolvers();
  #isLoaded = false;
  #problem: unknown;
  #version = 0;

  constructor(options: LiveListOptions) {
    this.#options = options;
    this.#limit = isEvent(options.resource) ? FIRST_EVENTS : FIRST_ROWS;
  }

  /** Resolves when the rows or the problem are known. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Changes when rows come or go, or the problem changes. */
  get version(): number {
    return this.#version;
  }

  get rows(): LiveRow[] {
    const rows = [...this.#rows.values()];
    if (isEvent(this.#options.resource)) return rows.sort((a, b) => ((a.created ?? '') > (b.created ?? '') ? -1 : 1));
    return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** How many rows there are. */
  get size(): number {
    return this.#rows.size;
  }

  row(name: string): LiveRow | undefined {
    return this.#rows.get(name);
  }

  /** How many there are in the cluster; undefined while not counted. */
  get total(): number | undefined {
    return this.#running && this.#version > 0 ? this.#total : undefined;
  }

  get isFiltered(): boolean {
    return this.#options.filter !== '';
  }

  get hasMore(): boolean {
    return this.#end !== undefined;
  }

  /** Why there are no rows. */
  get problem(): unknown {
    return this.#problem;
  }

  /** Reads the rows and follows them. After a failure, tries again only once it has been stopped. */
  start(): void {
    if (this.#running || this.#problem !== undefined) return;
    const controller = new AbortController();
    this.#running = controller;
    void this.#run(controller.signal);
  }

  /** Ends the watch; the rows stay. */
  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    if (!this.#isLoaded) this.#forget();
  }

  /** Reloads with a higher limit. */
  showMore(): void {
    this.stop();
    this.#limit += MORE_ROWS;
    this.#forget();
    this.start();
  }

  // Resolves the old promise, or its waiters would wait forever.
  #forget(): void {
    this.#isLoaded = false;
    this.#problem = undefined;
    this.#ready.resolve();
    this.#ready = Promise.withResolvers();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { resource, namespace, client } = this.#options;
    try {
      for (;;) {
        const loaded = performance.now();
        const from = await this.#load(signal);
        this.#isLoaded = true;
        this.#ready.resolve();
        this.#structureChanged();
        if (!resource.verbs.includes('watch')) return;
        const request = { path: pathOf(resource, namespace), from, rows: this.#includeObject, signal };
        try {
          for await (const event of watch(client, request))
            if (event.type !== 'SYNC') this.#apply(event.type, event.object);
          return;
        } catch (error) {
          if (signal.aborted || !(error instanceof ApiError)) throw error;
          // An expired version needs a new list; some servers expire it at once, every time.
          const pause = isApiError(error, 410) ? PAUSE_MS - (performance.now() - loaded) : PAUSE_MS;
          if (pause > 0) await delay(pause, undefined, { signal });
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#running = undefined;
      this.#problem = error;
      this.#isLoaded = false;
      this.#rows.clear();
      this.#ready.resolve();
      this.#structureChanged();
    }
  }

  /** Reads as many rows as wanted; returns their resource version. */
  async #load(signal: AbortSignal): Promise<string> {
    const { client, resource, namespace, filter } = this.#options;
    const rows: LiveRow[] = [];
    let read = 0;
    let token: string | undefined;
    let version = '';
    let remaining = 0;
    let last: string | undefined;
    do {
      const answer = await client.json<ServerTable | KubernetesList>({
        path: pathOf(resource, namespace),
        query: {
          limit: filter === '' ? Math.min(this.#limit - read, MAX_PAGE) : PAGE,
          continue: token,
          includeObject: this.#includeObject,
        },
        accept: TABLE_TYPE,
        signal,
        timeout: READ_TIMEOUT_MS,
      });
      if ('columnDefinitions' in answer) this.#columns = answer.columnDefinitions;
      const page =
        'rows' in answer
          ? answer.rows.map((row) => this.#fromTable(row))
          : itemsOf(answer).map((item) => this.#fromItem(item));
      read += page.length;
      last = page.at(-1)?.name;
      rows.push(...page.filter((row) => this.#fits(row)));
      ({
        remainingItemCount: remaining = 0,
        continue: token,
        resourceVersion: version = version,
      } = answer.metadata ?? {});
    } while (token && rows.length < this.#limit);
    this.#rows.clear();
    for (const row of rows) this.#rows.set(row.name, row);
    this.#end = token ? last : undefined;
    this.#total = read + remaining;
    return version;
  }

  #apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubernetesObject): void {
    const row = isTable(object) ? object.rows.map((one) => this.#fromTable(one))[0] : this.#fromItem(object);
    if (!row) return;
    const isKnown = this.#rows.has(row.name);
    // A server without resource versions first repeats the listed objects.
    if (type === 'ADDED' && !isKnown) this.#total += 1;
    if (type === 'DELETED') this.#total -= 1;
    const isWanted = this.#fits(row) && (this.#end === undefined || row.name <= this.#end);
    if (type === 'DELETED') this.#rows.delete(row.name);
    else if (isWanted) this.#rows.set(row.name, row);
    if (type !== 'MODIFIED' || (isWanted && !isKnown)) this.#structureChanged();
    else if (isWanted) this.#options.onChange(row.name);
  }

  #structureChanged(): void {
    this.#version += 1;
    this.#options.onChange(undefined);
  }

  /** Kinds without health, such as Secrets, are read without their content. */
  get #includeObject(): 'Object' | 'Metadata' {
    const { resource } = this.#options;
    return hasHealth(resource) || isEvent(resource) ? 'Object' : 'Metadata';
  }

  #fits({ name, summary, label }: LiveRow): boolean {
    const { filter } = this.#options;
    return name.includes(filter) || (label !== undefined && summary.includes(filter));
  }

  #fromTable({ cells, object }: ServerTable['rows'][number]): LiveRow {
    // Ages would not advance.
    const summary = summaryOf(this.#columns, cells, ['Age', 'Last Seen', 'Created At']);
    // Some servers omit the object from rows although it was requested.
    const item = object ?? { metadata: { name: String(cells[nameColumn(this.#columns)] ?? '') } };
    const row = this.#fromItem(item);
    if (row.label !== undefined) return row;
    const isOff = this.#columns.some(({ name }, index) => {
      const cell = String(cells[index]);
      return name === 'Suspend'
        ? cell === 'True' || cell === 'true'
        : name === 'Status' && /SchedulingDisabled|Suspended/.test(cell);
    });
    return { ...row, summary: summary.replace(/ \([^)]* ago\)/g, ''), isOff };
  }

  #fromItem(object: KubernetesObject): LiveRow {
    if (isEvent(this.#options.resource)) return eventRow(object);
    return {
      name: object.metadata?.name ?? '',
      summary: '',
      isOff: false,
      health: healthOf(this.#options.resource, object),
      created: object.metadata?.creationTimestamp,
    };
  }
}

function isEvent({ group, name }: ApiResource): boolean {
  return group === '' && name === 'events';
}

/** An event by what happened, at its last time: its name says nothing. */
function eventRow(event: KubernetesObject): LiveRow {
  const [folded] = foldEvents([event]);
  const { kind = '', name = '' } = folded?.object ?? {};
  const isWarning = folded?.type === 'Warning';
  return {
    name: event.metadata?.name ?? '',
    label: folded?.reason || kind,
    summary: `${kind} ${name}: ${folded?.message ?? ''}`,
    health: { state: isWarning ? 'busy' : 'plain', detail: '' },
    created: new Date(folded?.last ?? 0).toISOString(),
    isOff: false,
  };
}

function isTable(object: KubernetesObject): object is KubernetesObject & ServerTable {
  return object.kind === 'Table';
}

/** How many objects of a kind there are, from a list request for one. */
export async function countOf(
  client: Pick<ApiClient, 'json'>,
  resource: ApiResource,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  const list = await client.json<KubernetesList>({
    path: pathOf(resource, namespace),
    query: { limit: 1 },
    accept: METADATA_LIST_TYPE,
    signal,
    timeout: READ_TIMEOUT_MS,
  });
  return itemsOf(list).length + (list.metadata?.remainingItemCount ?? 0);
}
