import type * as vscode from 'vscode';
import type { Cluster, Connection } from '../kubernetes/cluster.ts';
import { messageOf } from '../kubernetes/errors.ts';
import type { Target, Targets } from './targets.ts';

/** The clusters that the editor itself looks at: one for each kubeconfig, context and namespace. It only ever reads. */
export class Clusters implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #clusters = new Map<string, Promise<Cluster>>();
  readonly #subscription: vscode.Disposable;

  constructor(targets: Targets, log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#subscription = targets.onDidChange(() => this.#closeAll());
  }

  /**
   * The connection of a target, to another than its own context if one is named. Sends no request.
   * @throws UserError when the kubeconfig cannot be used.
   */
  async connect(target: Target, context = target.settings.context): Promise<Connection> {
    const options = { kubeconfig: target.kubeconfig.paths, context, namespace: target.settings.namespace };
    const key = JSON.stringify(options);
    let cluster = this.#clusters.get(key);
    if (!cluster) {
      cluster = this.#create(options);
      this.#clusters.set(key, cluster);
    }
    return (await cluster).connect();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#closeAll();
  }

  async #create(options: Pick<ConstructorParameters<typeof Cluster>[0], 'kubeconfig' | 'context' | 'namespace'>) {
    // Loaded on first use, because activation has to cost nothing.
    const { Cluster } = await import('../kubernetes/cluster.ts');
    return new Cluster({
      ...options,
      refusal: (_, access) => (access === 'read' ? undefined : 'The editor only reads.'),
      onKubeconfigProblem: (error) =>
        this.#log.warn(`The kubeconfig as it was before stays in use: ${messageOf(error)}`),
    });
  }

  #closeAll(): void {
    for (const cluster of this.#clusters.values()) {
      cluster.then(
        (open) => open.close(),
        () => undefined,
      );
    }
    this.#clusters.clear();
  }
}
