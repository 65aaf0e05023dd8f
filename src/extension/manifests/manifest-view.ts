import * as vscode from 'vscode';
import { fileDrop } from '../common/file-drop.ts';
import { COMMANDS, VIEWS } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { ManifestLenses } from './manifest-lenses.ts';
import type { ManifestFileNode, ManifestNode, ManifestObjectNode } from './manifest-nodes.ts';

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
    ];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#looking.abort();
    for (const one of this.#subscriptions) one.dispose();
  }

  /** Reads everything again, soon. */
  refresh(): void {
    if (!this.#view.visible) return;
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
    if (node) return node.type === 'file' ? node.objects : [];
    this.#watch();
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
    const { chartsBelow, yamlFiles } = await import('./manifest-files.ts');
    const [uris, charts] = await Promise.all([yamlFiles(folders), Promise.all(folders.map(chartsBelow))]);
    const files = await Promise.all(uris.map((uri) => this.#read(uri)));
    this.#files = files.flatMap((file) => (file && file.objects.length > 0 ? [file] : []));
    void this.#look(this.#files);
    return [...this.#files, ...charts.flat().map((uri) => ({ type: 'chart', uri }) as const)];
  }

  /** From the first time on that the view is shown. */
  #watch(): void {
    if (this.#watcher) return;
    this.#watcher = vscode.workspace.createFileSystemWatcher('**/*.{yaml,yml}');
    const refresh = () => this.refresh();
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
      const before = this.#files.find((file) => file.uri.toString() === key)?.objects ?? [];
      const file: ManifestFileNode = { type: 'file', uri, range: ALL, objects: [] };
      const lines = lineStarts(text);
      const objects = (await manifestObjects(text)).map(({ object, spanOf }, index): ManifestObjectNode => {
        const { start, end } = documentSpan(text, spanOf([]).start);
        const range = new vscode.Range(positionAt(lines, start), positionAt(lines, end));
        return { type: 'object', uri, range, parent: file, object, state: before[index]?.state };
      });
      return Object.assign(file, { objects });
    } catch (error) {
      this.#log.info(`${uri.path}: ${formatError(error)}`);
      return undefined;
    }
  }

  /** Looks the objects up, file by file. */
  async #look(files: readonly ManifestFileNode[]): Promise<void> {
    this.#looking.abort();
    this.#looking = new AbortController();
    const { signal } = this.#looking;
    const { manifestState } = await import('./manifest-state.ts');
    const left = files.flatMap(({ objects }) => objects);
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
