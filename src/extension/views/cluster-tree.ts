import * as vscode from 'vscode';
import { UntrustedKubeconfigError } from '../../kubernetes/client/kubeconfig.ts';
import { formatError } from '../common/problems.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Targets } from '../targets/targets.ts';
import { ProblemSearch } from './cluster-problems.ts';
import { contextNodes } from './contexts.ts';
import type { KindChoices } from './kind-choices.ts';
import { KindCounts } from './kind-counts.ts';
import { groupNodes, kindNodes } from './kind-nodes.ts';
import { errorNode, messageNode } from './message-nodes.ts';
import { namespaceNodes } from './namespace-nodes.ts';
import { shownCount, tooltipOf, treeItem } from './node-items.ts';
import { dropList, listOf } from './node-lists.ts';
import { lineage, NodeStore } from './node-store.ts';
import type { ContextNode, GroupNode, MoreNode, Node, ProblemsNode, ScopeNode } from './nodes.ts';
import { objectNodes } from './object-nodes.ts';
import { problemNodes } from './problem-nodes.ts';
import { lookBelow, relatedNodes } from './related-nodes.ts';
import { releaseNodes } from './release-nodes.ts';
import { readUsage, usageOf } from './shown-usage.ts';
import type { Tree } from './tree.ts';
import { TreeChanges } from './tree-changes.ts';

/** The context key for the welcome: is consent to the kubeconfig `waiting`, or `refused`? */
const CONSENT = 'mcpK8s.consent';

