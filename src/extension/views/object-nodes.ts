import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { isApiError } from '../../kubernetes/apimachinery/errors.ts';
import { formatError } from '../common/problems.ts';
import { messageNode, noneText } from './message-nodes.ts';
import { restOf, started } from './node-lists.ts';
import { type KindNode, type Node, type ObjectNode, scopeOf } from './nodes.ts';
import { readUsage } from './shown-usage.ts';
import type { Tree } from './tree.ts';

/** How long a list waits for what its objects use, in milliseconds. */
const USAGE_WAIT_MS = 300;

/** The objects of a kind, which are followed from then on. */
export async function objectNodes(tree: Tree, node: KindNode): Promise<Node[]> {
  const { connection, namespace } = scopeOf(node);
  const { LiveList } = await import('./live-list.ts');
  node.list ??= new LiveList({
    ...{ client: connection.client, resource: node.resource, namespace, filter: tree.filter },
    onChange: (name) => rowChanged(tree, node, name),
  });
  const list = await started(node.list);
  node.shown = list.version;
  if (isApiError(list.problem, 403)) {
    const text = vscode.l10n.t('You may not list these. Click to open one by its name.');
    return [messageNode(node, text, 'locked', formatError(list.problem))];
  }
  if (list.problem) throw list.problem;
  if (list.size === 0 && !list.hasMore) return [messageNode(node, noneText(tree.filter))];
  await Promise.race([readUsage(tree, node), delay(USAGE_WAIT_MS, undefined, { ref: false })]);
  return [...list.rows.map((row) => objectNode(tree, node, row)), ...restOf(node, list)];
}

function rowChanged(tree: Tree, parent: KindNode, name: string | undefined): void {
  const row = name === undefined ? undefined : parent.list?.row(name);
  if (name === undefined) tree.changes.add(parent);
  if (row) tree.changes.add(objectNode(tree, parent, row));
}

function objectNode(tree: Tree, parent: KindNode, row: ObjectNode['row']): ObjectNode {
  const { resource } = parent;
  const { namespace } = scopeOf(parent);
  const id = `${parent.id}/${row.name}`;
  return tree.nodes.keep<ObjectNode>({ type: 'object', id, parent, resource, namespace, row }, { row });
}
