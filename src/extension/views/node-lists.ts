import type { LiveList } from './live-list.ts';
import type { LiveReleases } from './live-releases.ts';
import type { ContextNode, KindNode, MoreNode, Node } from './nodes.ts';

/** What is followed while it is shown. */
type Followed = LiveList | LiveReleases;

/** The live list that a node's children come from. */
export function listOf(node: Node): Followed | undefined {
  if (node.type === 'context') return node.namespaces;
  return node.type === 'kind' || node.type === 'releases' ? node.list : undefined;
}

/** Ends a node's list: the next reading of its children begins a new one. */
export function dropList(node: Node): void {
  listOf(node)?.stop();
  if (node.type === 'kind' || node.type === 'releases') delete node.list;
  if (node.type === 'context') delete node.namespaces;
}

/** The list, running, with its rows or its problem. */
export async function started<T extends Followed>(list: T): Promise<T> {
  list.start();
  await list.ready;
  return list;
}

/** The row for the rest of a list, if there is one. */
export function restOf(parent: ContextNode | KindNode, list: LiveList): MoreNode[] {
  if (!list.hasMore) return [];
  const left = list.isFiltered || list.total === undefined ? undefined : list.total - list.size;
  return [{ type: 'more', id: `${parent.id}/…`, parent, left }];
}
