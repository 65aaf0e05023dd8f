import * as vscode from 'vscode';
import { filesFingerprint } from '../../kubernetes/client/files-fingerprint.ts';
import { kubeconfigPaths } from '../../kubernetes/client/kubeconfig.ts';
import { fileDrop } from '../common/file-drop.ts';
import { COMMANDS, VIEWS } from '../common/ids.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Targets } from '../targets/targets.ts';
import { countProblems } from './cluster-problems.ts';
import type { ClusterTree } from './cluster-tree.ts';
import { KindChoices } from './kind-choices.ts';
import type { MoreNode, Node, ProblemsNode } from './nodes.ts';
import { ProblemsPanel } from './problems-panel.ts';

/** How often a visible view polls what no watch reports, counts and the kubeconfig, in milliseconds. */
const REFRESH_INTERVAL_MS = 10_000;
const FILTERED = 'mcpK8s.viewIsFiltered';

/**
 * The view of clusters in the activity bar. Reads and follows nothing while it is closed or hidden, and loads its tree,
 * which is much of the extension's code, when it is first shown.
 */
export class ClusterView implements vscode.Disposable {
  readonly choices: KindChoices;
  readonly panel: ProblemsPanel;
  readonly #targets: Targets;
  readonly #clusters: Clusters;
  readonly #log: vscode.LogOutputChannel;
  readonly #changes = new vscode.EventEmitter<Node[] | undefined>();
  readonly #found = new vscode.EventEmitter<readonly ProblemsNode[]>();
  readonly #view: vscode.TreeView<Node>;
  readonly #subscriptions: vscode.Disposable[];
  #loading: Promise<ClusterTree> | undefined;
  #tree: ClusterTree | undefined;
  #round: NodeJS.Timeout | undefined;
  /** What the view showed at the last check. */
  #place: string | undefined;

  /** Fires whenever the problems of a cluster that is shown have been looked for. */
  readonly onDidFindProblems = this.#found.event;

  constructor(targets: Targets, clusters: Clusters, memento: vscode.Memento, log: vscode.LogOutputChannel) {
    this.#targets = targets;
    this.choices = new KindChoices(memento);
    this.panel = new ProblemsPanel(memento);
    this.#clusters = clusters;
    this.#log = log;
    this.#view = vscode.window.createTreeView<Node>(VIEWS.clusters, {
      treeDataProvider: {
        onDidChangeTreeData: this.#changes.event,
        getChildren: async (node) => (await this.#loaded()).getChildren(node),
        getTreeItem: async (node) => (await this.#loaded()).getTreeItem(node),
        getParent: ({ parent }) => parent,
        resolveTreeItem: async (item, node) => (await this.#loaded()).resolveTreeItem(item, node),
      },
      showCollapseAll: true,
      canSelectMany: true,
      dragAndDropController: fileDrop<Node>((files, on) =>
        vscode.commands.executeCommand(COMMANDS.applyManifests, on ?? files[0], files),
      ),
    });
    this.#subscriptions = [
      this.#changes,
      this.#found,
      this.choices,
      this.panel,
      this.#view,
      this.choices.onDidChange(() => this.#tree?.redraw()),
      this.#view.onDidExpandElement(({ element }) => this.#tree?.expanded(element)),
      this.#view.onDidCollapseElement(({ element }) => this.#tree?.collapsed(element)),
      this.#view.onDidChangeVisibility(({ visible }) => this.#show(visible)),
      targets.onDidChange(() => void this.#look()),
      clusters.connectivity.onDidChange((context) => this.#tree?.connectivityChanged(context)),
    ];
    if (this.#view.visible) this.#show(true);
  }

  dispose(): void {
    clearInterval(this.#round);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#tree?.dispose();
  }

  /** Only objects with this in their names are shown; empty for all. */
  get filterText(): string {
    return this.#tree?.filter ?? '';
  }

  /** Shows only objects with this in their names; an empty text shows all. */
  async filter(text: string): Promise<void> {
    const tree = await this.#loaded();
    tree.filter = text;
    this.#view.message = text === '' ? undefined : vscode.l10n.t('Only objects with “{0}” in their names', text);
    void vscode.commands.executeCommand('setContext', FILTERED, text !== '');
  }

  /** Reloads a node, or everything. */
  async refresh(node?: Node): Promise<void> {
    await this.#tree?.refresh(node);
  }

  /** Shows more of a list. */
  showMore(node: MoreNode): void {
    this.#tree?.showMore(node);
  }

  /** The selected nodes; VS Code does not say which of the view's nodes has the focus. */
  get selection(): readonly Node[] {
    return this.#view.selection;
  }

  #loaded(): Promise<ClusterTree> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<ClusterTree> {
    const { ClusterTree } = await import('./cluster-tree.ts');
    const tree = new ClusterTree(this.#targets, this.#clusters, this.choices, this.#log);
    tree.onDidChangeTreeData((nodes) => this.#changes.fire(nodes));
    tree.onDidFindProblems((nodes) => this.#showProblems(nodes));
    tree.visible = this.#view.visible;
    this.#tree = tree;
    return tree;
  }

  #showProblems(nodes: readonly ProblemsNode[]): void {
    this.panel.update(nodes);
    const value = nodes.reduce((sum, { found }) => sum + countProblems(found), 0);
    const tooltip = value === 1 ? vscode.l10n.t('1 problem') : vscode.l10n.t('{0} problems', value.toLocaleString());
    this.#view.badge = value === 0 ? undefined : { value, tooltip };
    this.#found.fire(nodes);
  }

  #show(visible: boolean): void {
    if (this.#tree) this.#tree.visible = visible;
    clearInterval(this.#round);
    if (!visible) return;
    void this.#look();
    this.#round = setInterval(() => void this.#look(), REFRESH_INTERVAL_MS);
  }

  /** Reloads everything if the targets or their connections have changed, or counts again. */
  async #look(): Promise<void> {
    const targets = await this.#targets.current();
    const places = targets.map(async ({ name, kubeconfig, settings, withheld }) => {
      const { context, namespace, allowedNamespaces, protectedContexts, contextColors, toolsets } = settings;
      const files = await filesFingerprint(kubeconfigPaths(kubeconfig.paths));
      const kept = withheld.flatMap((one) => ('path' in one ? [one.key, one.refused] : []));
      const looks = [protectedContexts, contextColors, toolsets];
      return [name, kubeconfig.paths, files, kept, context, namespace, allowedNamespaces, ...looks];
    });
    const place = JSON.stringify(await Promise.all(places));
    const before = this.#place;
    this.#place = place;
    const isOther = before !== undefined && before !== place;
    if (isOther || this.#tree?.hasLostConnection) await this.#tree?.refresh();
    else if (this.#view.visible) this.#tree?.lookAgain();
  }
}
