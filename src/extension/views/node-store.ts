import type { Node } from './nodes.ts';

/** The nodes of the tree, by id: VS Code recognizes a node only by object identity. */
export class NodeStore {
  #nodes = new Map<string, Node>();

  /** The node of this id, with what is `current` about it. */
  keep<T extends Node>(fresh: T, current: Partial<T> = {}): T {
    const known = this.#nodes.get(fresh.id);
    if (known?.type === fresh.type) return Object.assign(known as T, current);
    this.#nodes.set(fresh.id, fresh);
    return fresh;
  }

  all(): Iterable<Node> {
    return this.#nodes.values();
  }

  ofType<T extends Node['type']>(type: T): Extract<Node, { type: T }>[] {
    return [...this.#nodes.values()].filter((node): node is Extract<Node, { type: T }> => node.type === type);
  }

  clear(): void {
    this.#nodes = new Map();
  }
}

/** The node and its ancestors, innermost first. */
export function lineage(node: Node): Node[] {
  const found: Node[] = [];
  for (let one: Node | undefined = node; one; one = one.parent) found.push(one);
  return found;
}

/** The changed nodes that VS Code can be told of now, and those that are in or above what it is reading. */
export function apartFromRead(nodes: readonly Node[], reading: readonly Node[]): { now: Node[]; later: Node[] } {
  const read = new Set(reading);
  const above = new Set(reading.flatMap(lineage));
  const isRead = (node: Node) => above.has(node) || lineage(node).some((one) => read.has(one));
  const { now = [], later = [] } = Object.groupBy(nodes, (node) => (isRead(node) ? 'later' : 'now'));
  return { now, later };
}
