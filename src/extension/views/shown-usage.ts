import { type KindNode, type ObjectNode, scopeOf } from './nodes.ts';
import type { Tree } from './tree.ts';
import { hasUsage, usageTexts } from './usage.ts';

/** How often CPU and memory are read, in milliseconds. */
const USAGE_INTERVAL_MS = 30_000;

/** Reads what a kind's objects use, if it is time to, and shows what has changed. */
export async function readUsage(tree: Tree, node: KindNode): Promise<void> {
  const { resource, list, usageDue = 0 } = node;
  if (!hasUsage(resource, list?.total) || Date.now() < usageDue) return;
  node.usageDue = Date.now() + USAGE_INTERVAL_MS;
  const { connection, namespace } = scopeOf(node);
  const usage = await usageTexts(connection, resource, namespace, connection.closed).catch(() => undefined);
  if (!usage) return;
  node.usage = usage;
  for (const one of tree.nodes.ofType('object'))
    if (one.parent === node && one.isShown && one.shownUsage !== usageOf(one)) tree.changes.add(one);
}

/** What an object uses, as its row says it. */
export function usageOf({ parent, row }: ObjectNode): string | undefined {
  return parent.type === 'kind' ? parent.usage?.get(row.name) : undefined;
}
