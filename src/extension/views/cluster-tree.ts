import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ApiResource } from '../../kubernetes/apimachinery/api-resource.ts';
import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { isApiError, UnreachableError } from '../../kubernetes/apimachinery/errors.ts';
import { jsonText } from '../../kubernetes/apimachinery/json.ts';
import { kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import { UntrustedKubeconfigError } from '../../kubernetes/client/kubeconfig.ts';
import { PROJECTS } from '../../kubernetes/client/namespaces.ts';
import { formatError } from '../common/problems.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Targets } from '../targets/targets.ts';
import { ProblemSearch } from './cluster-problems.ts';
import { contextNodes } from './contexts.ts';
import { type Counted, countKinds } from './counts.ts';
import type { KindChoices } from './kind-choices.ts';
import { kindGroups } from './kind-groups.ts';
import type { LiveList } from './live-list.ts';
import type { LiveReleases } from './live-releases.ts';
import { countText, tooltipOf, treeItem } from './node-items.ts';
import { lineage, NodeStore } from './node-store.ts';
import {
  type ContainerNode,
  type ContextNode,
  contextOf,
  type GroupNode,
  type KindNode,
  type MessageNode,
  type MoreNode,
  type Node,
  type ObjectNode,
  type ProblemNode,
  type ProblemsNode,
  type ReleaseNode,
  type ReleasesNode,
  type ScopeNode,
  scopeOf,
} from './nodes.ts';
import type { Related } from './relations.ts';
import { hasUsage, usageTexts } from './usage.ts';

const NAMESPACES: ApiResource = {
  ...kinds.namespaces,
  ...{ kind: 'Namespace', singularName: 'namespace', shortNames: ['ns'] },
  ...{ verbs: ['get', 'list', 'watch'], subresources: ['status'] },
};
/** The groups that releases stand before: what is added to the cluster, and who may use it. */
const AFTER_RELEASES = /^\/(custom|access|events|administration)(\/|$)/;
/** The context key for the welcome: is consent to the kubeconfig `waiting`, or `refused`? */
const CONSENT = 'mcpK8s.consent';
/** Changes are batched for this many milliseconds after the first. */
const BATCH_MS = 200;
/** How long kinds wait for their counts, so that empty ones do not vanish again, in milliseconds. */
const COUNT_WAIT_MS = 1_500;
const FILTER_WAIT_MS = 5_000;
/** How often CPU and memory are read, and how long a list waits for them at first, in milliseconds. */
const USAGE_INTERVAL_MS = 30_000;
const USAGE_WAIT_MS = 300;

/** What is followed while it is shown. */
type Followed = LiveList | LiveReleases;

/** The clusters as a tree. A node says why something cannot be read; nothing waits for it. */
export class ClusterTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #targets: Targets;
  readonly #clusters: Clusters;
  readonly #log: vscode.LogOutputChannel;
  readonly #changes = new vscode.EventEmitter<Node[] | undefined>();
  readonly #choices: KindChoices;
  readonly #nodes = new NodeStore();
  readonly #search: ProblemSearch;
  readonly #problems = new vscode.EventEmitter<ProblemsNode[]>();
  readonly #expanded = new Set<string>();
  /** The nodes whose children VS Code is waiting for. */
  readonly #reading: Node[] = [];
  readonly #pending = new Set<Node>();
  #gathering: NodeJS.Timeout | undefined;
  #counting = new AbortController();
  #visible = false;
  #filter = '';

  readonly onDidChangeTreeData = this.#changes.event;
  readonly onDidFindProblems = this.#problems.event;

  constructor(targets: Targets, clusters: Clusters, choices: KindChoices, log: vscode.LogOutputChannel) {
    this.#choices = choices;
    this.#search = new ProblemSearch((node) => {
      this.#changed(node);
      this.#problems.fire(this.#all('problems'));
    });
    this.#targets = targets;
    this.#clusters = clusters;
    this.#log = log;
  }

  dispose(): void {
    this.#forget();
    this.#changes.dispose();
    this.#problems.dispose();
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.type === 'kind') node.shownCount = countText(node);
    if (node.type === 'object') Object.assign(node, { shownUsage: this.#usageOf(node), isShown: true });
    return treeItem(node);
  }

  /** Written when it is shown, so that ages are those of now. */
  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    const tooltip = tooltipOf(node);
    if (tooltip !== undefined) item.tooltip = tooltip;
    return item;
  }

  getParent(node: Node): Node | undefined {
    return node.parent;
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node) {
      this.#expanded.add(node.id);
      this.#reading.push(node);
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
      if (node) this.#reading.splice(this.#reading.indexOf(node), 1);
    }
  }

  /** Only objects with this in their names; empty for all. */
  get filter(): string {
    return this.#filter;
  }

  set filter(text: string) {
    this.#filter = text;
    for (const node of this.#all('releases')) dropList(node);
    for (const node of this.#all('kind')) {
      dropList(node);
      node.matches = undefined;
    }
    for (const node of this.#all('group')) node.matches = undefined;
    this.#stopCounting();
    this.#changes.fire(undefined);
  }

  /** Shows again what is known, such as other kinds than before. */
  redraw(): void {
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

  /** Looks again at what no watch reports: counts, problems, usage, and what is below objects. */
  lookAgain(): void {
    for (const node of this.#nodes.all()) {
      if (!this.#isShown(node) || !isSignedIn(node)) continue;
      if (node.type === 'group') void this.#count(node.parent, this.#kindsIn(node));
      if (node.type === 'scope') void this.#count(node, this.#kindsIn(node));
      if (node.type === 'context')
        for (const one of this.#problemsOf(node)) if (isSignedIn(one)) void this.#search.look(one);
      if (node.type === 'kind') void this.#readUsage(node);
      if (node.type === 'object') void this.#lookBelow(node);
    }
  }

  /** Reloads a node, or everything. */
  async refresh(node?: Node): Promise<void> {
    if (!node || node.type === 'target') {
      this.#forget();
      this.#changes.fire(undefined);
      return;
    }
    for (const inner of this.#nodes.all()) {
      if (!lineage(inner).includes(node)) continue;
      dropList(inner);
      if (inner.type === 'problems') void this.#search.again(inner);
      if (inner.type === 'kind') inner.matches = undefined;
    }
    if (node.type === 'context' || node.type === 'scope') {
      const context = node.type === 'context' ? node : node.parent;
      const connection = await this.#clusters.connect(context.target, context.name).catch(() => undefined);
      await connection?.discovery.kinds(true).catch(() => undefined);
    }
    this.#changes.fire([node]);
  }

  /** A cluster stopped answering, or answers again: what could not be read of it is then read. */
  connectivityChanged(context: string): void {
    for (const node of this.#nodes.all()) {
      if (node.type !== 'context' || node.name !== context) continue;
      node.isOffline = this.#clusters.connectivity.isOffline(node.name, node.server);
      if (!node.isOffline)
        for (const inner of this.#nodes.all())
          if (lineage(inner).includes(node) && listOf(inner)?.problem !== undefined) dropList(inner);
      this.#changes.fire([node]);
    }
  }

  /** Shows more of a list. */
  showMore({ parent }: MoreNode): void {
    (parent.type === 'kind' ? parent.list : parent.namespaces)?.showMore();
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
          this.#nodes.keep({ type: 'target', id: `/${target.name ?? ''}`, parent: undefined, target }),
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
        return this.#kinds(node);
      case 'kind':
        return this.#objects(node);
      case 'object':
        return this.#below(node);
      case 'problems':
        return this.#problemList(node);
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
        onChange: (name) => {
          if (name !== undefined) node.shown = undefined;
          this.#changed(node);
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
      return this.#nodes.keep<ScopeNode>({ type: 'scope', id, parent: node, namespace, ...current }, current);
    };
    const problems = this.#nodes.keep<ProblemsNode>(
      { type: 'problems', id: `${node.id}/problems`, parent: node, connection },
      { connection },
    );
    // Where namespaces cannot be listed, problems can be looked for in one.
    if (!list.problem || isApiError(list.problem, 403)) void this.#search.look(problems);
    if (isApiError(list.problem, 403)) {
      const names = new Set([connection.namespace, ...node.target.settings.allowedNamespaces]);
      const text = vscode.l10n.t('You may not list namespaces: these are known from the kubeconfig and the settings.');
      return [problems, scope(undefined), ...[...names].map((name) => scope(name)), this.#message(node, text)];
    }
    if (list.problem) throw list.problem;
    return [problems, scope(undefined), ...list.rows.map((row) => scope(row.name, row)), ...this.#rest(node, list)];
  }

  async #groups(node: ScopeNode): Promise<Node[]> {
    const { resources, missing } = await node.connection.discovery.kinds();
    const { favorites, hidden } = this.#choices;
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
      if (only && (group === 'nodes' || group === 'events')) return this.#kindNode(node, id, only);
      return this.#nodes.keep<GroupNode>({ type: 'group', id, parent: node, group, kinds }, { kinds });
    });
    const shown: Node[] = await this.#notEmpty(node, nodes);
    const at = shown.findIndex(({ id }) => AFTER_RELEASES.test(id.slice(node.id.length)));
    // Releases stand where their objects' kinds end, before what is added to the cluster.
    const ordered = shown.toSpliced(at < 0 ? shown.length : at, 0, ...this.#releasesOf(node));
    const texts = [
      ...(missing.length > 0
        ? [vscode.l10n.t('The cluster does not answer for these kinds now: {0}', missing.join(', '))]
        : []),
      ...(shown.length === 0 ? [this.#noneText()] : []),
    ];
    return [...ordered, ...texts.map((text) => this.#message(node, text))];
  }

  /** Kinds that have objects or, with a filter, groups and kinds that have fitting ones. */
  async #notEmpty(node: ScopeNode, nodes: (GroupNode | KindNode)[]): Promise<(GroupNode | KindNode)[]> {
    const kindsOf = (one: GroupNode | KindNode) => (one.type === 'kind' ? [one] : this.#kindNodes(one));
    const flat = nodes.filter((one) => one.type === 'kind');
    await this.#counted(node, this.#filter === '' ? flat : nodes.flatMap(kindsOf));
    if (this.#filter === '') return nodes.filter((one) => one.type === 'group' || !this.#isEmpty(one));
    return nodes.filter((one) => {
      const kinds = kindsOf(one);
      if (one.type === 'group') one.matches = kinds.reduce((sum, { matches = 0 }) => sum + matches, 0);
      return kinds.some((kind) => !this.#isEmpty(kind));
    });
  }

  #releasesOf(parent: ScopeNode): ReleasesNode[] {
    const { settings } = parent.parent.target;
    if (parent.namespace === undefined || !settings.toolsets.includes('helm')) return [];
    return [this.#nodes.keep<ReleasesNode>({ type: 'releases', id: `${parent.id}/helm`, parent })];
  }

  async #releases(node: ReleasesNode): Promise<Node[]> {
    const { connection, namespace = '' } = node.parent;
    const { LiveReleases } = await import('./live-releases.ts');
    node.list ??= new LiveReleases({
      ...{ client: connection.client, namespace, filter: this.#filter },
      onChange: (name) => this.#releaseChanged(node, name),
    });
    const list = await started(node.list);
    node.shown = list.version;
    if (list.problem) throw list.problem;
    if (list.releases.length === 0) return [this.#message(node, vscode.l10n.t('None'))];
    return list.releases.map((latest) => this.#releaseNode(node, latest));
  }

  #releaseNode(parent: ReleasesNode, latest: ReleaseNode['latest']): ReleaseNode {
    return this.#nodes.keep<ReleaseNode>(
      { type: 'release', id: `${parent.id}/${latest.name}`, parent, latest },
      { latest },
    );
  }

  #releaseChanged(parent: ReleasesNode, name: string | undefined): void {
    const latest = name === undefined ? undefined : parent.list?.latest(name);
    if (name === undefined) this.#changed(parent);
    if (latest) this.#changed(this.#releaseNode(parent, latest));
  }

  async #kinds(node: GroupNode): Promise<Node[]> {
    const kinds = this.#kindNodes(node);
    await this.#counted(node.parent, kinds);
    const shown = kinds.filter((one) => !this.#isEmpty(one));
    return shown.length > 0 ? shown : [this.#message(node, this.#noneText())];
  }

  #kindNodes(node: GroupNode): KindNode[] {
    return node.kinds.map((resource) => this.#kindNode(node, node.id, resource));
  }

  #kindNode(parent: GroupNode | ScopeNode, prefix: string, resource: ApiResource): KindNode {
    const isFavorite = this.#choices.favorites.includes(resourceNameOf(resource));
    const id = `${prefix}/${resourceNameOf(resource)}`;
    return this.#nodes.keep<KindNode>(
      { type: 'kind', id, parent, resource, count: undefined, isFavorite },
      { resource, isFavorite },
    );
  }

  #isEmpty({ count, matches, list }: KindNode): boolean {
    return this.#filter === '' ? count === 0 && !list : matches === 0;
  }

  #noneText(): string {
    return this.#filter === '' ? vscode.l10n.t('None') : vscode.l10n.t('None with “{0}” in its name', this.#filter);
  }

  async #objects(node: KindNode): Promise<Node[]> {
    const { connection, namespace } = scopeOf(node);
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
    if (list.rows.length === 0 && !list.hasMore) return [this.#message(node, this.#noneText())];
    await Promise.race([this.#readUsage(node), delay(USAGE_WAIT_MS, undefined, { ref: false })]);
    const objects = list.rows.map((row) => this.#objectNode(node, row));
    return [...objects, ...this.#rest(node, list)];
  }

  #objectNode(parent: KindNode, row: ObjectNode['row']): ObjectNode {
    const { resource } = parent;
    const { namespace } = scopeOf(parent);
    const id = `${parent.id}/${row.name}`;
    return this.#nodes.keep<ObjectNode>({ type: 'object', id, parent, resource, namespace, row }, { row });
  }

  /** What is below an object; a change that is noticed later refreshes it. */
  async #below(node: ObjectNode): Promise<Node[]> {
    const found = await this.#relatedTo(node);
    node.below = jsonText(found);
    if (found.length === 0) return [this.#message(node, vscode.l10n.t('None'))];
    return found.map((one) => {
      if (one.type === 'address') return this.#message(node, one.text);
      if (one.type === 'container') {
        const { name, isInit, health, summary, image } = one;
        const current = { isInit, health, summary, image };
        const id = `${node.id}/container/${name}`;
        return this.#nodes.keep<ContainerNode>({ type: 'container', id, parent: node, name, ...current }, current);
      }
      const { resource, namespace, row, role } = one;
      const id = `${node.id}/${resourceNameOf(resource)}/${namespace ?? ''}/${row.name}`;
      return this.#nodes.keep<ObjectNode>(
        { type: 'object', id, parent: node, resource, namespace, row, role },
        { row, role },
      );
    });
  }

  async #relatedTo(node: ObjectNode): Promise<Related[]> {
    const { resource, namespace, row } = node;
    const { target, name } = contextOf(node);
    const connection = await this.#clusters.connect(target, name);
    const { relatedTo } = await import('./relations.ts');
    return relatedTo(connection, { resource, namespace, name: row.name }, connection.closed);
  }

  async #lookBelow(node: ObjectNode): Promise<void> {
    const { below } = node;
    if (below === undefined || this.#reading.includes(node)) return;
    const now = await this.#relatedTo(node).catch(() => undefined);
    if (now && jsonText(now) !== below && node.below === below) this.#changed(node);
  }

  async #problemList(node: ProblemsNode): Promise<Node[]> {
    await this.#search.look(node);
    if (node.failure !== undefined) throw node.failure;
    const { found } = node;
    if (!found) return [this.#message(node, vscode.l10n.t('Looking…'))];
    const { resources } = await node.connection.discovery.kinds();
    const problems = found.findings.map((finding, index): ProblemNode => {
      const subject = finding.about;
      const resource = subject && resources.find((one) => resourceNameOf(one) === resourceNameOf(subject.kind));
      const about = resource && { resource, namespace: subject.namespace, name: subject.name };
      return { type: 'problem', id: `${node.id}/${index}`, parent: node, finding, about };
    });
    const notes = [
      ...(problems.length === 0 && found.limits.length === 0 ? [vscode.l10n.t('Nothing wrong found.')] : []),
      ...found.scope,
      ...found.limits,
    ];
    return [...problems, ...notes.map((text) => this.#message(node, text))];
  }

  /** Reads what a kind's objects use, and shows what has changed. */
  async #readUsage(node: KindNode): Promise<void> {
    const { resource, list, usageDue = 0 } = node;
    if (!hasUsage(resource, list?.total) || Date.now() < usageDue) return;
    node.usageDue = Date.now() + USAGE_INTERVAL_MS;
    const { connection, namespace } = scopeOf(node);
    const usage = await usageTexts(connection, resource, namespace, connection.closed).catch(() => undefined);
    if (!usage) return;
    node.usage = usage;
    for (const one of this.#all('object'))
      if (one.parent === node && one.isShown && one.shownUsage !== this.#usageOf(one)) this.#changed(one);
  }

  #usageOf({ parent, row }: ObjectNode): string | undefined {
    return parent.type === 'kind' ? parent.usage?.get(row.name) : undefined;
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
      // VS Code drops the children of a changed node, and does not ask again for those it is just receiving; what the
      // user has just opened in it would close again.
      const isRead = (one: Node) =>
        this.#reading.some((read) => lineage(one).includes(read) || lineage(read).includes(one));
      const now = nodes.filter((one) => !isRead(one));
      for (const later of nodes) if (!now.includes(later)) this.#changed(later);
      if (now.length > 0) this.#changes.fire(now);
    }, BATCH_MS);
  }

  /** Counts kinds that are about to be shown, and waits for that for a moment. */
  async #counted(scope: ScopeNode, nodes: readonly KindNode[]): Promise<void> {
    const wait = this.#filter === '' ? COUNT_WAIT_MS : FILTER_WAIT_MS;
    const shown = { yet: false };
    await Promise.race([this.#count(scope, nodes, shown), delay(wait, undefined, { ref: false })]);
    shown.yet = true;
  }

  async #count(
    { connection, namespace }: ScopeNode,
    nodes: readonly KindNode[],
    shown: Readonly<{ yet: boolean }> = { yet: true },
  ): Promise<void> {
    const counted = (node: KindNode, { count, matches }: Counted) => {
      const wasEmpty = this.#isEmpty(node);
      if (node.count === count && node.matches === matches) return;
      Object.assign(node, { count, matches });
      // What is not shown yet is shown with its count: a change now would redraw it under the user's pointer.
      if (shown.yet) this.#changed(this.#isEmpty(node) === wasEmpty ? node : node.parent);
    };
    await countKinds(connection.client, nodes, namespace, this.#filter, this.#counting.signal, counted);
  }

  #stopCounting(): void {
    this.#counting.abort();
    this.#counting = new AbortController();
  }

  #all<T extends Node['type']>(type: T): Extract<Node, { type: T }>[] {
    return [...this.#nodes.all()].filter((node): node is Extract<Node, { type: T }> => node.type === type);
  }

  #kindsIn(parent: GroupNode | ScopeNode): KindNode[] {
    return this.#all('kind').filter((node) => node.parent === parent);
  }

  #problemsOf(context: ContextNode): ProblemsNode[] {
    return this.#all('problems').filter((node) => node.parent === context);
  }

  #followWhatIsShown(): void {
    for (const node of this.#nodes.all()) {
      const list = listOf(node);
      if (!list) continue;
      if (this.#isShown(node)) list.start();
      else list.stop();
    }
  }

  #isShown(node: Node): boolean {
    return this.#visible && lineage(node).every(({ id }) => this.#expanded.has(id));
  }

  #known(nodes: ContextNode[]): ContextNode[] {
    return nodes.map((node) => this.#nodes.keep(node));
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
    this.#stopCounting();
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#pending.clear();
    for (const node of this.#nodes.all()) dropList(node);
    this.#nodes.clear();
    this.#problems.fire([]);
  }
}

/** Would looking again ask nobody to sign in? */
function isSignedIn(node: Node): boolean {
  return lineage(node).every((one) => !('connection' in one) || one.connection.client.isSignedIn);
}

async function started<T extends Followed>(list: T): Promise<T> {
  list.start();
  await list.ready;
  return list;
}

function listOf(node: Node): Followed | undefined {
  if (node.type === 'context') return node.namespaces;
  return node.type === 'kind' || node.type === 'releases' ? node.list : undefined;
}

function dropList(node: Node): void {
  listOf(node)?.stop();
  if (node.type === 'kind' || node.type === 'releases') delete node.list;
  if (node.type === 'context') delete node.namespaces;
}

/** Is there anything new to show? Refreshing a kind refreshes all of its objects. */
function isOutdated(node: Node): boolean {
  if (node.type === 'context' || node.type === 'releases') return node.shown !== listOf(node)?.version;
  return node.type !== 'kind' || node.shown !== node.list?.version || node.shownCount !== countText(node);
}
