import * as vscode from 'vscode';
import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { messageNode } from './message-nodes.ts';
import type { Node, ProblemNode, ProblemsNode } from './nodes.ts';
import type { Tree } from './tree.ts';

/** The problems of a cluster, and what of it was not looked at. */
export async function problemNodes(tree: Tree, node: ProblemsNode): Promise<Node[]> {
  await tree.search.look(node);
  if (node.failure !== undefined) throw node.failure;
  const { found } = node;
  if (!found) return [messageNode(node, vscode.l10n.t('Looking…'))];
  const { resources } = await node.connection.discovery.kinds();
  const problems = found.findings.map((finding, index): ProblemNode => {
    const subject = finding.about;
    const resource = subject && resources.find((one) => resourceNameOf(one) === resourceNameOf(subject.kind));
    const about = resource && { resource, namespace: subject.namespace, name: subject.name };
    return { type: 'problem', id: `${node.id}/${index}`, parent: node, finding, about };
  });
  // The view is narrow: what was looked at is in the tooltip.
  const verdict = problems.length === 0 ? [messageNode(node, found.shortVerdict, 'plain', found.verdict)] : [];
  return [...problems, ...verdict, ...[...found.scope, ...found.limits].map((text) => messageNode(node, text))];
}
