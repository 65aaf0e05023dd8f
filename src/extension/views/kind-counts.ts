import { setTimeout as delay } from 'node:timers/promises';
import { type Counted, countKinds } from './counts.ts';
import type { KindNode, ScopeNode } from './nodes.ts';
import type { TreeChanges } from './tree-changes.ts';

/** How long kinds wait for their counts, so that empty ones do not vanish again, in milliseconds. */
const COUNT_WAIT_MS = 1_500;
const FILTER_WAIT_MS = 5_000;

/** How many objects the shown kinds have, and how many of them fit the filter. */
export class KindCounts {
  readonly #changes: TreeChanges;
  readonly #filter: () => string;
  #counting = new AbortController();

  constructor(changes: TreeChanges, filter: () => string) {
    this.#changes = changes;
    this.#filter = filter;
  }

  /** Counts kinds that are about to be shown, and waits for that for a moment. */
  async counted(scope: ScopeNode, nodes: readonly KindNode[]): Promise<void> {
    const wait = this.#filter() === '' ? COUNT_WAIT_MS : FILTER_WAIT_MS;
    const shown = { yet: false };
    await Promise.race([this.#count(scope, nodes, shown), delay(wait, undefined, { ref: false })]);
    shown.yet = true;
  }

  /** Counts kinds that are shown. */
  async again(scope: ScopeNode, nodes: readonly KindNode[]): Promise<void> {
    await this.#count(scope, nodes, { yet: true });
  }

  /** Ends every count that is under way. */
  stop(): void {
    this.#counting.abort();
    this.#counting = new AbortController();
  }

  isEmpty({ count, matches, list }: KindNode): boolean {
    return this.#filter() === '' ? count === 0 && !list : matches === 0;
  }

  async #count(
    { connection, namespace }: ScopeNode,
    nodes: readonly KindNode[],
    shown: Readonly<{ yet: boolean }>,
  ): Promise<void> {
    const counted = (node: KindNode, { count, matches }: Counted) => {
      const wasEmpty = this.isEmpty(node);
      if (node.count === count && node.matches === matches) return;
      Object.assign(node, { count, matches });
      // What is not shown yet is shown with its count: a change now would redraw it under the user's pointer.
      if (shown.yet) this.#changes.add(this.isEmpty(node) === wasEmpty ? node : node.parent);
    };
    await countKinds(connection.client, nodes, namespace, this.#filter(), this.#counting.signal, counted);
  }
}
