import { RefusedError } from '../../kubernetes/apimachinery/errors.ts';
import { Cluster, type Connection } from '../../kubernetes/client/cluster.ts';
import {
  findContext,
  type Kubeconfig,
  type KubeconfigPermit,
  kubeconfigFingerprint,
  kubeconfigPaths,
  loadKubeconfig,
  type NamedEntry,
  NotAgreedError,
  serverOf,
} from '../../kubernetes/client/kubeconfig.ts';
import type { Policy } from '../../kubernetes/policy.ts';
import { RecentKinds } from './recent-kinds.ts';

/** How often the kubeconfig is looked at for contexts that came or went, in milliseconds. */
const PERIOD = 1_000;

export interface ContextsOptions {
  kubeconfig: readonly string[];
  /** Decides whether what the files say may be used. */
  permit: KubeconfigPermit | undefined;
  context: string | undefined;
  namespace: string | undefined;
  policy: Policy;
  /** Who the requests are made as, from whom the kubeconfig names; that one itself unless given. */
  login?: (user: NamedEntry) => NamedEntry;
  /** Told when a changed kubeconfig cannot be used and the last good one stays in use. */
  onKubeconfigProblem: (error: unknown) => void;
}

/** A context as `list_contexts` shows it: no credential, only where it leads. */
export interface ContextSummary {
  name: string;
  cluster: string;
  server: string;
  namespace: string;
  isDefault: boolean;
  allowed: boolean;
  protected: boolean;
}

/**
 * The clusters that one identity may use, each connected on first use and none touched before. Whatever is remembered of a
 * cluster hangs on these connections, so that no other identity sees it.
 */
export class Contexts {
  readonly recentKinds = new RecentKinds();
  readonly #options: ContextsOptions;
  readonly #paths: string[];
  readonly #clusters = new Map<string | undefined, Cluster>();
  readonly #listeners = new Set<() => void>();
  #watching: NodeJS.Timeout | undefined;

  constructor(options: ContextsOptions) {
    this.#options = options;
    this.#paths = kubeconfigPaths(options.kubeconfig);
  }

  /**
   * The connection to a context, or to the one that the server was started for.
   * @throws UserError when the context is not allowed or the kubeconfig cannot be used.
   */
  async connect(context?: string): Promise<Connection> {
    if (context === undefined || context === this.#options.context)
      return this.#cluster(this.#options.context).connect();
    const kubeconfig = await this.#load();
    const own = this.#own(kubeconfig);
    if (context === own) return this.#cluster(this.#options.context).connect();
    if (!this.#options.policy.allowsContext(context, own)) {
      const allowed = this.#allowed(kubeconfig).join(', ');
      throw new RefusedError(`Context "${context}" is not allowed here. Allowed: ${allowed || 'none'}.`);
    }
    return this.#cluster(context).connect();
  }

  /** Every context of the kubeconfig. @throws UserError when it cannot be read. */
  async list(): Promise<ContextSummary[]> {
    const kubeconfig = await this.#load();
    const own = this.#own(kubeconfig);
    return kubeconfig.contexts.map(({ name }) => {
      const { policy } = this.#options;
      const access = {
        isDefault: name === own,
        allowed: policy.allowsContext(name, own),
        protected: policy.isProtected(name),
      };
      try {
        const entry = findContext(kubeconfig, name);
        const { cluster, namespace } = entry;
        return { name, cluster: cluster.name, server: serverOf(entry), namespace, ...access };
      } catch {
        return { name, cluster: 'not defined', server: '', namespace: '', ...access };
      }
    });
  }

  /** The names of the contexts that may be used; empty when the kubeconfig cannot be read. */
  async allowed(): Promise<string[]> {
    return this.#load().then(
      (kubeconfig) => this.#allowed(kubeconfig),
      () => [],
    );
  }

  /** The contexts that a call can choose from; none where it has no choice, and then no kubeconfig is read. */
  async choices(): Promise<string[]> {
    const allowed = this.#options.policy.mayOfferContexts ? await this.allowed() : [];
    return allowed.length > 1 ? allowed : [];
  }

  /** Calls `listener` when the contexts that may be used have changed, until the function that it gives is called. Keeps nothing alive. */
  watch(listener: () => void): () => void {
    if (!this.#options.policy.mayOfferContexts) return () => undefined;
    this.#listeners.add(listener);
    this.#watching ??= this.#watch();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#watching);
      this.#watching = undefined;
    };
  }

  /** Ends all connections, once the requests on them have ended. */
  close(): void {
    for (const cluster of this.#clusters.values()) cluster.close();
    this.#clusters.clear();
  }

  #load(): Promise<Kubeconfig> {
    return loadKubeconfig(this.#paths, this.#options.permit);
  }

  #watch(): NodeJS.Timeout {
    let fingerprint: string | undefined;
    let names: string | undefined;
    const look = async () => {
      const latest = await kubeconfigFingerprint(this.#paths);
      if (latest === fingerprint) return;
      fingerprint = latest;
      const found = await this.#load().then(
        (kubeconfig) => this.#allowed(kubeconfig),
        (error: unknown) => {
          // The human may agree to it later, and then the file does not change.
          if (error instanceof NotAgreedError) fingerprint = undefined;
          return [];
        },
      );
      const allowed = JSON.stringify(found);
      if (names !== undefined && names !== allowed) for (const listener of this.#listeners) listener();
      names = allowed;
    };
    void look();
    return setInterval(look, PERIOD).unref();
  }

  #own(kubeconfig: Kubeconfig): string | undefined {
    const only = kubeconfig.contexts.length === 1 ? kubeconfig.contexts[0]?.name : undefined;
    return this.#options.context || kubeconfig.currentContext || only;
  }

  #allowed(kubeconfig: Kubeconfig): string[] {
    const own = this.#own(kubeconfig);
    return kubeconfig.contexts.map(({ name }) => name).filter((name) => this.#options.policy.allowsContext(name, own));
  }

  #cluster(context: string | undefined): Cluster {
    let cluster = this.#clusters.get(context);
    if (!cluster) {
      const { kubeconfig, permit, policy, login, onKubeconfigProblem } = this.#options;
      // A default namespace belongs to the context that the server was started for.
      const namespace = context === this.#options.context ? this.#options.namespace : undefined;
      cluster = new Cluster({
        kubeconfig,
        permit,
        context,
        namespace,
        ...(login && { login }),
        onKubeconfigProblem,
        allowedNamespaces: policy.namespaces,
        refusal: (connection, access, target) =>
          policy.requestRefusal(connection.context.name, access, target, (one) =>
            connection.discovery.isNamespaced(one),
          ),
      });
      this.#clusters.set(context, cluster);
    }
    return cluster;
  }
}
