import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { SECTION } from './ids.ts';
import { type FoundKubeconfig, findKubeconfig, WORKSPACE_FILES } from './kubeconfig-order.ts';
import type { KubernetesExtension } from './kubernetes-extension.ts';
import { distinctNames, serverArguments } from './server-definition.ts';
import type { Settings } from './setting-values.ts';
import { readSettings } from './settings.ts';

/** What a part of the workspace points to: one server, one set of settings, one kubeconfig. */
export interface Target {
  /** A word for the folder; absent where all folders are alike and share one target. */
  name: string | undefined;
  folder: vscode.WorkspaceFolder | undefined;
  settings: Settings;
  kubeconfig: FoundKubeconfig;
}

/** Knows the targets of this window: one, or one a folder where settings or kubeconfigs differ. */
export class Targets implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #kubernetesExtension: KubernetesExtension;
  readonly #subscriptions: vscode.Disposable[];
  #watchers: vscode.Disposable[] = [];
  #found: Promise<Target[]> | undefined;

  /** Settings, folders, trust, or the kubeconfig that is found have changed. */
  readonly onDidChange = this.#changed.event;

  constructor(kubernetesExtension: KubernetesExtension) {
    this.#kubernetesExtension = kubernetesExtension;
    this.#watch();
    this.#subscriptions = [
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SECTION)) this.#invalidate();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.#watch();
        this.#invalidate();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#invalidate()),
      kubernetesExtension.onDidChange(() => this.#invalidate()),
    ];
  }

  /** Never empty: a window without a folder has one target too. */
  all(): Promise<Target[]> {
    this.#found ??= this.#find();
    return this.#found;
  }

  /** The target of that name; without a name the first one. */
  async named(name: string | undefined): Promise<Target | undefined> {
    const targets = await this.all();
    return name === undefined ? targets[0] : targets.find((target) => target.name === name);
  }

  dispose(): void {
    for (const disposable of [...this.#subscriptions, ...this.#watchers, this.#changed]) disposable.dispose();
  }

  #invalidate(): void {
    this.#found = undefined;
    this.#changed.fire();
  }

  // Only which files exist matters here: what they say is followed by whoever reads them.
  #watch(): void {
    for (const watcher of this.#watchers) watcher.dispose();
    this.#watchers = (vscode.workspace.workspaceFolders ?? []).map((folder) => {
      const pattern = new vscode.RelativePattern(folder, `{${WORKSPACE_FILES.join(',')}}`);
      const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
      watcher.onDidCreate(() => this.#invalidate());
      watcher.onDidDelete(() => this.#invalidate());
      return watcher;
    });
  }

  async #find(): Promise<Target[]> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    if (folders.length === 0) return [await this.#targetOf(undefined, undefined)];
    const names = distinctNames(folders.map(({ name }) => name));
    const targets = await Promise.all(folders.map((folder, index) => this.#targetOf(folder, names[index])));
    const kinds = new Set(
      targets.map(({ settings, kubeconfig }) =>
        JSON.stringify(serverArguments({ settings, kubeconfig: kubeconfig.paths })),
      ),
    );
    return kinds.size === 1 ? targets.slice(0, 1).map((target) => ({ ...target, name: undefined })) : targets;
  }

  async #targetOf(folder: vscode.WorkspaceFolder | undefined, name: string | undefined): Promise<Target> {
    const settings = readSettings(folder);
    const kubeconfig = await findKubeconfig({
      setting: settings.kubeconfig,
      folder: folder?.uri.fsPath,
      trusted: vscode.workspace.isTrusted,
      isFile: (path) =>
        stat(path).then(
          (found) => found.isFile(),
          () => false,
        ),
      kubernetesExtension: () => this.#kubernetesExtension.kubeconfig(),
    });
    return { name, folder, settings, kubeconfig };
  }
}
