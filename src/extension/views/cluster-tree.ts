import * as vscode from 'vscode';
import type { ApiResource } from '../../kubernetes/apimachinery/api-resource.ts';
import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { isApiError, UnreachableError } from '../../kubernetes/apimachinery/errors.ts';
import { kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import { UntrustedKubeconfigError } from '../../kubernetes/client/kubeconfig.ts';
import { PROJECTS } from '../../kubernetes/client/namespaces.ts';
import { formatError } from '../common/problems.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Targets } from '../targets/targets.ts';
import { contextNodes } from './contexts.ts';
import { countKinds } from './counts.ts';
import { kindGroups } from './kind-groups.ts';
import type { LiveList } from './live-list.ts';
import { countText, treeItem } from './node-items.ts';
import type {
  ContextNode,
  GroupNode,
  KindNode,
  MessageNode,
  MoreNode,
  Node,
  ObjectNode,
  ReleaseNode,
  ReleasesNode,
  ScopeNode,
} from './nodes.ts';

const NAMESPACES: ApiResource = {
  ...kinds.namespaces,
  ...{ kind: 'Namespace', singularName: 'namespace', shortNames: ['ns'] },
  ...{ verbs: ['get', 'list', 'watch'], subresources: ['status'] },
};
/** The context key for the welcome: is consent to the kubeconfig `waiting`, or `refused`? */
const CONSENT = 'mcpK8s.consent';
/** Changes are batched for this many milliseconds after the first. */
const BATCH_MS = 200;

/** The clusters as a tree. A node says why something cannot be read; nothing waits for it. */
export class ClusterTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #targets: Targets;
  readonly #clusters: Clusters;
  readonly #log: vscode.LogOutputChannel;
  readonly #changes = new vscode.EventEmitter<Node[] | undefined>();
  /** By id: VS Code recognizes a node only by object identity. */
  #nodes = new Map<string, Node>();
  readonly #expanded = new Set<string>();
  /** The ids of nodes whose children VS Code is waiting for. */
  readonly #reading: string[] = [];
  readonly #pending = new Set<Node>();
  #gathering: NodeJS.Timeout | undefined;
  #counting = new AbortController();
  #visible = false;
  #filter = '';

  readonly onDidChangeTreeData = this.#changes.event;

  constructor(targets: Targets, clusters: Clusters, log: vscode.LogOutputChannel) {
    this.#targets = targets;
    this.#clusters = clusters;
    this.#log = log;
  }

  dispose(): void {
    this.#forget();
    this.#changes.dispose();
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.type === 'kind') node.shownCount = countText(node);
    return treeItem(node);
  }

  getParent(node: Node): Node | undefined {
    return node.parent;
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node) {
      this.#expanded.add(node.id);
      this.#reading.push(node.id);
    }
    try {
      const children = await this.#childrenOf(node);
      if (!node) void vscode.commands.executeCommand('setContext', CONSENT, undefined);
      return children;
    } catch (error) {
      // The welcome of the view says it, with a button.
      if (!node && error instanceof UntrustedKubeconfigError) {
        void vscode.commands.executeCommand('setContext', CONSENT, error.refused ? 'refused' : 'waiting');
        return [];
      }
      return [this.#problem(node, error)];
    } finally {
      if (node) this.#reading.splice(this.#reading.indexOf(node.id), 1);
    }
  }

  /** Only objects with this in their names; empty for all. */
  get filter(): string {
    return this.#filter;
  }

  set filter(text: string) {
    this.#filter = text;
    for (const node of this.#nodes.values()) if (node.type === 'kind') dropList(node);
    this.#changes.fire(undefined);
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

  /** Counts the visible kinds again. */
  recount(): void {
    for (const node of this.#nodes.values()) if (node.type === 'group' && this.#isShown(node)) this.#count(node);
  }

  /** Reloads a node, or everything. */
  async refresh(node?: Node): Promise<void> {
    if (!node || node.type === 'target') {
      this.#forget();
      this.#changes.fire(undefined);
      return;
    }
    for (const inner of this.#nodes.values()) if (lineage(inner).includes(node)) dropList(inner);
    if (node.type === 'context' || node.type === 'scope') {
      const context = node.type === 'context' ? node : node.parent;
      const connection = await this.#clusters.connect(context.target, context.name).catch(() => undefined);
      await connection?.discovery.kinds(true).catch(() => undefined);
    }
    this.#changes.fire([node]);
  }

  /** A cluster stopped answering, or answers again: what could not be read of it is then read. */
  connectivityChanged(context: string): void {
    for (const node of this.#nodes.values()) {
      if (node.type !== 'context' || node.name !== context) continue;
      node.isOffline = this.#clusters.connectivity.isOffline(node.name, node.server);
      if (!node.isOffline)
        for (const inner of this.#nodes.values())
          if (lineage(inner).includes(node) && listOf(inner)?.problem !== undefined) dropList(inner);
      this.#changes.fire([node]);
    }
  }

  /** Shows more of a list. */
  showMore({ parent }: MoreNode): void {
    listOf(parent)?.showMore();
    this.#changes.fire([parent]);
  }

  async #childrenOf(node: Node | undefined): Promise<Node[]> {
    switch (node?.type) {
      case undefined: {
        // The view does not wait for the answer: it says what is missing.
        void this.#targets.all();
        const targets = await this.#targets.current();
        const [only] = targets;
        if (only && targets.length === 1) return this.#known(await contextNodes(only, undefined));
        return targets.map((target) =>
          this.#node({ type: 'target', id: `/${target.name ?? ''}`, parent: undefined, target }),
        );
      }
      case 'target': {
        const contexts = await contextNodes(node.target, node);
        return contexts.length > 0
          ? this.#known(contexts)
          : [this.#message(node, vscode.l10n.t('There is no kubeconfig.'))];
      }
      case 'context':
        return this.#scopes(node);
      case 'scope':
        return this.#groups(node);
      case 'group':
        this.#count(node);
        return this.#kinds(node);
      case 'kind':
        return this.#objects(node);
      case 'releases':
        return this.#releases(node);
      default:
        return [];
    }
  }

  async #scopes(node: ContextNode): Promise<Node[]> {
    const connection = await this.#clusters.connect(node.target, node.name);
    const { LiveList } = await import('./live-list.ts');
    const listOver = (kind: Partial<ApiResource>) =>
      new LiveList({
        ...{ client: connection.client, resource: { ...NAMESPACES, ...kind }, namespace: undefined, filter: '' },
        onChange: () => this.#changed(node),
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
    const scope = (namespace: string | undefined, row?: ScopeNode['row']): ScopeNode => {
      const id = namespace === undefined ? `${node.id}/cluster` : `${node.id}/namespace/${namespace}`;
      return Object.assign(this.#node<ScopeNode>({ type: 'scope', id, parent: node, connection, namespace, row }), {
        connection,
        row,
      });
    };
    if (isApiError(list.problem, 403)) {
      const names = new Set([connection.namespace, ...node.target.settings.allowedNamespaces]);
      const text = vscode.l10n.t('You may not list namespaces: these are known from the kubeconfig and the settings.');
      return [scope(undefined), ...[...names].map((name) => scope(name)), this.#message(node, text)];
    }
    if (list.problem) throw list.problem;
    return [scope(undefined), ...list.rows.map((row) => scope(row.name, row)), ...this.#rest(node, list)];
  }

  async #groups(node: ScopeNode): Promise<Node[]> {
    const { resources, missing } = await node.connection.discovery.kinds();
    const groups = kindGroups(resources, node.namespace !== undefined).map(({ group, kinds }) =>
      Object.assign(this.#node<GroupNode>({ type: 'group', id: `${node.id}/${group}`, parent: node, group, kinds }), {
        kinds,
      }),
    );
    const all: Node[] = [...groups, ...this.#releasesOf(node)];
    if (missing.length === 0) return all;
    const text = vscode.l10n.t('The cluster does not answer for these kinds now: {0}', missing.join(', '));
    return [...all, this.#message(node, text)];
  }

  #releasesOf(parent: ScopeNode): ReleasesNode[] {
    const { settings } = parent.parent.target;
    if (parent.namespace === undefined || !settings.toolsets.includes('helm')) return [];
    return [this.#node<ReleasesNode>({ type: 'releases', id: `${parent.id}/helm`, parent })];
  }

  async #releases(node: ReleasesNode): Promise<Node[]> {
    const { connection, namespace } = node.parent;
    const { latestRevisions, ReleaseStorage } = await import('../../kubernetes/helm/release-storage.ts');
    const storage = new ReleaseStorage(connection.client, 'helmReleaseList', connection.closed);
    const all = latestRevisions(await storage.revisions(namespace));
    const shown = all.filter(({ name }) => name.includes(this.#filter));
    if (shown.length === 0) return [this.#message(node, vscode.l10n.t('None'))];
    return shown.map((latest) => {
      const release = this.#node<ReleaseNode>({
        type: 'release',
        id: `${node.id}/${latest.name}`,
        parent: node,
        latest,
      });
      release.latest = latest;
      return release;
    });
  }

  #kinds(node: GroupNode): KindNode[] {
    return node.kinds.map((resource) =>
      this.#node<KindNode>({
        ...{ type: 'kind', id: `${node.id}/${resourceNameOf(resource)}`, parent: node },
        ...{ resource, count: undefined },
      }),
    );
  }

  async #objects(node: KindNode): Promise<Node[]> {
    const { connection, namespace } = node.parent.parent;
    const { LiveList } = await import('./live-list.ts');
    node.list ??= new LiveList({
      ...{ client: connection.client, resource: node.resource, namespace, filter: this.#filter },
      onChange: (name) => this.#rowChanged(node, name),
    });
    const list = await started(node.list);
    node.shown = list.version;
    if (isApiError(list.problem, 403)) {
      const text = vscode.l10n.t('You may not list these. Click to open one by its name.');
      return [this.#message(node, text, 'locked', formatError(list.problem))];
    }
    if (list.problem) throw list.problem;
    if (list.rows.length === 0 && !list.hasMore)
      return [
        this.#message(
          node,
          this.#filter === '' ? vscode.l10n.t('None') : vscode.l10n.t('None with “{0}” in its name', this.#filter),
        ),
      ];
    const objects = list.rows.map((row) => this.#objectNode(node, row));
    return [...objects, ...this.#rest(node, list)];
  }

  #objectNode(parent: KindNode, row: ObjectNode['row']): ObjectNode {
    const node = this.#node<ObjectNode>({ type: 'object', id: `${parent.id}/${row.name}`, parent, row });
    node.row = row;
    return node;
  }

  #rest(parent: ContextNode | KindNode, list: LiveList): MoreNode[] {
    if (!list.hasMore) return [];
    const left = list.isFiltered || list.total === undefined ? undefined : list.total - list.rows.length;
    return [{ type: 'more', id: `${parent.id}/…`, parent, left }];
  }

  #rowChanged(parent: KindNode, name: string | undefined): void {
    const row = name === undefined ? undefined : parent.list?.row(name);
    if (name === undefined) this.#changed(parent);
    if (row) this.#changed(this.#objectNode(parent, row));
  }

  #changed(node: Node): void {
    this.#pending.add(node);
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      const nodes = [...this.#pending].filter(isOutdated);
      this.#pending.clear();
      // VS Code drops the children of a changed node, and does not ask again for those it is just receiving.
      const now = nodes.filter((one) => !lineage(one).some(({ id }) => this.#reading.includes(id)));
      for (const later of nodes) if (!now.includes(later)) this.#changed(later);
      if (now.length > 0) this.#changes.fire(now);
    }, BATCH_MS);
  }

  #count(group: GroupNode): void {
    const { connection, namespace } = group.parent;
    const counted = (node: KindNode, count: number) => {
      if (node.count === count) return;
      node.count = count;
      this.#changed(node);
    };
    void countKinds(connection.client, this.#kinds(group), namespace, this.#counting.signal, counted);
  }

  #followWhatIsShown(): void {
    for (const node of this.#nodes.values()) {
      const list = listOf(node);
      if (!list) continue;
      if (this.#isShown(node)) list.start();
      else list.stop();
    }
  }

  #isShown(node: Node): boolean {
    return this.#visible && lineage(node).every(({ id }) => this.#expanded.has(id));
  }

  #node<T extends Node>(fresh: T): T {
    const known = this.#nodes.get(fresh.id);
    if (known?.type === fresh.type) return known as T;
    this.#nodes.set(fresh.id, fresh);
    return fresh;
  }

  #known(nodes: ContextNode[]): ContextNode[] {
    return nodes.map((node) => this.#node(node));
  }

  #message(
    parent: Node | undefined,
    text: string,
    tone: MessageNode['tone'] = 'plain',
    detail: string = text,
  ): MessageNode {
    return { type: 'message', id: `${parent?.id ?? ''}/message`, parent, text, detail, tone };
  }

  #problem(parent: Node | undefined, error: unknown): MessageNode {
    const detail = formatError(error);
    this.#log.warn(`${parent?.id ?? '/'}: ${detail}`);
    // The view is narrow, and the tree shows which cluster it is.
    if (error instanceof UntrustedKubeconfigError) {
      const text = error.refused ? vscode.l10n.t('Kubeconfig not allowed') : vscode.l10n.t('Waiting for your answer');
      return this.#message(parent, text, 'question', detail);
    }
    const text = error instanceof UnreachableError ? vscode.l10n.t('Not reached: {0}', error.reason) : detail;
    return this.#message(parent, text, 'error', detail);
  }

  #forget(): void {
    this.#counting.abort();
    this.#counting = new AbortController();
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#pending.clear();
    for (const node of this.#nodes.values()) dropList(node);
    this.#nodes = new Map();
  }
}

async function started(list: LiveList): Promise<LiveList> {
  list.start();
  await list.ready;
  return list;
}

function listOf(node: Node): LiveList | undefined {
  return node.type === 'kind' ? node.list : node.type === 'context' ? node.namespaces : undefined;
}

function dropList(node: Node): void {
  listOf(node)?.stop();
  if (node.type === 'kind') delete node.list;
  if (node.type === 'context') delete node.namespaces;
}

/** The node and its ancestors, innermost first. */
function lineage(node: Node): Node[] {
  return node.parent ? [node, ...lineage(node.parent)] : [node];
}

/** Is there anything new to show? Refreshing a kind refreshes all of its objects. */
function isOutdated(node: Node): boolean {
  return node.type !== 'kind' || node.shown !== node.list?.version || node.shownCount !== countText(node);
}
