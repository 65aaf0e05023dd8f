import type * as vscode from 'vscode';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import type { Cluster, Connection } from '../../kubernetes/client/cluster.ts';
import type { ContextLoginListener } from '../../kubernetes/client/credentials.ts';
import { type Rules, rulesOf } from '../../kubernetes/rules.ts';
import { Connectivity } from './connectivity.ts';
import type { Target, Targets } from './targets.ts';

/** The clusters the editor itself reads: one per kubeconfig, context and namespace. */
export class Clusters implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #onLogin: ContextLoginListener;
  readonly #clusters = new Map<string, Promise<Cluster>>();
  readonly #subscription: vscode.Disposable;

  /** Which of them answer. */
  readonly connectivity = new Connectivity();

  /** @param onLogin called when a request waits for a login. */
  constructor(targets: Targets, log: vscode.LogOutputChannel, onLogin: ContextLoginListener) {
    this.#log = log;
    this.#onLogin = onLogin;
    this.#subscription = targets.onDidChange(() => this.#closeAll());
  }

  /**
   * The connection of a target, in its own context unless another is named. Sends no request.
   * @throws UserError when the kubeconfig cannot be used.
   */
  async connect(target: Target, context = target.settings.context): Promise<Connection> {
    const { options, rules, key } = keyOf(target, context);
    let cluster = this.#clusters.get(key);
    if (!cluster) {
      cluster = this.#create({ ...options, permit: target.permit }, rules);
      this.#clusters.set(key, cluster);
    }
    const connection = await (await cluster).connect();
    this.connectivity.watch(connection);
    return connection;
  }

  /** Has a cluster been connected for the target's own context? */
  isOpen(target: Target): boolean {
    return this.#clusters.has(keyOf(target, target.settings.context).key);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.connectivity.dispose();
    this.#closeAll();
  }

  async #create(
    options: Pick<ConstructorParameters<typeof Cluster>[0], 'kubeconfig' | 'permit' | 'context' | 'namespace'>,
    rules: Rules,
  ): Promise<Cluster> {
    // Loaded on first use, to keep activation fast.
    const [{ Cluster }, { Policy }] = await Promise.all([
      import('../../kubernetes/client/cluster.ts'),
      import('../../kubernetes/policy.ts'),
    ]);
    const policy = new Policy(userRules(rules));
    return new Cluster({
      ...options,
      // The cluster decides what a user may do; the user, which contexts nothing is written to.
      rules: {
        namespaces: [],
        requestRefusal: (context, request, kinds) =>
          request.access === 'read' ? undefined : policy.requestRefusal(context, request, kinds),
      },
      onLogin: this.#onLogin,
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

function keyOf({ kubeconfig, settings }: Target, context: string | undefined) {
  const options = { kubeconfig: kubeconfig.paths, context, namespace: settings.namespace };
  const rules = rulesOf(settings);
  return { options, rules, key: JSON.stringify([options, rules]) };
}

/** The rules for the user: all the agents' switches on, and no kinds denied. */
function userRules(rules: Rules): Rules {
  const switches = Object.fromEntries(Object.keys(rules.switches).map((name) => [name, true]));
  return { ...rules, switches, writeContexts: [], deniedKinds: [], readOnlyKinds: [] };
}
