import type * as vscode from 'vscode';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import type { Cluster, Connection } from '../../kubernetes/client/cluster.ts';
import type { ContextLoginListener } from '../../kubernetes/client/credentials.ts';
import { type Rules, rulesOf, TOOLSETS } from '../../kubernetes/rules.ts';
import { Connectivity } from './connectivity.ts';
import type { Target, Targets } from './targets.ts';

/** The clusters the editor itself reads: one per target and context. What changes nothing for them leaves them open. */
export class Clusters implements vscode.Disposable {
  readonly #targets: Targets;
  readonly #log: vscode.LogOutputChannel;
  readonly #onLogin: ContextLoginListener;
  readonly #clusters = new Map<string, { way: string; cluster: Promise<Cluster> }>();
  readonly #subscription: vscode.Disposable;

  /** Which of them answer. */
  readonly connectivity = new Connectivity();

  /** @param onLogin called when a request waits for a login. */
  constructor(targets: Targets, log: vscode.LogOutputChannel, onLogin: ContextLoginListener) {
    this.#targets = targets;
    this.#log = log;
    this.#onLogin = onLogin;
    this.#subscription = targets.onDidChange(() => void this.#closeUnwanted());
  }

  /**
   * The connection of a target, in its own context unless another is named. Sends no request.
   * @throws UserError when the kubeconfig cannot be used.
   */
  async connect(target: Target, context = target.settings.context): Promise<Connection> {
    const key = keyOf(target, context);
    const open = this.#clusters.get(key) ?? { way: wayOf(target), cluster: this.#create(target, context) };
    this.#clusters.set(key, open);
    const connection = await (await open.cluster).connect();
    this.connectivity.watch(connection);
    return connection;
  }

  /** Has a cluster been connected, for the target's own context unless another is named? */
  isOpen(target: Target, context = target.settings.context): boolean {
    return this.#clusters.has(keyOf(target, context));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.connectivity.dispose();
    this.#close(() => true);
  }

  async #create({ kubeconfig, settings, permit }: Target, context: string | undefined): Promise<Cluster> {
    // Loaded on first use, to keep activation fast.
    const [{ Cluster }, { Policy }] = await Promise.all([
      import('../../kubernetes/client/cluster.ts'),
      import('../../kubernetes/policy.ts'),
    ]);
    const policy = new Policy(userRules(settings));
    return new Cluster({
      ...{ kubeconfig: kubeconfig.paths, permit, context, namespace: settings.namespace },
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

  async #closeUnwanted(): Promise<void> {
    const current = this.#targets.current();
    const wanted = new Set((await current.catch(() => [])).map(wayOf));
    // A later change has its own turn.
    if (current === this.#targets.current()) this.#close((way) => !wanted.has(way));
  }

  #close(isUnwanted: (way: string) => boolean): void {
    for (const [key, { way, cluster }] of this.#clusters) {
      if (!isUnwanted(way)) continue;
      this.#clusters.delete(key);
      cluster.then(
        (open) => open.close(),
        () => undefined,
      );
    }
  }
}

/** All of a target that its connections depend on; also what the user agreed to, which is asked only at the start. */
function wayOf({ kubeconfig, settings, places, vouched }: Target): string {
  return JSON.stringify([kubeconfig.paths, settings.namespace, userRules(settings), places, vouched]);
}

function keyOf(target: Target, context: string | undefined): string {
  return JSON.stringify([wayOf(target), context]);
}

/** The rules for the user, who is limited by none of the agents' switches, contexts, kinds and toolsets. */
function userRules(settings: Target['settings']): Rules {
  const { switches, namespaces, protectedContexts } = rulesOf(settings);
  return {
    switches: Object.fromEntries(Object.keys(switches).map((name) => [name, true])),
    ...{ namespaces, protectedContexts },
    ...{ contexts: [], deniedKinds: [], readOnlyKinds: [], toolsets: TOOLSETS },
  };
}
