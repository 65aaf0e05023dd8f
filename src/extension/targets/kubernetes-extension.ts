import { delimiter } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';

const EXTENSION = 'ms-kubernetes-tools.vscode-kubernetes-tools';

/** The part of that extension's public API used here. */
interface ConfigurationApi {
  getKubeconfigPath(): { pathType: string; hostPath?: string };
  onDidChangeKubeconfigPath: vscode.Event<unknown>;
}

interface ApiBroker {
  get(component: 'configuration', version: 'v1_1'): { available: boolean; api?: ConfigurationApi };
}

/** Does a workspace setting choose that extension's kubeconfig? */
export function isSetByWorkspace(folder: vscode.WorkspaceFolder | undefined): boolean {
  const section = vscode.workspace.getConfiguration(undefined, folder ?? null).inspect<object>('vs-kubernetes');
  return section?.workspaceValue !== undefined || section?.workspaceFolderValue !== undefined;
}

/** Asks the Kubernetes extension, if installed, which kubeconfig it uses. */
export class KubernetesExtension implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #log: vscode.LogOutputChannel;
  #subscription: vscode.Disposable | undefined;
  #api: Promise<ConfigurationApi | undefined> | undefined;
  readonly #installed: vscode.Disposable;

  readonly onDidChange = this.#changed.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#installed = vscode.extensions.onDidChange(() => {
      if ((this.#subscription !== undefined) === (vscode.extensions.getExtension(EXTENSION) !== undefined)) return;
      this.#subscription?.dispose();
      this.#subscription = undefined;
      this.#api = undefined;
      this.#changed.fire();
    });
  }

  /** The files it uses now; empty when it is not installed, does not start, or uses one inside WSL. */
  async kubeconfig(): Promise<readonly string[]> {
    this.#api ??= this.#connect();
    try {
      const path = (await this.#api)?.getKubeconfigPath();
      return path?.pathType === 'host' ? (path.hostPath ?? '').split(delimiter).filter((part) => part !== '') : [];
    } catch (error) {
      this.#log.warn(`The Kubernetes extension does not say which kubeconfig it uses: ${messageOf(error)}`);
      return [];
    }
  }

  dispose(): void {
    this.#installed.dispose();
    this.#subscription?.dispose();
    this.#changed.dispose();
  }

  async #connect(): Promise<ConfigurationApi | undefined> {
    const extension = vscode.extensions.getExtension<ApiBroker>(EXTENSION);
    if (!extension) return undefined;
    const answer = (await extension.activate()).get('configuration', 'v1_1');
    if (!answer.available || !answer.api) return undefined;
    this.#subscription = answer.api.onDidChangeKubeconfigPath(() => this.#changed.fire());
    return answer.api;
  }
}
