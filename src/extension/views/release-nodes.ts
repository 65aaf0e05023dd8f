import * as vscode from 'vscode';
import { messageNode } from './message-nodes.ts';
import type { Node, ReleaseNode, ReleasesNode } from './nodes.ts';
import type { Tree } from './tree.ts';

/** The Helm releases of a namespace, each at its latest revision. */
export async function releaseNodes(tree: Tree, node: ReleasesNode): Promise<Node[]> {
  const { connection, namespace } = node.parent;
  const { latestRevisions, ReleaseStorage } = await import('../../kubernetes/helm/release-storage.ts');
  const storage = new ReleaseStorage(connection.client, 'helmReleaseList', connection.closed);
  const all = latestRevisions(await storage.revisions(namespace));
  const shown = all.filter(({ name }) => name.includes(tree.filter));
  if (shown.length === 0) return [messageNode(node, vscode.l10n.t('None'))];
  return shown.map((latest) => {
    const id = `${node.id}/${latest.name}`;
    return tree.nodes.keep<ReleaseNode>({ type: 'release', id, parent: node, latest }, { latest });
  });
}
