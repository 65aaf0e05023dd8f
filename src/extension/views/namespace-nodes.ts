import * as vscode from 'vscode';
import type { ApiResource } from '../../kubernetes/apimachinery/api-resource.ts';
import { isApiError } from '../../kubernetes/apimachinery/errors.ts';
import { kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import { PROJECTS } from '../../kubernetes/client/namespaces.ts';
import { messageNode } from './message-nodes.ts';
import { restOf, started } from './node-lists.ts';
import type { ContextNode, Node, ProblemsNode, ScopeNode } from './nodes.ts';
import type { Tree } from './tree.ts';

const NAMESPACES: ApiResource = {
  ...kinds.namespaces,
  ...{ kind: 'Namespace', singularName: 'namespace', shortNames: ['ns'] },
  ...{ verbs: ['get', 'list', 'watch'], subresources: ['status'] },
};

/** What is in a context: its problems, what is in no namespace, and its namespaces. */
export async function namespaceNodes(tree: Tree, node: ContextNode): Promise<Node[]> {
  const connection = await tree.clusters.connect(node.target, node.name);
  const { LiveList } = await import('./live-list.ts');
  const listOver = (kind: Partial<ApiResource>) =>
    new LiveList({
      ...{ client: connection.client, resource: { ...NAMESPACES, ...kind }, namespace: undefined, filter: '' },
      onChange: (name) => {
        if (name !== undefined) node.shown = undefined;
        tree.changes.add(node);
      },
    });
  node.namespaces ??= listOver({});
  let list = await started(node.namespaces);
  if (isApiError(list.problem, 403)) {
    const projects = await started(listOver(PROJECTS));
    if (projects.problem === undefined) {
      node.namespaces = projects;
      list = projects;
    }
  }
  node.shown = list.version;
  const scope = (namespace: string | undefined, row?: ScopeNode['row']): ScopeNode => {
    const id = namespace === undefined ? `${node.id}/cluster` : `${node.id}/namespace/${namespace}`;
    const current = { connection, row };
    return tree.nodes.keep<ScopeNode>({ type: 'scope', id, parent: node, namespace, ...current }, current);
  };
  const problems = tree.nodes.keep<ProblemsNode>(
    { type: 'problems', id: `${node.id}/problems`, parent: node, connection },
    { connection },
  );
  // Where namespaces cannot be listed, problems can be looked for in one.
  if (!list.problem || isApiError(list.problem, 403)) void tree.search.look(problems);
  if (isApiError(list.problem, 403)) {
    const names = new Set([connection.namespace, ...node.target.settings.allowedNamespaces]);
    const text = vscode.l10n.t('You may not list namespaces: these are known from the kubeconfig and the settings.');
    return [problems, scope(undefined), ...[...names].map((name) => scope(name)), messageNode(node, text)];
  }
  if (list.problem) throw list.problem;
  return [problems, scope(undefined), ...list.rows.map((row) => scope(row.name, row)), ...restOf(node, list)];
}
