import * as vscode from 'vscode';
import { fileDrop } from '../common/file-drop.ts';
import { COMMANDS, VIEWS } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';
import type { ManifestPlaces } from '../documents/manifest-places.ts';
import type { Clusters } from '../targets/clusters.ts';
import { knownBefore } from './known-states.ts';
import { LookupRound } from './lookup-round.ts';
import type { ManifestLenses } from './manifest-lenses.ts';
import type { KustomizationNode, ManifestFileNode, ManifestNode, ManifestObjectNode } from './manifest-nodes.ts';

/** Changes of files are batched for this many milliseconds. */
const BATCH_MS = 300;
const ALL = new vscode.Range(0, 0, Number.MAX_SAFE_INTEGER, 0);

/** The view of the workspace's manifests, and how far the cluster has them. Reads nothing while it is closed. */
export class ManifestView implements vscode.TreeDataProvider<ManifestNode>, vscode.Disposable {
  readonly #clusters: Clusters;
  readonly #places: ManifestPlaces;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<ManifestNode | undefined>();
  readonly #view: vscode.TreeView<ManifestNode>;
  readonly #subscriptions: vscode.Disposable[];
  #files: ManifestFileNode[] = [];
  #kustomizations: KustomizationNode[] = [];
  /** The kustomizations that are built, until a manifest changes, a file is saved, or the user asks. */
  readonly #built = new Set<string>();
  #building = new AbortController();
  #round = this.#newRound();
  #timer: NodeJS.Timeout | undefined;
  /** Files edited since they were read. */
  readonly #edited = new Set<ManifestFileNode>();
  #editTimer: NodeJS.Timeout | undefined;
  #watcher: vscode.FileSystemWatcher | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(clusters: Clusters, places: ManifestPlaces, lenses: ManifestLenses, log: vscode.LogOutputChannel) {
    this.#clusters = clusters;
    this.#places = places;
    this.#log = log;
    this.#view = vscode.window.createTreeView(VIEWS.manifests, {
      treeDataProvider: this,
      canSelectMany: true,
      dragAndDropController: fileDrop<ManifestNode>((files) =>
        vscode.commands.executeCommand(COMMANDS.applyManifests, files[0], files),
      ),
    });
    this.#subscriptions = [
      this.#changed,
      this.#view,
      lenses.onDidOutdate(() => {
        this.#forget();
        this.#refresh();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document: { uri } }) => this.#edit(uri)),
      // A kustomization is made of any files.
      vscode.workspace.onDidSaveTextDocument(
        ({ uri: { scheme } }) => scheme === 'file' && this.#kustomizations.length > 0 && this.#reread(),
      ),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#reread()),
      vscode.window.onDidChangeWindowState(({ focused }) => focused && this.#look()),
      this.#view.onDidChangeVisibility(() => this.#look()),
    ];
  }

  dispose(): void {
    for (const timer of [this.#timer, this.#editTimer]) clearTimeout(timer);
    this.#building.abort();
    this.#round.end();
    for (const one of this.#subscriptions) one.dispose();
  }

  /** Reads everything again, builds the kustomizations, and looks all objects up, soon. */
  rebuild(): void {
    this.#forget();
    this.#reread();
  }

  /** Reads everything again, and builds the kustomizations, soon. */
  #reread(): void {
    // What is being built may be of files as they were.
    this.#building.abort();
    this.#built.clear();
    this.#refresh();
  }

  /** Reads everything again, soon. */
  #refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#changed.fire(undefined), BATCH_MS);
  }

  async getTreeItem(node: ManifestNode): Promise<vscode.TreeItem> {
    const { manifestItem } = await import('./manifest-nodes.ts');
    return manifestItem(node);
  }

  getParent(node: ManifestNode): ManifestNode | undefined {
    return node.type === 'object' ? node.parent : undefined;
  }

  async getChildren(node?: ManifestNode): Promise<ManifestNode[]> {
    if (node) return 'objects' in node ? node.objects : [];
    this.#watch();
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
    const { manifestsOf } = await import('./manifest-files.ts');
    const found = await manifestsOf(folders);
    const files = found.files.map((uri): ManifestFileNode => {
      return { type: 'file', uri, range: ALL, objects: this.#fileOf(uri)?.objects ?? [] };
    });
    await Promise.all(files.map((file) => this.#read(file)));
    this.#files = files.filter(({ objects }) => objects.length > 0);
    this.#kustomizations = found.kustomizations.map((uri) => this.#kustomization(uri));
    this.#round.end();
    this.#round = this.#newRound();
    this.#round.add(this.#objects());
    void this.#buildAll();
    const charts = found.charts.map((uri) => ({ type: 'chart', uri }) as const);
    const notes = found.notes.map((text) => ({ type: 'note', text }) as const);
    return [...notes, ...this.#files, ...this.#kustomizations, ...charts];
  }

  /** From the first time on that the view is shown. */
  #watch(): void {
    if (this.#watcher) return;
    this.#watcher = vscode.workspace.createFileSystemWatcher('**/{*.yaml,*.yml,Kustomization}');
    const reread = () => this.#reread();
    for (const event of [this.#watcher.onDidCreate, this.#watcher.onDidChange, this.#watcher.onDidDelete])
      this.#subscriptions.push(event(reread));
    this.#subscriptions.push(this.#watcher);
  }

  #fileOf(uri: vscode.Uri): ManifestFileNode | undefined {
    const key = uri.toString();
    return this.#files.find((file) => file.uri.toString() === key);
  }

  /** Reads the file again, if it is one of the view, soon. */
  #edit(uri: vscode.Uri): void {
    const file = this.#fileOf(uri);
    if (!file) return;
    this.#edited.add(file);
    clearTimeout(this.#editTimer);
    this.#editTimer = setTimeout(() => void this.#readEdited(), BATCH_MS);
  }

  async #readEdited(): Promise<void> {
    const edited = [...this.#edited];
    this.#edited.clear();
    // Read once somebody looks.
    if (!this.#view.visible) return this.#refresh();
    await Promise.all(edited.map((file) => this.#read(file)));
    for (const file of edited) {
      this.#changed.fire(file);
      this.#round.add(file.objects);
    }
  }

  async #read(file: ManifestFileNode): Promise<void> {
    const { readObjects } = await import('./file-objects.ts');
    file.objects = await readObjects(file).catch((error: unknown) => {
      this.#log.info(`${file.uri.path}: ${formatError(error)}`);
      return [];
    });
  }

  /** As it was built before, until it is built again. */
  #kustomization(uri: vscode.Uri): KustomizationNode {
    const key = uri.toString();
    const before = this.#kustomizations.find((one) => one.uri.toString() === key);
    const node: KustomizationNode = { type: 'kustomization', uri, objects: [], failure: before?.failure };
    node.objects = (before?.objects ?? []).map((object) => ({ ...object, parent: node }));
    return node;
  }

  /** Builds the kustomizations one by one: each is a program. */
  async #buildAll(): Promise<void> {
    this.#building.abort();
    this.#building = new AbortController();
    const { signal } = this.#building;
    for (const node of this.#kustomizations) await this.#build(node, signal);
  }

  async #build(node: KustomizationNode, signal: AbortSignal): Promise<void> {
    const { uri } = node;
    if (signal.aborted || this.#built.has(uri.toString())) return;
    const { buildKustomization } = await import('./kustomization-build.ts');
    const built = await buildKustomization(uri, signal).catch((error) => ({ failure: formatError(error) }));
    if (signal.aborted) return;
    this.#built.add(uri.toString());
    const knownOf = knownBefore(node.objects);
    node.failure = 'failure' in built ? built.failure : undefined;
    node.objects = ('objects' in built ? built.objects : []).map((object) => {
      return { type: 'object', uri, range: undefined, parent: node, object, ...knownOf(object) };
    });
    this.#changed.fire(node);
    this.#round.add(node.objects);
  }

  #objects(): ManifestObjectNode[] {
    return [...this.#files, ...this.#kustomizations].flatMap(({ objects }) => objects);
  }

  /** Looks up what was not lately, while the view is shown. */
  #look(): void {
    if (this.#view.visible) this.#round.add(this.#objects());
  }

  /** What was looked up, or is being, is to be looked up again. */
  #forget(): void {
    this.#round.end();
    this.#round = this.#newRound();
    for (const node of this.#objects()) node.lookedUp = undefined;
  }

  #newRound(): LookupRound {
    return new LookupRound({
      look: async ({ uri, object }, signal) => {
        const { manifestState } = await import('./manifest-state.ts');
        return manifestState(() => this.#connect(uri), object, signal);
      },
      onChange: ({ parent }) => this.#changed.fire(parent),
    });
  }

  async #connect(uri: vscode.Uri) {
    const place = await this.#places.of(uri);
    if (!place) throw new Error(vscode.l10n.t('There is no kubeconfig.'));
    return this.#clusters.connect(place.target, place.context);
  }
}
