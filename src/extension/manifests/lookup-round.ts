import type { ManifestObjectNode } from './manifest-nodes.ts';
import type { ManifestState } from './manifest-state.ts';

/** How long the cluster may take to tell the state of an object, in milliseconds. */
const TIMEOUT_MS = 8_000;
/** How many objects are looked up at a time. */
const WIDTH = 6;
/** What was looked up longer ago is looked up again, in milliseconds. */
const MAX_AGE_MS = 30_000;

interface Lookups {
  look(node: ManifestObjectNode, signal: AbortSignal): Promise<ManifestState>;
  /** The state of an object has changed. */
  onChange(node: ManifestObjectNode): void;
}

/** Looks objects of manifests up, some at a time; those alone that were not lately, as they are now. */
export class LookupRound {
  readonly #lookups: Lookups;
  readonly #ended = new AbortController();
  /** Those that wait, and those that are being looked up. */
  readonly #asked = new Set<ManifestObjectNode>();
  readonly #waiting: ManifestObjectNode[] = [];
  #workers = 0;

  constructor(lookups: Lookups) {
    this.#lookups = lookups;
  }

  add(nodes: readonly ManifestObjectNode[]): void {
    for (const node of nodes) {
      if (this.#asked.has(node) || isFresh(node)) continue;
      this.#asked.add(node);
      this.#waiting.push(node);
      if (this.#workers < WIDTH) void this.#work();
    }
  }

  end(): void {
    this.#ended.abort();
    this.#waiting.length = 0;
  }

  async #work(): Promise<void> {
    this.#workers += 1;
    for (let node = this.#waiting.shift(); node; node = this.#waiting.shift()) {
      if (isCurrent(node)) await this.#lookUp(node);
      this.#asked.delete(node);
    }
    this.#workers -= 1;
  }

  async #lookUp(node: ManifestObjectNode): Promise<void> {
    const signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const state = await this.#lookups.look(node, signal);
    if (this.#ended.signal.aborted || !isCurrent(node)) return;
    const isNew = JSON.stringify(node.state) !== JSON.stringify(state);
    Object.assign(node, { state, lookedUp: performance.now() });
    if (isNew) this.#lookups.onChange(node);
  }
}

function isFresh({ lookedUp }: ManifestObjectNode): boolean {
  return lookedUp !== undefined && performance.now() - lookedUp < MAX_AGE_MS;
}

// An edit replaces the objects of its file.
function isCurrent(node: ManifestObjectNode): boolean {
  return node.parent.objects.includes(node);
}
