import * as vscode from 'vscode';
import type { KubeconfigPermit } from '../../kubernetes/client/kubeconfig.ts';
import { isInside } from '../../kubernetes/client/places.ts';
import type { Agreement, KubeconfigInQuestion } from '../../protocol.ts';
import { isWriteSwitch, SECTION, type SettingName } from '../../settings.ts';
import { serverArguments } from '../settings/server-definition.ts';
import type { EffectiveSettings } from '../settings/setting-values.ts';
import { type FoundSettings, findSettings } from '../settings/settings.ts';
import { effectiveSettings, widens } from '../settings/workspace-rules.ts';
import type { Consents } from './consents.ts';
import { FileGuards } from './file-guards.ts';
import { FolderNames } from './folder-names.ts';
import { type FoundKubeconfig, findKubeconfig, WORKSPACE_FILES } from './kubeconfig-order.ts';
import type { KubernetesExtension } from './kubernetes-extension.ts';
import {
  contextIn,
  isSwitch,
  kubeconfigKey,
  type Provided,
  type ProvidedKubeconfig,
  type ProvidedSetting,
  providedKubeconfig,
  providedSetting,
  type Withheld,
} from './provided-by-workspace.ts';
import { untrustedKubeconfig } from './untrusted-kubeconfig.ts';
import { folderIdentity, workspaceIdentity } from './workspace-identity.ts';
import { isNamedByWorkspace, isOwnFile, workspacePaths } from './workspace-places.ts';

/** What a part of the workspace connects to: one server, one set of settings, one kubeconfig. */
export interface Target {
  /** A word for the folder; absent if all folders share one target. */
  name: string | undefined;
  folder: vscode.WorkspaceFolder | undefined;
  settings: EffectiveSettings;
  kubeconfig: FoundKubeconfig;
  /** Files and folders of the workspace. */
  places: readonly string[];
  /** Decides whether the content of files may be used; absent in a window without a workspace. */
  permit: KubeconfigPermit | undefined;
  /** Fingerprints of the workspace's kubeconfigs that the user has agreed to. */
  vouched: readonly string[];
  /** What the workspace provides without the user's consent; it has no effect. */
  withheld: readonly Withheld[];
}

