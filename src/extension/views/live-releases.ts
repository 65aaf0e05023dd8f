import { latestRevisions, type StoredRevision } from '../../kubernetes/helm/release-storage.ts';
import { followRevisions, type ReleaseWatchClient } from '../../kubernetes/helm/release-watch.ts';

/** What to follow. */
export interface LiveReleasesOptions {
  client: ReleaseWatchClient;
  namespace: string;
  /** Only releases with this in their names; empty for all. */
  filter: string;
  /** Called with the name of a changed release, or with undefined when releases come or go, or the problem changes. */
  onChange: (name: string | undefined) => void;
}

/** The releases of a namespace by their newest revision, kept current while it runs. */
export class LiveReleases {
  readonly #options: LiveReleasesOptions;
  #latest = new Map<string, StoredRevision>();
  #running: AbortController | undefined;
  #ready: PromiseWithResolvers<void> = Promise.withResolvers();
  #isLoaded = false;
  #problem: unknown;
  #version = 0;

  constructor(options: LiveReleasesOptions) {
    this.#options = options;
  }

  /** Resolves when the releases or the problem are known. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Changes when releases come or go, or the problem changes. */
  get version(): number {
    return this.#version;
  }

  /** By name. */
  get releases(): StoredRevision[] {
    return [...this.#latest.values()];
  }

  /** The newest revision of a release. */
  latest(name: string): StoredRevision | undefined {
    return this.#latest.get(name);
  }

  /** Why there are none. */
  get problem(): unknown {
    return this.#problem;
  }

  /** Reads the releases and follows them. After a failure, tries again only once it has been stopped. */
  start(): void {
    if (this.#running || this.#problem !== undefined) return;
    const controller = new AbortController();
    this.#running = controller;
    void this.#run(controller);
  }

  /** Ends the watch; the releases stay. */
  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    if (this.#isLoaded) return;
    this.#problem = undefined;
    // Resolves the old promise, or its waiters would wait forever.
    this.#ready.resolve();
    this.#ready = Promise.withResolvers();
  }

  async #run(controller: AbortController): Promise<void> {
    const { client, namespace } = this.#options;
    const { signal } = controller;
    try {
      await followRevisions(client, namespace, signal, (revisions) => {
        if (!signal.aborted) this.#show(revisions);
      });
    } catch (error) {
      if (signal.aborted) return;
      this.#problem = error;
      this.#isLoaded = false;
      this.#latest.clear();
      this.#structureChanged();
    }
    if (this.#running === controller) this.#running = undefined;
  }

  #show(revisions: readonly StoredRevision[]): void {
    const { filter, onChange } = this.#options;
    const before = this.#latest;
    const shown = latestRevisions(revisions).filter(({ name }) => name.includes(filter));
    this.#latest = new Map(shown.map((one) => [one.name, one]));
    const isSame = this.#isLoaded && before.size === shown.length && shown.every(({ name }) => before.has(name));
    this.#isLoaded = true;
    if (!isSame) this.#structureChanged();
    else for (const one of shown) if (isNews(before.get(one.name), one)) onChange(one.name);
  }

  #structureChanged(): void {
    this.#version += 1;
    this.#ready.resolve();
    this.#options.onChange(undefined);
  }
}

function isNews(before: StoredRevision | undefined, now: StoredRevision): boolean {
  return before?.revision !== now.revision || before.status !== now.status || before.modified !== now.modified;
}
