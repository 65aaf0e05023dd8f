import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { SECTION } from '../../settings.ts';
import { COMMANDS } from '../common/ids.ts';
import type { HttpServing } from '../servers/http-serving.ts';
import { switchWord } from '../settings/switch-text.ts';
import type { Connectivity } from '../targets/connectivity.ts';
import { contextThemeColor } from '../targets/context-colors.ts';
import { ofFolder, type Target, type Targets } from '../targets/targets.ts';
import type { ClusterStatus } from './cluster-status.ts';

/** Shows the context, the namespace and what agents may do there, in windows that involve Kubernetes. */
export class StatusBar implements vscode.Disposable {
  readonly #targets: Targets;
  readonly #serving: HttpServing;
  readonly #connectivity: Connectivity;
  readonly #log: vscode.LogOutputChannel;
  readonly #item: vscode.StatusBarItem;
  /** The color of the context. */
  readonly #color: vscode.StatusBarItem;
  readonly #subscriptions: vscode.Disposable[];
  /** The kubeconfig files, whose current context may change. */
  #watchers: vscode.Disposable[] = [];
  #round = 0;

  constructor(targets: Targets, connectivity: Connectivity, serving: HttpServing, log: vscode.LogOutputChannel) {
    this.#targets = targets;
    this.#connectivity = connectivity;
    this.#serving = serving;
    this.#log = log;
    this.#item = vscode.window.createStatusBarItem('mcpK8s.status', vscode.StatusBarAlignment.Left, 0);
    this.#item.name = 'MCP for Kubernetes';
    this.#item.command = COMMANDS.showStatus;
    this.#color = vscode.window.createStatusBarItem('mcpK8s.color', vscode.StatusBarAlignment.Left, 0.1);
    this.#color.name = vscode.l10n.t('Color of the Kubernetes Context');
    this.#color.text = '$(circle-filled)';
    this.#color.command = COMMANDS.showStatus;
    this.#subscriptions = [
      targets.onDidChange(() => this.#update()),
      targets.onFirstUse(() => this.#update()),
      connectivity.onDidChange(() => this.#update()),
      serving.onDidChange(() => this.#update()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#update()),
    ];
    this.#update();
  }

  dispose(): void {
    for (const disposable of [this.#item, this.#color, ...this.#subscriptions, ...this.#watchers]) disposable.dispose();
  }

  #update(): void {
    this.#round += 1;
    this.#refresh(this.#round).catch((error: unknown) => this.#log.warn(`The status bar is out of date: ${error}`));
  }

  #hide(): void {
    this.#item.hide();
    this.#color.hide();
  }

  async #refresh(round: number): Promise<void> {
    const targets = await this.#targets.current();
    const target = targetInView(targets);
    if (!target || !(this.#targets.used || targets.some(isConcerned))) return this.#hide();
    const { clusterStatus, statusText } = await import('./cluster-status.ts');
    const status = await clusterStatus(target);
    // A later update may have finished first.
    if (round !== this.#round) return;
    await this.#watch(target);
    const url = this.#serving.of(target)?.url;
    this.#item.command = status.agreement ? COMMANDS.answerWorkspace : COMMANDS.showStatus;
    const offline = this.#connectivity.isOffline(status.context, status.server);
    this.#item.text = `${statusText(status, offline)}${url === undefined ? '' : ' $(broadcast)'}`;
    this.#item.tooltip = tooltip(status, target, url, offline);
    this.#item.accessibilityInformation = { label: spoken(status, url, offline), role: 'button' };
    // A refusal is an answer and needs no more attention.
    const isAsked = target.withheld.some(({ refused }) => !refused);
    const colour = status.isProtected ? 'error' : status.problem || isAsked || offline ? 'warning' : undefined;
    this.#item.backgroundColor = colour && new vscode.ThemeColor(`statusBarItem.${colour}Background`);
    this.#item.show();
    this.#showColor(status, target);
  }

  // Beside the text: in the color itself it could not be read on every bar.
  #showColor({ context }: ClusterStatus, { settings }: Target): void {
    this.#color.color = contextThemeColor(context, settings);
    this.#color.tooltip = vscode.l10n.t('Context {0}', context);
    if (this.#color.color) this.#color.show();
    else this.#color.hide();
  }

  async #watch({ kubeconfig }: Target): Promise<void> {
    const { kubeconfigPaths } = await import('../../kubernetes/client/kubeconfig.ts');
    for (const watcher of this.#watchers) watcher.dispose();
    this.#watchers = kubeconfigPaths(kubeconfig.paths).map((path) => {
      const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(path)), basename(path));
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      const update = () => this.#update();
      return vscode.Disposable.from(
        watcher,
        watcher.onDidChange(update),
        watcher.onDidCreate(update),
        watcher.onDidDelete(update),
      );
    });
  }
}

/** The target of the active folder, else the first. */
export function targetInView(targets: readonly Target[]): Target | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
  return ofFolder(folder, targets) ?? targets[0];
}

/** Does the workspace involve Kubernetes? */
function isConcerned({ folder, kubeconfig, withheld }: Target): boolean {
  if (kubeconfig.source === 'workspace' || withheld.length > 0) return true;
  const section = vscode.workspace.getConfiguration(undefined, folder ?? null).inspect<object>(SECTION);
  return [section?.workspaceValue, section?.workspaceFolderValue].some(
    (values) => Object.keys(values ?? {}).length > 0,
  );
}

function permission({ isProtected, open }: ClusterStatus): string {
  if (isProtected) return vscode.l10n.t('This context is protected: nothing is written here.');
  if (open.length === 0) return vscode.l10n.t('Agents may only read.');
  return vscode.l10n.t('Agents may {0}.', new Intl.ListFormat(vscode.env.language).format(open.map(switchWord)));
}

function spoken(status: ClusterStatus, url: string | undefined, offline: boolean): string {
  const { context, namespace, problem } = status;
  if (problem !== undefined) return vscode.l10n.t('Kubernetes: {0}', problem);
  const where = vscode.l10n.t('Kubernetes context {0}, namespace {1}.', context, namespace);
  return [where, permission(status), ...formatOffline(offline), ...formatServed(url)].join(' ');
}

function formatOffline(offline: boolean): string[] {
  return offline ? [vscode.l10n.t('The cluster does not answer.')] : [];
}

function formatServed(url: string | undefined): string[] {
  return url === undefined ? [] : [vscode.l10n.t('Served over HTTP at {0}', url)];
}

function tooltip(
  status: ClusterStatus,
  { withheld }: Target,
  url: string | undefined,
  offline: boolean,
): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  const { context, namespace, server, problem } = status;
  const lines =
    problem === undefined
      ? [
          vscode.l10n.t('Context: {0}', context),
          vscode.l10n.t('Namespace: {0}', namespace),
          vscode.l10n.t('Cluster: {0}', server),
          permission(status),
        ]
      : [problem];
  lines.push(...formatOffline(offline), ...formatServed(url));
  if (withheld.length > 0 && status.agreement === undefined)
    lines.push(vscode.l10n.t('This workspace asks for more than you have agreed to.'));
  for (const line of lines) text.appendText(line).appendMarkdown('\n\n');
  return text;
}