/** The targets of this window: one, or one per folder if settings or kubeconfigs differ. */
export class Targets implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #firstUse = new vscode.EventEmitter<void>();
  readonly #kubernetesExtension: KubernetesExtension;
  readonly #consents: Consents;
  readonly #names: FolderNames;
  readonly #subscriptions: vscode.Disposable[];
  #watchers: vscode.Disposable[] = [];
  readonly #guards = new FileGuards(() => this.#invalidate());
  /** Questions of servers that matched no target: each triggers one new search. */
  readonly #lookedFor = new Set<string>();
  #used = false;
  #found: Promise<Target[]> | undefined;

  /** The first use of a target in this window. */
  readonly onFirstUse = this.#firstUse.event;
  /** Settings, folders, trust or the kubeconfig found have changed. */
  readonly onDidChange = this.#changed.event;

  constructor(kubernetesExtension: KubernetesExtension, consents: Consents, memento: vscode.Memento) {
    this.#kubernetesExtension = kubernetesExtension;
    this.#consents = consents;
    this.#names = new FolderNames(memento);
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
   * The targets, for use: asks the user once about what the workspace provides, and waits for the answer. Never empty:
   * a window without a folder has one target too.
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

  /** The current targets, without asking the user. */
  current(): Promise<Target[]> {
    this.#found ??= this.#find();
    return this.#found;
  }

  /** Was a target used in this window? */
  get used(): boolean {
    return this.#used;
  }

  /** The target that the folder of that name has now, for use; without a name, the first one. */
  async named(name: string | undefined): Promise<Target | undefined> {
    const targets = await this.all();
    if (name === undefined) return targets[0];
    const folder = vscode.workspace.workspaceFolders?.find((one) => this.#names.isOf(name, one));
    return folder && ofFolder(folder, targets);
  }

  /** The target of a file's folder, for use, or the only one; undefined for any other file. */
  async ofFile(uri: vscode.Uri): Promise<Target | undefined> {
    return ofFolder(vscode.workspace.getWorkspaceFolder(uri), await this.all());
  }

  /** Has the user agreed to a kubeconfig's current content? A server that reads the file must ask on every read. */
  async agreement({ path, fingerprint, isStrange }: KubeconfigInQuestion): Promise<Agreement> {
    const targets = await this.current();
    const places = targets.flatMap((target) => target.places);
    // A server started before the settings changed still has its old ones.
    if (!isStrange && !(await isInside(path, places))) return 'agreed';
    const identities = await Promise.all(workspacePaths().map(workspaceIdentity));
    const keys = identities.map((identity) => kubeconfigKey(identity, path, fingerprint));
    const answers = keys.map((key) => this.#consents.answerTo({ key }));
    if (answers.includes(true)) return 'agreed';
    // The file has changed since, and the watcher is late.
    const asked = JSON.stringify(keys);
    const isKnown = targets.some(({ withheld }) => withheld.some(({ key }) => keys.includes(key)));
    if (!isKnown && !this.#lookedFor.has(asked)) {
      this.#lookedFor.add(asked);
      this.#invalidate();
    }
    return answers.includes(false) ? 'refused' : 'waiting';
  }

  dispose(): void {
    const own = [...this.#subscriptions, ...this.#watchers, this.#guards, this.#changed, this.#firstUse];
    for (const disposable of own) disposable.dispose();
  }

  #invalidate(): void {
    this.#found = undefined;
    this.#changed.fire();
    // A switch that was just turned on should work without another use.
    if (this.#used) void this.all();
  }

  // Only whether files exist matters here: those who read them watch their content.
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
    const names = this.#names.of(folders);
    const targets = await Promise.all(folders.map((folder, index) => this.#targetOf(folder, names[index])));
    const kinds = new Set(
      targets.map(({ settings, kubeconfig, places }) =>
        JSON.stringify(serverArguments({ settings, kubeconfig: kubeconfig.paths, places })),
      ),
    );
    if (kinds.size > 1) return targets;
    const withheld = targets.flatMap((target) => target.withheld);
    return targets.slice(0, 1).map((target) => ({ ...target, name: undefined, withheld }));
  }

  async #targetOf(folder: vscode.WorkspaceFolder | undefined, name: string | undefined): Promise<Target> {
    const found = findSettings(folder);
    const kubeconfig = await findKubeconfig({
      setting: found.asked.kubeconfig,
      folder: folder?.uri.fsPath,
      trusted: vscode.workspace.isTrusted,
      isFile: isOwnFile,
      kubernetesExtension: () => this.#kubernetesExtension.kubeconfig(),
    });
    const isNamed = isNamedByWorkspace(kubeconfig.source, found, folder);
    const places = [...workspacePaths(), ...(isNamed ? kubeconfig.paths : [])];
    const identity = await folderIdentity(folder);
    const { kubeconfigPaths } = await import('../../kubernetes/client/kubeconfig.ts');
    // The user's own kubeconfig may be in the open folder, too.
    const kubeconfigs = await this.#providedKubeconfigs(kubeconfigPaths(kubeconfig.paths), places, identity);
    const settings = await this.#providedSettings(found, { kubeconfig, places, identity, isNamed });
    const isTrusted = (one: Provided) => this.#consents.allows(one);
    const effective = effectiveSettings(found.user, found.asked, [...found.provided.keys()], this.#isTrusted(settings));
    // If there was no context, the switch applies to none.
    const writeContexts = settings.filter((one) => isSwitch(one) && isTrusted(one)).map(({ context = '' }) => context);
    const provided: Provided[] = [...settings, ...kubeconfigs];
    return {
      name,
      folder,
      settings: { ...effective, writeContexts: [...new Set(writeContexts)] },
      kubeconfig,
      places,
      permit: this.#permitOf(places),
      vouched: kubeconfigs.filter(isTrusted).map(({ risk }) => risk.fingerprint),
      withheld: provided
        .filter((one) => !isTrusted(one))
        .map((one) => ({ ...one, refused: this.#consents.answerTo(one) === false })),
    };
  }

  #permitOf(places: readonly string[]): KubeconfigPermit | undefined {
    if (places.length === 0) return undefined;
    const loaded = import('../../kubernetes/client/kubeconfig-permit.ts').then(
      ({ StrangerPermit }) =>
        new StrangerPermit({
          places,
          agreement: (question) => this.agreement(question),
          refusal: (path, agreement) => untrustedKubeconfig(path, agreement === 'refused'),
        }),
    );
    return {
      isStrange: async (path) => (await loaded).isStrange(path),
      admit: async (...read) => (await loaded).admit(...read),
    };
  }

  async #providedKubeconfigs(
    paths: readonly string[],
    places: readonly string[],
    identity: string,
  ): Promise<ProvidedKubeconfig[]> {
    const inside = await Promise.all(paths.map(async (path) => ((await isInside(path, places)) ? [path] : [])));
    const provided = await Promise.all(
      inside.flat().map(async (path) => {
        this.#guards.add(path);
        const found = await providedKubeconfig(path, places, identity);
        for (const pins of found?.risk.pins.values() ?? []) for (const pin of pins) this.#guards.add(pin.path);
        return found ? [found] : [];
      }),
    );
    return provided.flat();
  }

  /** The settings with which the workspace allows more than the user does. */
  async #providedSettings(found: FoundSettings, around: Surroundings): Promise<ProvidedSetting[]> {
    const { user, asked, provided } = found;
    const { kubeconfig, places, identity, isNamed } = around;
    // Consent to a kubeconfig covers every context in it.
    const isOwnContext = isNamed || kubeconfig.source === 'workspace';
    const wider = [...provided].filter(
      ([name]) => widens(name, user, asked) && !(isOwnContext && (name === 'context' || name === 'namespace')),
    );
    const settings = wider
      .filter(([name]) => !isWriteSwitch(name))
      .map(([name, place]) => providedSetting(name, asked[name], { place, identity }));
    const switches = wider.filter(([name]) => isWriteSwitch(name));
    if (switches.length === 0) return settings;
    await this.#guardAll(kubeconfig.paths);
    const counted = effectiveSettings(user, asked, [...provided.keys()], this.#isTrusted(settings));
    const context = await contextIn(kubeconfig.paths, counted.context, (path) => isInside(path, places));
    return [
      ...settings,
      ...switches.map(([name, place]) => providedSetting(name, asked[name], { place, identity, context })),
    ];
  }

  #isTrusted(settings: readonly ProvidedSetting[]): (name: SettingName) => boolean {
    return (name) => settings.filter(({ setting }) => setting === name).every((one) => this.#consents.allows(one));
  }

  // Another current context means writing to another cluster.
  async #guardAll(paths: readonly string[]): Promise<void> {
    const { kubeconfigPaths } = await import('../../kubernetes/client/kubeconfig.ts');
    for (const path of kubeconfigPaths(paths)) this.#guards.add(path);
  }
}

/** The target of a folder: its own or, where folders do not differ, the only one. */
export function ofFolder(folder: vscode.WorkspaceFolder | undefined, targets: readonly Target[]): Target | undefined {
  const key = folder?.uri.toString();
  return targets.length > 1 ? targets.find((target) => target.folder?.uri.toString() === key) : targets[0];
}

interface Surroundings {
  kubeconfig: FoundKubeconfig;
  places: readonly string[];
  identity: string;
  isNamed: boolean;
}