/** The clusters as a tree. A node says why something cannot be read; nothing waits for it. */
export class ClusterTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #targets: Targets;
  readonly #log: vscode.LogOutputChannel;
  readonly #tree: Tree;
  readonly #problems = new vscode.EventEmitter<ProblemsNode[]>();
  readonly #expanded = new Set<string>();
  #visible = false;

  readonly onDidChangeTreeData: vscode.Event<Node[] | undefined>;
  readonly onDidFindProblems = this.#problems.event;

  constructor(targets: Targets, clusters: Clusters, choices: KindChoices, log: vscode.LogOutputChannel) {
    this.#targets = targets;
    this.#log = log;
    const changes = new TreeChanges();
    this.#tree = {
      ...{ clusters, choices, changes, nodes: new NodeStore(), filter: '' },
      counts: new KindCounts(changes, () => this.filter),
      search: new ProblemSearch((node) => {
        changes.add(node);
        this.#problems.fire(this.#tree.nodes.ofType('problems'));
      }),
    };
    this.onDidChangeTreeData = changes.onDidChange;
  }

  dispose(): void {
    this.#forget();
    this.#tree.changes.dispose();
    this.#problems.dispose();
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.type === 'kind') node.shownCount = shownCount(node);
    if (node.type === 'object')
      Object.assign(node, { shownUsage: usageOf(node), isShown: true, shownTooltip: undefined });
    return treeItem(node);
  }

  /** Written when it is shown, so that ages are those of now. */
  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    const tooltip = tooltipOf(node);
    if (tooltip !== undefined) item.tooltip = tooltip;
    if (node.type === 'object') node.shownTooltip = tooltip;
    return item;
  }

  getParent(node: Node): Node | undefined {
    return node.parent;
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) return this.#roots();
    this.#expanded.add(node.id);
    return this.#tree.changes.reading(node, () => this.#childrenOf(node).catch((error) => [this.#error(node, error)]));
  }

  /** Only objects with this in their names; empty for all. */
  get filter(): string {
    return this.#tree.filter;
  }

  set filter(text: string) {
    this.#tree.filter = text;
    for (const node of this.#tree.nodes.ofType('releases')) dropList(node);
    for (const node of this.#tree.nodes.ofType('kind')) {
      dropList(node);
      node.matches = undefined;
    }
    for (const node of this.#tree.nodes.ofType('group')) node.matches = undefined;
    this.#tree.counts.stop();
    this.#tree.changes.now();
  }

  /** Shows again what is known, such as other kinds than before. */
  redraw(): void {
    this.#tree.changes.now();
  }

  /** A collapsed node and everything in it stop being followed. */
  collapsed(node: Node): void {
    this.#expanded.delete(node.id);
    this.#followWhatIsShown();
  }

  expanded(node: Node): void {
    this.#expanded.add(node.id);
    this.#followWhatIsShown();
  }

  set visible(visible: boolean) {
    this.#visible = visible;
    this.#followWhatIsShown();
  }

  /** Does a node have a connection that has ended, such as after a change of the kubeconfig's plugins? */
  get hasLostConnection(): boolean {
    return [...this.#tree.nodes.all()].some((node) => 'connection' in node && node.connection.closed.aborted);
  }

  /** Looks again at what no watch reports: counts, problems, usage, and what is below objects. */
  lookAgain(): void {
    const { nodes, counts, search, changes } = this.#tree;
    const kinds = nodes.ofType('kind');
    const kindsIn = (parent: GroupNode | ScopeNode) => kinds.filter((node) => node.parent === parent);
    for (const node of nodes.ofType('object'))
      if (node.shownTooltip !== undefined && node.shownTooltip !== tooltipOf(node)) changes.add(node);
    for (const node of nodes.all()) {
      if (!this.#isShown(node) || !isSignedIn(node)) continue;
      if (node.type === 'group') void counts.again(node.parent, kindsIn(node));
      if (node.type === 'scope') void counts.again(node, kindsIn(node));
      if (node.type === 'context')
        for (const one of nodes.ofType('problems')) if (one.parent === node && isSignedIn(one)) void search.look(one);
      if (node.type === 'kind') void readUsage(this.#tree, node);
      if (node.type === 'object') void lookBelow(this.#tree, node);
    }
  }

  /** Reloads a node, or everything. */
  async refresh(node?: Node): Promise<void> {
    if (!node || node.type === 'target') {
      this.#forget();
      this.#tree.changes.now();
      return;
    }
    for (const inner of this.#tree.nodes.all()) {
      if (!lineage(inner).includes(node)) continue;
      dropList(inner);
      if (inner.type === 'problems') void this.#tree.search.again(inner);
      if (inner.type === 'kind') inner.matches = undefined;
    }
    if (node.type === 'context' || node.type === 'scope') {
      const context = node.type === 'context' ? node : node.parent;
      const connection = await this.#tree.clusters.connect(context.target, context.name).catch(() => undefined);
      await connection?.discovery.kinds(true).catch(() => undefined);
    }
    this.#tree.changes.now(node);
  }

  /** A cluster stopped answering, or answers again: what could not be read of it is then read. */
  connectivityChanged(context: string): void {
    const { nodes, clusters, changes } = this.#tree;
    for (const node of nodes.ofType('context')) {
      if (node.name !== context) continue;
      node.isOffline = clusters.connectivity.isOffline(node.name, node.server);
      if (!node.isOffline)
        for (const inner of nodes.all())
          if (lineage(inner).includes(node) && listOf(inner)?.problem !== undefined) dropList(inner);
      changes.now(node);
    }
  }

  /** Shows more of a list. */
  showMore({ parent }: MoreNode): void {
    (parent.type === 'kind' ? parent.list : parent.namespaces)?.showMore();
    this.#tree.changes.now(parent);
  }

  /** The folders, or the contexts of the only one. */
  async #roots(): Promise<Node[]> {
    try {
      // The view does not wait for the answer: it says what is missing.
      void this.#targets.all();
      const targets = await this.#targets.current();
      const [only] = targets;
      const nodes =
        only && targets.length === 1
          ? this.#known(await contextNodes(only, undefined))
          : targets.map((target) =>
              this.#tree.nodes.keep({ type: 'target', id: `/${target.name ?? ''}`, parent: undefined, target }),
            );
      void vscode.commands.executeCommand('setContext', CONSENT, undefined);
      return nodes;
    } catch (error) {
      if (!(error instanceof UntrustedKubeconfigError)) return [this.#error(undefined, error)];
      // The welcome of the view says it, with a button.
      void vscode.commands.executeCommand('setContext', CONSENT, error.refused ? 'refused' : 'waiting');
      return [];
    }
  }

  async #childrenOf(node: Node): Promise<Node[]> {
    const tree = this.#tree;
    switch (node.type) {
      case 'target': {
        const contexts = await contextNodes(node.target, node);
        return contexts.length > 0
          ? this.#known(contexts)
          : [messageNode(node, vscode.l10n.t('There is no kubeconfig.'))];
      }
      case 'context':
        return namespaceNodes(tree, node);
      case 'scope':
        return groupNodes(tree, node);
      case 'group':
        return kindNodes(tree, node);
      case 'kind':
        return objectNodes(tree, node);
      case 'object':
        return relatedNodes(tree, node);
      case 'problems':
        return problemNodes(tree, node);
      case 'releases':
        return releaseNodes(tree, node);
      default:
        return [];
    }
  }

  #known(nodes: ContextNode[]): ContextNode[] {
    return nodes.map((node) => this.#tree.nodes.keep(node));
  }

  #error(parent: Node | undefined, error: unknown): Node {
    this.#log.warn(`${parent?.id ?? '/'}: ${formatError(error)}`);
    return errorNode(parent, error);
  }

  #followWhatIsShown(): void {
    for (const node of this.#tree.nodes.all()) {
      const list = listOf(node);
      if (!list) continue;
      if (this.#isShown(node)) list.start();
      else list.stop();
    }
  }

  #isShown(node: Node): boolean {
    return this.#visible && lineage(node).every(({ id }) => this.#expanded.has(id));
  }

  #forget(): void {
    const { counts, changes, nodes } = this.#tree;
    counts.stop();
    changes.forget();
    for (const node of nodes.all()) dropList(node);
    nodes.clear();
    this.#problems.fire([]);
  }
}

/** Would looking again ask nobody to sign in? */
function isSignedIn(node: Node): boolean {
  return lineage(node).every((one) => !('connection' in one) || one.connection.client.isSignedIn);
}
