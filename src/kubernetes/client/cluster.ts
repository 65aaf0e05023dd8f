import { isProviderToken, offerTokens } from './auth-provider.ts';
import { ApiClient } from './client.ts';
import { contentOf, filesOf } from './context-files.ts';
import type { ContextLoginListener } from './credentials.ts';
import { Discovery } from './discovery.ts';
import { filesFingerprint } from './files-fingerprint.ts';
import { RequestGuard, type RequestRules } from './guard.ts';
import {
  type ContextEntry,
  findContext,
  type Kubeconfig,
  type NamedEntry,
  UntrustedKubeconfigError,
} from './kubeconfig.ts';
import { KubeconfigReader, type KubeconfigReaderOptions } from './kubeconfig-reader.ts';
import { assertUsable } from './kubeconfig-use.ts';
import type { Witness } from './request.ts';

export interface ClusterOptions extends KubeconfigReaderOptions {
  /** Reads the kubeconfig for several clusters; by default it is read for this one. */
  reader?: KubeconfigReader;
  /** Replaces the kubeconfig's current context; a function is called each time the kubeconfig is read. */
  context?: string | ((kubeconfig: Kubeconfig) => string | undefined) | undefined;
  /** Replaces the context's namespace. */
  namespace?: string | undefined;
  /** Which requests may be sent; a function, if it depends on where the context leads. */
  rules: RequestRules | ((context: ContextEntry) => RequestRules);
  /** Maps the kubeconfig's user to the one requests are made as; the same user if absent. */
  userInfo?: (user: NamedEntry) => NamedEntry;
  /** Sees every object read or written. */
  witness?: Witness;
  /** Told of a login that a request waits for. */
  onLogin?: ContextLoginListener;
}

/** A cluster as seen through one context. */
export interface Connection {
  context: ContextEntry;
  /** Default namespace for namespaced objects. */
  namespace: string;
  /** The only namespaces used; empty: all. A list of all namespaces is limited to these. */
  allowedNamespaces: readonly string[];
  client: ApiClient;
  discovery: Discovery;
  /** Aborts when another connection replaces this one, or the cluster is closed. */
  closed: AbortSignal;
}

/** Connects on first use, and again when the kubeconfig, or a certificate or key that it names, changes on disk. */
export class Cluster {
  readonly #options: ClusterOptions;
  readonly #reader: KubeconfigReader;
  #connection: Connection | undefined;
  #closing = new AbortController();
  #fingerprint: string | undefined;
  /** What the files of the connection's context held when it was made. */
  #content: string | undefined;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#reader = options.reader ?? new KubeconfigReader(options);
  }

  /**
   * The connection that the kubeconfig describes now. Sends no request. If the file, or one that it names, has become
   * unreadable, the last good connection stays in use; if it may no longer be used, the connection ends.
   * @throws UserError when there has never been a usable kubeconfig, UntrustedKubeconfigError when this one may not be
   * used.
   */
  async connect(): Promise<Connection> {
    const kubeconfig = this.#look();
    let connection = this.#connection;
    let files = connection && filesFingerprint(filesOf(connection.context));
    if (connection && this.#fingerprint === `${kubeconfig} ${files}`) return connection;
    try {
      const context = await this.#load();
      // Looked at before they are read.
      files = filesFingerprint(filesOf(context));
      connection = this.#follow(context, await contentOf(filesOf(context)));
    } catch (error) {
      if (error instanceof UntrustedKubeconfigError) this.close();
      connection = this.#connection;
      if (!connection) throw error;
      this.#options.onKubeconfigProblem?.(error);
    }
    this.#fingerprint = `${kubeconfig} ${files}`;
    return connection;
  }

  async #load(): Promise<ContextEntry> {
    const { context, userInfo } = this.#options;
    const kubeconfig = await this.#reader.read();
    const found = findContext(kubeconfig, typeof context === 'function' ? context(kubeconfig) : context);
    assertUsable(found);
    return { ...found, user: userInfo?.(found.user) ?? found.user };
  }

  #follow(context: ContextEntry, content: string | undefined): Connection {
    const known = this.#connection;
    if (known && identityOf(context) === identityOf(known.context))
      if (content === undefined || content === this.#content) {
        offerTokens(context.user);
        return known;
      }
    this.#end();
    this.#content = content;
    this.#connection = this.#connectTo(context);
    return this.#connection;
  }

  // A credential plugin's pinned files count as part of the kubeconfig.
  #look(): string {
    const pins = this.#connection?.context.user.confinement?.pins ?? [];
    return this.#reader.fingerprint(...pins.map(({ path }) => path));
  }

  #connectTo(context: ContextEntry): Connection {
    const { rules: given, namespace, witness, onLogin } = this.#options;
    const rules = typeof given === 'function' ? given(context) : given;
    const own = namespace || context.namespace;
    const guard = new RequestGuard(rules, context.name, () => discovery);
    const client = new ApiClient(context, guard, witness, onLogin, (path) => discovery.moved(path));
    const discovery = new Discovery(client);
    return {
      context,
      // Read each time, as the rules may change.
      get namespace() {
        const [first = own] = rules.namespaces;
        return rules.namespaces.includes(own) ? own : first;
      },
      get allowedNamespaces() {
        return rules.namespaces;
      },
      client,
      discovery,
      closed: this.#closing.signal,
    };
  }

  /** Ends the connection; a later `connect` makes a new one. */
  close(): void {
    this.#end();
    this.#fingerprint = undefined;
  }

  #end(): void {
    this.#connection?.client.close();
    this.#connection = undefined;
    this.#closing.abort();
    this.#closing = new AbortController();
  }
}

/** What makes it another context; not the tokens that its login renews, and writes. */
function identityOf(context: ContextEntry): string {
  return JSON.stringify(context, (key, value) => (isProviderToken(key) ? undefined : value));
}
