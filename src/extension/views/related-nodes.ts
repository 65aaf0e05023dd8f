import * as vscode from 'vscode';
import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { jsonText } from '../../kubernetes/apimachinery/json.ts';
import { messageNode } from './message-nodes.ts';
import { type ContainerNode, contextOf, type Node, type ObjectNode } from './nodes.ts';
import type { Related } from './relations.ts';
import type { Tree } from './tree.ts';

/** What is below an object; a change that is noticed later refreshes it. */
export async function relatedNodes(tree: Tree, node: ObjectNode): Promise<Node[]> {
  const found = await relatedTo(tree, node);
  node.below = jsonText(found);
  if (found.length === 0) return [messageNode(node, vscode.l10n.t('None'))];
  const nodes = found.map((one) => relatedNode(tree, node, one));
  // In several EndpointSlices, as one for each family of addresses, a pod is only one row.
  return [...new Map(nodes.map((one) => [one.id, one])).values()];
}

/** Looks again at what is below an object whose children are shown. */
export async function lookBelow(tree: Tree, node: ObjectNode): Promise<void> {
  const { below } = node;
  if (below === undefined || tree.changes.isReading(node)) return;
  const now = await relatedTo(tree, node).catch(() => undefined);
  if (now && jsonText(now) !== below && node.below === below) tree.changes.add(node);
}

function relatedNode(tree: Tree, parent: ObjectNode, one: Related): Node {
  if (one.type === 'address') return messageNode(parent, one.text);
  if (one.type === 'container') {
    const { name, isInit, health, summary, image } = one;
    const current = { isInit, health, summary, image };
    const id = `${parent.id}/container/${name}`;
    return tree.nodes.keep<ContainerNode>({ type: 'container', id, parent, name, ...current }, current);
  }
  const { resource, namespace, row, role } = one;
  const id = `${parent.id}/${resourceNameOf(resource)}/${namespace ?? ''}/${row.name}`;
  return tree.nodes.keep<ObjectNode>({ type: 'object', id, parent, resource, namespace, row, role }, { row, role });
}

async function relatedTo(tree: Tree, node: ObjectNode): Promise<Related[]> {
  const { resource, namespace, row } = node;
  const { target, name } = contextOf(node);
  const connection = await tree.clusters.connect(target, name);
  const { relatedTo } = await import('./relations.ts');
  return relatedTo(connection, { resource, namespace, name: row.name }, connection.closed);
}
