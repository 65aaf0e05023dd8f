import * as vscode from 'vscode';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { fileDrop } from '../common/file-drop.ts';
import { COMMANDS, VIEWS } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { BuiltKustomization } from './kustomization-build.ts';
import type { ManifestLenses } from './manifest-lenses.ts';
import type { KustomizationNode, ManifestFileNode, ManifestNode, ManifestObjectNode } from './manifest-nodes.ts';
import type { ManifestState } from './manifest-state.ts';
import { objectKey } from './object-key.ts';

/** How long the cluster may take to tell the state of an object, in milliseconds. */
const TIMEOUT_MS = 8_000;
/** How many objects are looked up at a time. */
const WIDTH = 6;
/** Changes of files are batched for this many milliseconds. */
const BATCH_MS = 300;
const ALL = new vscode.Range(0, 0, Number.MAX_SAFE_INTEGER, 0);

/** The view of the workspace's manifests, and how far the cluster has them. Reads nothing while it is closed. */
export class ManifestView implements vscode.TreeDataProvider<ManifestNode>, vscode.Disposable {
  readonly #clusters: Clusters;
  readonly #lenses: ManifestLenses;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<ManifestNode | undefined>();
  readonly #view: vscode.TreeView<ManifestNode>;
  readonly #subscriptions: vscode.Disposable[];
  #files: ManifestFileNode[] = [];
  #kustomizations: KustomizationNode[] = [];
  /** What kustomizations made, until a manifest changes, a file is saved, or the user asks. */
  readonly #built = new Map<string, Pick<BuiltKustomization, 'objects'> | { failure: string }>();
  #looking = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #watcher: vscode.FileSystemWatcher | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(clusters: Clusters, lenses: ManifestLenses, log: vscode.LogOutputChannel) {
    this.#clusters = clusters;
    this.#lenses = lenses;
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
      lenses.onDidChangeCodeLenses(() => this.refresh()),
      vscode.workspace.onDidChangeTextDocument(({ document: { uri } }) => {
        const key = uri.toString();
        if (this.#files.some((file) => file.uri.toString() === key)) this.refresh();
      }),
      // A kustomization is made of any files.
      vscode.workspace.onDidSaveTextDocument(
        ({ uri: { scheme } }) => scheme === 'file' && this.#kustomizations.length > 0 && this.rebuild(),
      ),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.rebuild()),
    ];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#looking.abort();
    for (const one of this.#subscriptions) one.dispose();
  }

  /** Reads everything again, and builds the kustomizations, soon. */
  rebuild(): void {
    // What is being built may be of files as they were.
    this.#looking.abort();
    this.#built.clear();
    this.refresh();
  }

  /** Reads everything again, soon. */
  refresh(): void {
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
    const files = await Promise.all(found.files.map((uri) => this.#read(uri)));
    this.#files = files.flatMap((file) => (file && file.objects.length > 0 ? [file] : []));
    this.#kustomizations = found.kustomizations.map((uri) => this.#kustomization(uri));
    void this.#look();
    const charts = found.charts.map((uri) => ({ type: 'chart', uri }) as const);
    return [...this.#files, ...this.#kustomizations, ...charts];
  }

  /** From the first time on that the view is shown. */
  #watch(): void {
    if (this.#watcher) return;
    this.#watcher = vscode.workspace.createFileSystemWatcher('**/{*.yaml,*.yml,Kustomization}');
    const refresh = () => this.rebuild();
    for (const event of [this.#watcher.onDidCreate, this.#watcher.onDidChange, this.#watcher.onDidDelete])
      this.#subscriptions.push(event(refresh));
    this.#subscriptions.push(this.#watcher);
  }

  /** The objects of a file; those known before keep their state until it is looked up again. */
  async #read(uri: vscode.Uri): Promise<ManifestFileNode | undefined> {
    try {
      const { documentSpan, manifestObjects } = await import('./manifest-objects.ts');
      const text = await textOf(uri);
      const key = uri.toString();
      const stateOf = knownStates(this.#files.find((file) => file.uri.toString() === key)?.objects);
      const file: ManifestFileNode = { type: 'file', uri, range: ALL, objects: [] };
      const lines = lineStarts(text);
      const objects = (await manifestObjects(text)).map(({ object, spanOf }): ManifestObjectNode => {
        const { start, end } = documentSpan(text, spanOf([]).start);
        const range = new vscode.Range(positionAt(lines, start), positionAt(lines, end));
        return { type: 'object', uri, range, parent: file, object, state: stateOf(object) };
      });
      return Object.assign(file, { objects });
    } catch (error) {
      this.#log.info(`${uri.path}: ${formatError(error)}`);
      return undefined;
    }
  }

  /** As it was built before, until it is built again. */
  #kustomization(uri: vscode.Uri): KustomizationNode {
    const key = uri.toString();
    const before = this.#kustomizations.find((one) => one.uri.toString() === key);
    const node: KustomizationNode = { type: 'kustomization', uri, objects: [], failure: before?.failure };
    node.objects = (before?.objects ?? []).map((object) => ({ ...object, parent: node }));
    return node;
  }

  /** Looks all objects up, and builds the kustomizations one by one: each is a program. */
  async #look(): Promise<void> {
    this.#looking.abort();
    this.#looking = new AbortController();
    const { signal } = this.#looking;
    const build = async (nodes: readonly KustomizationNode[]) => {
      for (const node of nodes) {
        await this.#build(node, signal);
        await this.#lookUp(node.objects, signal);
      }
    };
    const own = this.#files.flatMap(({ objects }) => objects);
    await Promise.all([this.#lookUp(own, signal), build(this.#kustomizations)]);
  }

  async #build(node: KustomizationNode, signal: AbortSignal): Promise<void> {
    const { uri } = node;
    const key = uri.toString();
    let built = this.#built.get(key);
    if (!built && !signal.aborted) {
      const { buildKustomization } = await import('./kustomization-build.ts');
      built = await buildKustomization(uri, signal).catch((error) => ({ failure: formatError(error) }));
    }
    if (!built || signal.aborted) return;
    this.#built.set(key, built);
    const objects = 'objects' in built ? built.objects : [];
    const stateOf = knownStates(node.objects);
    node.failure = 'failure' in built ? built.failure : undefined;
    node.objects = objects.map((object) => {
      return { type: 'object', uri, range: undefined, parent: node, object, state: stateOf(object) };
    });
    this.#changed.fire(node);
  }

  /** Looks objects up, some at a time. */
  async #lookUp(objects: readonly ManifestObjectNode[], signal: AbortSignal): Promise<void> {
    const { manifestState } = await import('./manifest-state.ts');
    const left = [...objects];
    const work = async () => {
      for (let node = left.shift(); node && !signal.aborted; node = left.shift()) {
        const { uri, object } = node;
        const state = await manifestState(
          () => this.#connect(uri),
          object,
          AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        );
        if (signal.aborted) return;
        const isNew = JSON.stringify(node.state) !== JSON.stringify(state);
        node.state = state;
        if (isNew) this.#changed.fire(node.parent);
      }
    };
    await Promise.all(Array.from({ length: WIDTH }, work));
  }

  async #connect(uri: vscode.Uri) {
    const target = await this.#lenses.targetOf(uri);
    if (!target) throw new Error(vscode.l10n.t('There is no kubeconfig.'));
    return this.#clusters.connect(target);
  }
}

/** The states that objects had, by the object. */
function knownStates(before: readonly ManifestObjectNode[] = []) {
  const states = new Map(before.map(({ object, state }) => [objectKey(object), state]));
  return (object: KubernetesObject): ManifestState | undefined => {
    const key = objectKey(object);
    return key === undefined ? undefined : states.get(key);
  };
}

/** The text of a file, as it is edited now. */
async function textOf(uri: vscode.Uri): Promise<string> {
  const key = uri.toString();
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === key);
  return open?.getText() ?? Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

function positionAt(starts: readonly number[], offset: number): vscode.Position {
  const line = starts.findLastIndex((start) => start <= offset);
  return new vscode.Position(line, offset - (starts[line] ?? 0));
}
