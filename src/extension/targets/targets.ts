import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { KubeconfigPermit } from '../../kubernetes/client/kubeconfig.ts';
import type { Agreement, KubeconfigInQuestion } from '../../protocol.ts';
import { SECTION } from '../common/ids.ts';
import { distinctNames, serverArguments } from '../settings/server-definition.ts';
import type { Settings } from '../settings/setting-values.ts';
import { readSettings, switchesOfWorkspace } from '../settings/settings.ts';
import { type Brought, broughtKubeconfig, broughtSwitch, isInside, kubeconfigKey, type Withheld } from './brought.ts';
import type { Consents } from './consents.ts';
import { type FoundKubeconfig, findKubeconfig, WORKSPACE_FILES } from './kubeconfig-order.ts';
import type { KubernetesExtension } from './kubernetes-extension.ts';
import { notAgreed } from './not-agreed.ts';

/** What a part of the workspace points to: one server, one set of settings, one kubeconfig. */
export interface Target {
  /** A word for the folder; absent where all folders are alike and share one target. */
  name: string | undefined;
  folder: vscode.WorkspaceFolder | undefined;
  settings: Settings;
  kubeconfig: FoundKubeconfig;
  /** Decides whether what its files say may be used; absent where they are the human's own. */
  permit: KubeconfigPermit | undefined;
  /** What the workspace brings along and the human has not agreed to: it does not count. */
  withheld: readonly Withheld[];
}

/** Knows the targets of this window: one, or one a folder where settings or kubeconfigs differ. */
export class Targets implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #firstUse = new vscode.EventEmitter<void>();
  readonly #kubernetesExtension: KubernetesExtension;
  readonly #consents: Consents;
  readonly #subscriptions: vscode.Disposable[];
  #watchers: vscode.Disposable[] = [];
  /** Follow the kubeconfigs that the human was, or is to be, asked about. */
  readonly #guards = new Map<string, { watcher: vscode.Disposable; key: string | undefined }>();
  #used = false;
  #found: Promise<Target[]> | undefined;

  /** Somebody is about to use one, for the first time in this window. */
  readonly onFirstUse = this.#firstUse.event;
  /** Settings, folders, trust, or the kubeconfig that is found have changed. */
  readonly onDidChange = this.#changed.event;

  constructor(kubernetesExtension: KubernetesExtension, consents: Consents) {
    this.#kubernetesExtension = kubernetesExtension;
    this.#consents = consents;
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
      consents.onDidChange(() => this.#invalidate()),
    ];
  }

  /**
   * For whoever is about to use one: the human is asked about what the workspace brings along, once, and this waits for
   * the answer. Never empty: a window without a folder has one target too.
   */
  async all(): Promise<Target[]> {
    if (!this.#used) {
      this.#used = true;
      this.#firstUse.fire();
    }
    const targets = await this.current();
    await this.#consents.ask(targets.flatMap(({ withheld }) => withheld));
    return this.current();
  }

  /** The targets as things stand, without a question. */
  current(): Promise<Target[]> {
    this.#found ??= this.#find();
    return this.#found;
  }

  /** Has anybody used one in this window? */
  get used(): boolean {
    return this.#used;
  }

  /** The target of that name; without a name the first one. */
  async named(name: string | undefined): Promise<Target | undefined> {
    const targets = await this.all();
    return name === undefined ? targets[0] : targets.find((target) => target.name === name);
  }

  /** Has the human agreed to what a kubeconfig says now? Who knows it only from the file has to ask here with each reading. */
  async agreement({ path, fingerprint }: KubeconfigInQuestion): Promise<Agreement> {
    if (!(await isInside(path, workspacePaths()))) return 'agreed';
    const key = kubeconfigKey(path, fingerprint);
    const answer = this.#consents.answerTo({ key });
    if (answer === true) return 'agreed';
    const targets = await this.current();
    // The file has changed since it was looked at, and the watcher is late.
    if (!targets.some(({ withheld }) => withheld.some((one) => one.key === key))) this.#invalidate();
    return answer === false ? 'refused' : 'waiting';
  }

  dispose(): void {
    const guards = [...this.#guards.values()].map(({ watcher }) => watcher);
    const own = [...this.#subscriptions, ...this.#watchers, ...guards, this.#changed, this.#firstUse];
    for (const disposable of own) disposable.dispose();
  }

  #invalidate(): void {
    this.#found = undefined;
    this.#changed.fire();
    // A switch that was just turned on is to work without another use.
    if (this.#used) void this.all();
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
    if (kinds.size > 1) return targets;
    const withheld = targets.flatMap((target) => target.withheld);
    return targets.slice(0, 1).map((target) => ({ ...target, name: undefined, withheld }));
  }

  async #targetOf(folder: vscode.WorkspaceFolder | undefined, name: string | undefined): Promise<Target> {
    const brought: Brought[] = switchesOfWorkspace(folder).map(({ setting, place }) => broughtSwitch(setting, place));
    const settings = readSettings(folder);
    for (const one of brought) if ('setting' in one && !this.#consents.allows(one)) settings[one.setting] = false;
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
    brought.push(...(await this.#broughtKubeconfigs(kubeconfig.paths)));
    const withheld = brought
      .filter((one) => !this.#consents.allows(one))
      .map((one) => ({ ...one, refused: this.#consents.answerTo(one) === false }));
    const permit = kubeconfig.source === 'default' ? undefined : this.#permit;
    return { name, folder, settings, kubeconfig, permit, withheld };
  }

  readonly #permit: KubeconfigPermit = async (path, content) => {
    const { riskOf } = await import('../../kubernetes/client/kubeconfig-risk.ts');
    const risk = riskOf(content);
    if (!risk) return;
    const agreement = await this.agreement({ path, fingerprint: risk.fingerprint });
    if (agreement !== 'agreed') throw notAgreed(path, agreement === 'refused');
  };

  async #broughtKubeconfigs(paths: readonly string[]): Promise<Brought[]> {
    const folders = workspacePaths();
    const inside = await Promise.all(paths.map(async (path) => ((await isInside(path, folders)) ? [path] : [])));
    const brought = await Promise.all(
      inside.flat().map(async (path) => {
        const found = await broughtKubeconfig(path);
        this.#guard(path, found?.key);
        return found ? [found] : [];
      }),
    );
    return brought.flat();
  }

  // What the human agreed to is the file as it was: a later one that runs or reaches something else needs a new answer.
  #guard(path: string, key: string | undefined): void {
    const known = this.#guards.get(path);
    if (known) {
      // The watcher stays: a new one would miss what happens before it watches.
      known.key = key;
      return;
    }
    const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(path)), basename(path));
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const guard = { watcher, key };
    const check = async () => {
      if ((await broughtKubeconfig(path))?.key !== guard.key) this.#invalidate();
    };
    watcher.onDidChange(check);
    watcher.onDidCreate(check);
    this.#guards.set(path, guard);
  }
}

function workspacePaths(): string[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
}
