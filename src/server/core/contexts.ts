import { pathOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { isApiError, messageOf, RefusedError } from '../../kubernetes/apimachinery/errors.ts';
import { kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import { Cluster, type Connection } from '../../kubernetes/client/cluster.ts';
import type { ContextLoginListener } from '../../kubernetes/client/credentials.ts';
import {
  type ContextEntry,
  describeShadowed,
  findContext,
  type Kubeconfig,
  type NamedEntry,
  serverOf,
  UntrustedKubeconfigError,
} from '../../kubernetes/client/kubeconfig.ts';
import { KubeconfigReader, type KubeconfigReaderOptions } from '../../kubernetes/client/kubeconfig-reader.ts';
import { assertUsable } from '../../kubernetes/client/kubeconfig-use.ts';
import type { Policy } from '../../kubernetes/policy.ts';
import type { Rules } from '../../kubernetes/rules.ts';
import { allowText, settingPlace } from '../../settings.ts';
import { Call } from './call.ts';
import type { OwnContext } from './own-context.ts';
import { RecentKinds } from './recent-kinds.ts';

/** How often the kubeconfig is checked for added or removed contexts, in milliseconds. */
const CHECK_INTERVAL_MS = 1_000;

/** Rules that callers share are warned of once. */
const warnedRules = new WeakSet<Rules>();

export interface ContextsOptions extends KubeconfigReaderOptions {
  /** One for the whole process: all callers share it. */
  own: OwnContext;
  namespace: string | undefined;
  policy: Policy;
  /** Maps the kubeconfig's user to the one that requests are made as; the kubeconfig's own user by default. */
  userInfo?: (user: NamedEntry) => NamedEntry;
  onKubeconfigProblem: (error: unknown) => void;
  /** Called when a request waits for a login. */
  onLogin?: ContextLoginListener;
  /** Receives warnings for whoever runs the server. */
  warn: (message: string) => void;
}

/** A context as `list_contexts` shows it: where it leads, without credentials. */
export interface ContextSummary {
  name: string;
  cluster: string;
  server: string;
  namespace: string;
  isDefault: boolean;
  allowed: boolean;
  protected: boolean;
  /** Surprises: why it cannot be used, and what other files define under the same names. */
  notes: string[];
}

/**
 * The clusters that one identity may use, each connected on first use. Caches belong to these connections, so no other
 * identity sees them.
 */
export class Contexts {
  readonly recentKinds = new RecentKinds();
  readonly #options: ContextsOptions;
  readonly #kubeconfig: KubeconfigReader;
  readonly #clusters = new Map<string | undefined, Cluster>();
  readonly #warned = new WeakSet<Connection>();
  readonly #listeners = new Set<() => void>();
  #watching: NodeJS.Timeout | undefined;
  /** The rules whose contexts are known to exist. */
  #checkedRules: Rules | undefined;

  constructor(options: ContextsOptions) {
    this.#options = options;
    this.#kubeconfig = new KubeconfigReader(options);
  }

  /**
   * The connection to a context, or to the server's own.
   * @throws UserError when the context is not allowed, the kubeconfig is unusable, or a policy rule matches no kind.
   */
  async connect(context?: string): Promise<Connection> {
    const { own, policy } = this.#options;
    let chosen = context === own.name ? undefined : context;
    if (chosen !== undefined) {
      const kubeconfig = await this.#kubeconfig.read();
      if (chosen === own.in(kubeconfig)) chosen = undefined;
      else if (!policy.allowsContext(chosen, own.name)) {
        const allowed = this.#allowed(kubeconfig).join(', ');
        throw new RefusedError(
          `Context "${chosen}" is not allowed here. Allowed: ${allowed || 'none'}. ${allowText(settingPlace('allowedContexts'))}`,
        );
      }
    }
    // A context that the rules name may be misspelt in rules that changed since the kubeconfig was read.
    if (policy.differsByCluster && this.#checkedRules !== policy.rules) {
      const { rules } = policy;
      this.#assertContexts(await this.#kubeconfig.read());
      this.#checkedRules = rules;
      await this.#warnOfStrayPatterns(rules);
    }
    const connection = await this.#cluster(chosen).connect();
    await this.#assertRules(connection);
    const { namespaces } = this.policyFor(connection);
    if (namespaces.length > 0 && !this.#warned.has(connection)) {
      this.#warned.add(connection);
      void this.#warnOfMissingNamespaces(connection, namespaces);
    }
    return connection;
  }

  /** What is allowed in the cluster of a connection, as of now. */
  policyFor({ context }: Pick<Connection, 'context'>): Policy {
    return this.#options.policy.in({ name: context.name, server: serverOf(context) });
  }

  /** What is allowed, in each context that a call may name if it differs. */
  async policies(): Promise<Policy[]> {
    const { policy } = this.#options;
    if (!policy.differsByCluster) return [policy];
    const contexts = await this.list().catch(() => []);
    const policies = contexts.filter(({ allowed }) => allowed).map((context) => policy.in(context));
    return policies.length > 0 ? policies : [policy];
  }

  /** Is it the context that the server was started for? */
  isOwn(context: string): boolean {
    return context === this.#options.own.name;
  }

  /** The contexts that a text names: one, several with commas, or `*` for all that are allowed. */
  async among(text: string): Promise<string[]> {
    const kubeconfig = await this.#kubeconfig.read();
    if (kubeconfig.contexts.some(({ name }) => name === text)) return [text];
    const names = text.split(',').map((name) => name.trim());
    return [...new Set(names.flatMap((name) => (name === '*' ? this.#allowed(kubeconfig) : name)))];
  }

  /** Explains a change of the kubeconfig's current context that was not followed; undefined without one. */
  get change(): string | undefined {
    return this.#options.own.change;
  }

  /** Every context of the kubeconfig. @throws UserError when it cannot be read. */
  async list(): Promise<ContextSummary[]> {
    const kubeconfig = await this.#kubeconfig.read();
    const { policy } = this.#options;
    const own = this.#options.own.in(kubeconfig);
    const cut = kubeconfig.cut.map((path) => `${path} holds several documents: the first is read, as with kubectl`);
    return kubeconfig.contexts.map(({ name }) => {
      const access = {
        isDefault: name === own,
        allowed: policy.allowsContext(name, own),
        protected: policy.isProtected(name),
      };
      try {
        const entry = findContext(kubeconfig, name);
        const { cluster, namespace } = entry;
        const notes = [...usabilityNotes(entry), ...entry.shadowed.map(describeShadowed), ...cut];
        return { name, cluster: cluster.name, server: serverOf(entry), namespace, ...access, notes };
      } catch (error) {
        const notes = [messageOf(error)];
        return { name, cluster: 'not defined', server: '', namespace: '', ...access, notes };
      }
    });
  }

  /** Names of the allowed contexts; empty when the kubeconfig cannot be read. */
  async allowed(): Promise<string[]> {
    return this.#kubeconfig.read().then(
      (kubeconfig) => this.#allowed(kubeconfig),
      () => [],
    );
  }

  /** The contexts that a call can choose from; empty where there is no choice, without reading the kubeconfig. */
  async choices(): Promise<string[]> {
    const allowed = this.#options.policy.mayOfferContexts ? await this.allowed() : [];
    return allowed.length > 1 ? allowed : [];
  }

  /** Calls `listener` when contexts or rules change, until the returned function is called. Keeps nothing alive. */
  watch(listener: () => void): () => void {
    const { policy } = this.#options;
    const follow = () => {
      if (policy.mayOfferContexts) this.#watching ??= this.#watch();
    };
    const unwatch = policy.watch(() => {
      follow();
      listener();
    });
    this.#listeners.add(listener);
    follow();
    return () => {
      unwatch();
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#watching);
      this.#watching = undefined;
    };
  }

  /** Closes all connections once their requests have ended. */
  close(): void {
    for (const cluster of this.#clusters.values()) cluster.close();
    this.#clusters.clear();
  }

  #watch(): NodeJS.Timeout {
    let fingerprint: string | undefined;
    let names: string | undefined;
    const look = async () => {
      const latest = this.#kubeconfig.fingerprint();
      if (latest === fingerprint) return;
      fingerprint = latest;
      const found = await this.#kubeconfig.read().then(
        (kubeconfig) => this.#allowed(kubeconfig),
        (error: unknown) => {
          // The user may agree later, without the file changing.
          if (error instanceof UntrustedKubeconfigError) fingerprint = undefined;
          return [];
        },
      );
      const allowed = JSON.stringify(found);
      if (names !== undefined && names !== allowed) for (const listener of this.#listeners) listener();
      names = allowed;
    };
    void look();
    return setInterval(look, CHECK_INTERVAL_MS).unref();
  }

  #allowed(kubeconfig: Kubeconfig): string[] {
    const own = this.#options.own.in(kubeconfig);
    return kubeconfig.contexts.map(({ name }) => name).filter((name) => this.#options.policy.allowsContext(name, own));
  }

  #assertContexts({ contexts }: Kubeconfig): void {
    const problem = this.#options.policy.contextProblem(contexts.map(({ name }) => name));
    if (problem) throw new RefusedError(problem);
  }

  // A name that is no built-in kind may be a custom one, so the cluster is asked; until it answers, every kind that the
  // name could mean is refused.
  async #assertRules(connection: Connection): Promise<void> {
    const { discovery } = connection;
    const policy = this.policyFor(connection);
    if (policy.kindProblem() === undefined) return;
    const known = await discovery.kinds().catch(() => undefined);
    if (!known || policy.kindProblem(known) === undefined) return;
    const problem = policy.kindProblem(await discovery.kinds(true));
    if (problem) throw new RefusedError(problem);
  }

  // One that is misspelt would protect nothing, but its cluster may also be added later, so this is only logged.
  async #warnOfStrayPatterns(rules: Rules): Promise<void> {
    if (warnedRules.has(rules)) return;
    warnedRules.add(rules);
    const { policy, warn } = this.#options;
    for (const warning of policy.clusterWarnings(await this.list())) warn(warning);
  }

  // It may be created later, so this is only logged.
  async #warnOfMissingNamespaces({ client, context }: Connection, namespaces: readonly string[]): Promise<void> {
    for (const namespace of namespaces) {
      try {
        await client.send({ path: pathOf(kinds.namespaces, undefined, namespace) });
      } catch (error) {
        if (isApiError(error, 404))
          this.#options.warn(`The allowed namespace "${namespace}" does not exist in context "${context.name}".`);
      }
    }
  }

  /** @param context undefined for the server's default. */
  #cluster(context: string | undefined): Cluster {
    let cluster = this.#clusters.get(context);
    if (!cluster) {
      const { kubeconfig, own, permit, userInfo, onKubeconfigProblem, onLogin } = this.#options;
      cluster = new Cluster({
        kubeconfig,
        permit,
        reader: this.#kubeconfig,
        context: (read) => {
          this.#assertContexts(read);
          return context ?? own.in(read);
        },
        // The default namespace belongs to the context that the server was started for.
        namespace: context === undefined ? this.#options.namespace : undefined,
        ...(userInfo && { userInfo }),
        onKubeconfigProblem,
        ...(onLogin && { onLogin }),
        witness: (request, answer) => Call.current()?.saw(request, answer),
        // Looked up for each request, as the rules may change.
        rules: (entry) => {
          const here = () => this.policyFor({ context: entry });
          return {
            get namespaces() {
              return here().namespaces;
            },
            requestRefusal: (...request) => here().requestRefusal(...request),
            watch: (listener) => this.#options.policy.watch(listener),
          };
        },
      });
      this.#clusters.set(context, cluster);
    }
    return cluster;
  }
}

function usabilityNotes(entry: ContextEntry): string[] {
  try {
    assertUsable(entry);
    return [];
  } catch (error) {
    return [messageOf(error)];
  }
}
