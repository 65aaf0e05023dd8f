import * as vscode from 'vscode';
import { messageNode } from './message-nodes.ts';
import { started } from './node-lists.ts';
import type { Node, ReleaseNode, ReleasesNode } from './nodes.ts';
import type { Tree } from './tree.ts';

/** The Helm releases of a namespace, each at its latest revision, which are followed from then on. */
export async function releaseNodes(tree: Tree, node: ReleasesNode): Promise<Node[]> {
  const { connection, namespace = '' } = node.parent;
  const { LiveReleases } = await import('./live-releases.ts');
  node.list ??= new LiveReleases({
    ...{ client: connection.client, namespace, filter: tree.filter },
    onChange: (name) => releaseChanged(tree, node, name),
  });
  const list = await started(node.list);
  node.shown = list.version;
  if (list.problem) throw list.problem;
  if (list.releases.length === 0) return [messageNode(node, vscode.l10n.t('None'))];
  return list.releases.map((latest) => releaseNode(tree, node, latest));
}

function releaseNode(tree: Tree, parent: ReleasesNode, latest: ReleaseNode['latest']): ReleaseNode {
  const id = `${parent.id}/${latest.name}`;
  return tree.nodes.keep<ReleaseNode>({ type: 'release', id, parent, latest }, { latest });
}

function releaseChanged(tree: Tree, parent: ReleasesNode, name: string | undefined): void {
  const latest = name === undefined ? undefined : parent.list?.latest(name);
  if (name === undefined) tree.changes.add(parent);
  if (latest) tree.changes.add(releaseNode(tree, parent, latest));
}
