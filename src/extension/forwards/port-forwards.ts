import * as vscode from 'vscode';
import { shortContext } from '../common/context-name.ts';
import { VIEWS } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';
import { type ForwardedTo, PortForward } from './port-forward.ts';

const SOME = 'mcpK8s.hasPortForwards';

/** The forwarded ports and the view that lists them. All close with the window. */
export class PortForwards implements vscode.TreeDataProvider<PortForward>, vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #view: vscode.Disposable;
  #all: PortForward[] = [];

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#view = vscode.window.createTreeView(VIEWS.portForwards, { treeDataProvider: this });
  }

  dispose(): void {
    for (const forward of this.#all) forward.stop();
    this.#view.dispose();
    this.#changed.dispose();
  }

  get all(): readonly PortForward[] {
    return this.#all;
  }

  /** Starts forwarding a port; 0 takes a free one. @throws what listening on it throws. */
  async start(to: ForwardedTo, localPort: number): Promise<PortForward> {
    const forward = new PortForward(to, (problem) => {
      if (problem !== undefined) this.#log.warn(`${to.what}, port ${to.port}: ${formatError(problem)}`);
      this.#changed.fire();
    });
    await forward.listen(localPort);
    this.#update([...this.#all, forward]);
    return forward;
  }

  stop(forward: PortForward): void {
    forward.stop();
    this.#update(this.#all.filter((other) => other !== forward));
  }

  getChildren(forward?: PortForward): PortForward[] {
    return forward ? [] : this.#all;
  }

  getTreeItem({ localPort, connections, problem, to }: PortForward): vscode.TreeItem {
    const isFailed = problem !== undefined && connections === 0;
    const item = new vscode.TreeItem(`localhost:${localPort}`);
    item.description = [
      `${to.what}:${to.port}`,
      shortContext(to.context),
      ...(isFailed ? [vscode.l10n.t('failed')] : []),
      ...(connections === 1 ? [vscode.l10n.t('1 connection')] : []),
      ...(connections > 1 ? [vscode.l10n.t('{0} connections', connections)] : []),
    ].join(' · ');
    item.tooltip = vscode.l10n.t(
      'localhost:{0} leads to port {1} of {2} in context {3}.',
      localPort,
      to.port,
      to.what,
      to.context,
    );
    item.contextValue = 'forward';
    item.iconPath = new vscode.ThemeIcon('plug');
    if (isFailed) {
      item.tooltip = `${item.tooltip}\n${formatError(problem)}`;
      item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    }
    return item;
  }

  #update(all: PortForward[]): void {
    this.#all = all;
    void vscode.commands.executeCommand('setContext', SOME, all.length > 0);
    this.#changed.fire();
  }
}
