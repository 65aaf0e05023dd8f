import * as vscode from 'vscode';
import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { kindGroups } from './kind-groups.ts';
import { messageNode, noneText } from './message-nodes.ts';
import type { GroupNode, KindNode, Node, ReleasesNode, ScopeNode } from './nodes.ts';
import type { Tree } from './tree.ts';

/** The groups that releases stand before: what is added to the cluster, and who may use it. */
const AFTER_RELEASES = /^\/(custom|access|events|administration)(\/|$)/;

/** The groups of kinds of a namespace or of the cluster; kinds that are alone in theirs stand for it. */
export async function groupNodes(tree: Tree, node: ScopeNode): Promise<Node[]> {
  const { resources, missing } = await node.connection.discovery.kinds();
  const { favorites, hidden } = tree.choices;
  const named = (names: readonly string[]) => (one: ApiResource) => names.includes(resourceNameOf(one));
  const grouped = kindGroups(resources, node.namespace !== undefined).map(({ group, kinds }) => ({
    group,
    kinds: kinds.filter((one) => !named(hidden)(one)),
  }));
  const chosen = grouped.flatMap(({ kinds }) => kinds.filter(named(favorites)));
  const all = [{ group: 'favorites', kinds: chosen } as const, ...grouped].filter(({ kinds }) => kinds.length > 0);
  const nodes = all.map(({ group, kinds }) => {
    const id = `${node.id}/${group}`;
    const [only] = kinds;
    if (only && (group === 'nodes' || group === 'events')) return kindNode(tree, node, id, only);
    return tree.nodes.keep<GroupNode>({ type: 'group', id, parent: node, group, kinds }, { kinds });
  });
  const shown: Node[] = await notEmpty(tree, node, nodes);
  const at = shown.findIndex(({ id }) => AFTER_RELEASES.test(id.slice(node.id.length)));
  // Releases stand where their objects' kinds end, before what is added to the cluster.
  const ordered = shown.toSpliced(at < 0 ? shown.length : at, 0, ...releasesOf(tree, node));
  const texts = [
    ...(missing.length > 0
      ? [vscode.l10n.t('The cluster does not answer for these kinds now: {0}', missing.join(', '))]
      : []),
    ...(shown.length === 0 ? [noneText(tree.filter)] : []),
  ];
  return [...ordered, ...texts.map((text) => messageNode(node, text))];
}

/** The kinds of a group that have objects. */
export async function kindNodes(tree: Tree, node: GroupNode): Promise<Node[]> {
  const kinds = kindsOf(tree, node);
  await tree.counts.counted(node.parent, kinds);
  const shown = kinds.filter((one) => !tree.counts.isEmpty(one));
  return shown.length > 0 ? shown : [messageNode(node, noneText(tree.filter))];
}

/** Kinds that have objects or, with a filter, groups and kinds that have fitting ones. */
async function notEmpty(
  tree: Tree,
  node: ScopeNode,
  nodes: (GroupNode | KindNode)[],
): Promise<(GroupNode | KindNode)[]> {
  const isFiltered = tree.filter !== '';
  const kindsIn = (one: GroupNode | KindNode) => (one.type === 'kind' ? [one] : kindsOf(tree, one));
  const counted = isFiltered ? nodes.flatMap(kindsIn) : nodes.filter((one) => one.type === 'kind');
  await tree.counts.counted(node, counted);
  if (!isFiltered) return nodes.filter((one) => one.type === 'group' || !tree.counts.isEmpty(one));
  return nodes.filter((one) => {
    const kinds = kindsIn(one);
    if (one.type === 'group') one.matches = kinds.reduce((sum, { matches = 0 }) => sum + matches, 0);
    return kinds.some((kind) => !tree.counts.isEmpty(kind));
  });
}

function releasesOf(tree: Tree, parent: ScopeNode): ReleasesNode[] {
  const { settings } = parent.parent.target;
  if (parent.namespace === undefined || !settings.toolsets.includes('helm')) return [];
  return [tree.nodes.keep<ReleasesNode>({ type: 'releases', id: `${parent.id}/helm`, parent })];
}

function kindsOf(tree: Tree, node: GroupNode): KindNode[] {
  return node.kinds.map((resource) => kindNode(tree, node, node.id, resource, node.kinds));
}

function kindNode(
  tree: Tree,
  parent: GroupNode | ScopeNode,
  prefix: string,
  resource: ApiResource,
  siblings: readonly ApiResource[] = [],
): KindNode {
  const isFavorite = tree.choices.favorites.includes(resourceNameOf(resource));
  const isNamesake = siblings.some((one) => one !== resource && one.kind === resource.kind);
  const id = `${prefix}/${resourceNameOf(resource)}`;
  return tree.nodes.keep<KindNode>(
    { type: 'kind', id, parent, resource, count: undefined, isFavorite, isNamesake },
    { resource, isFavorite, isNamesake },
  );
}
