import * as vscode from 'vscode';
import { shownCount } from './node-items.ts';
import { listOf } from './node-lists.ts';
import { apartFromRead } from './node-store.ts';
import type { Node } from './nodes.ts';

/** Changes are batched for this many milliseconds after the first. */
const BATCH_MS = 200;

/** Tells VS Code which nodes have changed, in batches, and never while it reads what is in them. */
export class TreeChanges implements vscode.Disposable {
  readonly #emitter = new vscode.EventEmitter<Node[] | undefined>();
  readonly #pending = new Set<Node>();
  /** The nodes whose children VS Code is waiting for. */
  readonly #reading: Node[] = [];
  #gathering: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#emitter.event;

  dispose(): void {
    this.forget();
    this.#emitter.dispose();
  }

  /** Has the node drawn again soon, if there is anything new to show. */
  add(node: Node): void {
    this.#pending.add(node);
    this.#gathering ??= setTimeout(() => this.#tell(), BATCH_MS);
  }

  /** Has the node drawn again now, or everything. */
  now(node?: Node): void {
    this.#emitter.fire(node && [node]);
  }

  /** Reads the children of a node for VS Code. */
  async reading<T>(node: Node, read: () => Promise<T>): Promise<T> {
    this.#reading.push(node);
    try {
      return await read();
    } finally {
      this.#reading.splice(this.#reading.indexOf(node), 1);
    }
  }

  isReading(node: Node): boolean {
    return this.#reading.includes(node);
  }

  /** Drops the changes that were not told yet. */
  forget(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#pending.clear();
  }

  #tell(): void {
    this.#gathering = undefined;
    const nodes = [...this.#pending].filter(isOutdated);
    this.#pending.clear();
    // VS Code drops the children of a changed node, and does not ask again for those it is just receiving; what the
    // user has just opened in it would close again.
    const { now, later } = apartFromRead(nodes, this.#reading);
    for (const one of later) this.add(one);
    if (now.length > 0) this.#emitter.fire(now);
  }
}

/** Is there anything new to show? Refreshing a kind refreshes all of its objects. */
function isOutdated(node: Node): boolean {
  if (node.type === 'context' || node.type === 'releases') return node.shown !== listOf(node)?.version;
  return node.type !== 'kind' || node.shown !== node.list?.version || node.shownCount !== shownCount(node);
}
