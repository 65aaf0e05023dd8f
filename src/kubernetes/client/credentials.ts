import type { RequestOptions } from 'node:https';
import type { Dispatcher } from 'undici';
import { LoginError, messageOf, UserError } from '../apimachinery/errors.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { redactText } from '../text/redact-text.ts';
import { providerLogin } from './auth-provider.ts';
import { assertRegular, filesOf } from './context-files.ts';
import type { PluginCredential } from './credential-plugin.ts';
import { execConfigOf } from './exec-config.ts';
import type { ContextEntry } from './kubeconfig.ts';
import type { Login } from './login.ts';
import type { OidcLogin } from './oidc-login.ts';
import { type LoginListener, type PluginLogin, pluginLogin } from './plugin-login.ts';
import { proxyFor } from './proxies.ts';
import { withSystemAuthorities } from './system-authorities.ts';
import { tokenFor } from './token-source.ts';
import { type Headers, impersonationHeaders, userHeaders } from './user-headers.ts';

/** What a request needs to reach the API server as the context's user. */
export interface Authorization {
  dispatcher: Dispatcher;
  headers: Headers;
  /** Are all its connections checked with pings? */
  isWatchedOver(dispatcher: Dispatcher): boolean;
}

interface Loaded extends Pick<Authorization, 'dispatcher' | 'isWatchedOver'> {
  headers(): Promise<Headers>;
  socketOptions(): Promise<RequestOptions>;
}

/** Told of a login that a request to this context waits for; if the returned promise rejects, the wait ends. */
export type ContextLoginListener = (login: Login, context: string) => ReturnType<LoginListener>;

/** Turns a context into connections and headers, using client-node: certificates, tokens, plugins, proxies. */
export class Credentials {
  readonly #context: ContextEntry;
  readonly #plugin: PluginLogin | undefined;
  readonly #onLogin: ContextLoginListener | undefined;
  /** The plugin, or what an auth-provider names. */
  #login: PluginLogin | OidcLogin | undefined;
  /** The plugin's credential used by the open connections. */
  #credential: PluginCredential | undefined;
  #loaded: Promise<Loaded> | undefined;
  #generation = 0;
  #headers: Promise<Headers> | undefined;
  /** The last token of a caller that was sent. */
  #sent = '';

  /** @param onLogin told of a login that a request waits for. */
  constructor(context: ContextEntry, onLogin?: ContextLoginListener) {
    this.#context = context;
    this.#plugin = pluginOf(context);
    this.#onLogin = onLogin;
  }

  /** Waits for the credential plugin, if one has to run, however long it takes: it may have prompted a person. */
  async ready(signal?: AbortSignal): Promise<void> {
    if (!this.#plugin) return;
    try {
      const onLogin = (login: Login) => this.#onLogin?.(login, this.#context.name);
      const credential = await this.#plugin.credential(signal, onLogin);
      // A connection keeps the certificate it was opened with.
      if (credential.clientCertificateData !== this.#credential?.clientCertificateData) this.#disconnect();
      this.#credential = credential;
    } catch (error) {
      if (signal?.aborted && error === signal.reason) throw error;
      throw credentialError(this.#context, error);
    }
  }

  /** @throws UserError when the credentials are unavailable (a failing plugin, a missing certificate file). */
  async authorize(): Promise<Authorization> {
    try {
      this.#loaded ??= this.#load();
      const loaded = await this.#loaded;
      // Concurrent requests share one look-up, so that a burst runs a credential plugin once.
      this.#headers ??= loaded.headers().finally(() => {
        this.#headers = undefined;
      });
      const { dispatcher, isWatchedOver } = loaded;
      return { dispatcher, headers: await this.#headers, isWatchedOver };
    } catch (error) {
      this.#loaded = undefined;
      throw credentialError(this.#context, error);
    }
  }

  /** As `authorize`, for a WebSocket, which is opened with the options of `https.request`. */
  async socketOptions(): Promise<RequestOptions> {
    try {
      this.#loaded ??= this.#load();
      return await (await this.#loaded).socketOptions();
    } catch (error) {
      this.#loaded = undefined;
      throw credentialError(this.#context, error);
    }
  }

  /** Drops the credentials, so that the next request reconnects; connections close once their requests have ended. */
  close(): void {
    this.#disconnect();
    this.#credential = undefined;
  }

  #load(): Promise<Loaded> {
    const { user, cluster } = this.#context;
    const { tokens } = user;
    // Once: what the context says may have been replaced since.
    this.#login ??= this.#plugin ?? (tokens ? undefined : providerLogin(userInfoOf(this.#context), user));
    if (!tokens) return load(this.#context, this.#login, undefined);
    return load(this.#context, this.#login, async () => {
      this.#sent = await tokenFor(tokens, String((cluster.cluster as JsonObject).server));
      return this.#sent;
    });
  }

  #disconnect(): void {
    this.#loaded?.then(
      ({ dispatcher }) => dispatcher.close(),
      () => undefined,
    );
    this.#loaded = undefined;
  }

  /** The generation of the credentials in use; grows with each renewal. */
  get generation(): number {
    return this.#generation;
  }

  /** The API server has accepted them. */
  accept(): void {
    if (this.#credential) this.#plugin?.accept(this.#credential);
  }

  /** Makes the next request obtain new credentials, unless another request refused with the same ones already has. */
  renew(refused: number): void {
    if (refused !== this.#generation) return;
    this.#generation += 1;
    this.#plugin?.forget(this.#credential);
    this.#context.user.tokens?.refused?.(this.#sent);
    this.close();
  }

  /**
   * Makes the next request open a new connection, with certificates read anew, unless that has already happened. The
   * login is kept.
   */
  reconnect(broken: number): void {
    if (broken !== this.#generation) return;
    this.#generation += 1;
    this.close();
  }

  /** Gives up on a look-up that does not end. */
  abandon(): UserError {
    this.#loaded = undefined;
    this.#headers = undefined;
    return credentialError(this.#context, new Error('no answer in time'));
  }
}

/** @param token of the caller, if requests are made with theirs. */
async function load(
  context: ContextEntry,
  login: PluginLogin | OidcLogin | undefined,
  token: (() => Promise<string>) | undefined,
): Promise<Loaded> {
  // Loaded with the first request: they take longer to load than the whole server to start.
  const [{ KubeConfig }, { connectionsTo, isWatchedOver, watchOverConnections }] = await Promise.all([
    import('@kubernetes/client-node/dist/config.js'),
    import('./connections.ts'),
  ]);
  const config = new KubeConfig();
  watchOverConnections(config);
  config.loadFromString(JSON.stringify(await kubeconfigOf(context)));
  if (login) config.addAuthenticator(login);
  const files = filesOf(context);
  const complete = async (made: Headers): Promise<Headers> => {
    // Not even a login in the server's address comes before it.
    if (token) return { Authorization: `Bearer ${await token()}` };
    const user = userInfoOf(context);
    const headers = await userHeaders(String((context.cluster.cluster as JsonObject).server), user, made);
    return { ...headers, ...impersonationHeaders(context.user.user) };
  };
  const apply = async () => {
    await assertRegular(files);
    const headers: Headers = {};
    let dispatcher: Dispatcher | undefined;
    await config.applySecurityAuthentication({
      setHeaderParam: (key: string, value: string) => {
        headers[key] = value;
      },
      setDispatcher: (made: Dispatcher) => {
        dispatcher = made;
      },
    } as unknown as Parameters<typeof config.applySecurityAuthentication>[0]);
    return { dispatcher, headers: await complete(headers) };
  };
  let first: Awaited<ReturnType<typeof apply>> | undefined = await apply();
  return {
    dispatcher: first.dispatcher ?? connectionsTo({ type: 'none' }),
    isWatchedOver,
    headers: async () => {
      const { headers } = first ?? (await apply());
      first = undefined;
      return headers;
    },
    socketOptions: async () => {
      const options: RequestOptions = {};
      await assertRegular(files);
      await config.applyToHTTPSOptions(options);
      const { auth, ...others } = options;
      const basic = auth && { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` };
      return { ...others, headers: await complete({ ...basic, ...(options.headers as Headers) }) };
    },
  };
}

// Converts fields that client-node ignores into ones it understands; omits the logins that are not its.
async function kubeconfigOf(context: ContextEntry): Promise<JsonObject> {
  const cluster: JsonObject = { ...(context.cluster.cluster as JsonObject) };
  const server = String(cluster.server);
  if (server.startsWith('http:')) cluster['insecure-skip-tls-verify'] = true;
  if (!cluster['proxy-url']) {
    const proxy = proxyFor(server);
    if (proxy) cluster['proxy-url'] = proxy;
  }
  const { exec: _, 'auth-provider': __, tokenFile: ___, ...user } = userInfoOf(context);
  if (user.username) user.password ??= '';
  return {
    clusters: [{ name: context.cluster.name, cluster: await withSystemAuthorities(cluster) }],
    users: [{ name: context.user.name, user }],
    contexts: [{ name: context.name, context: { cluster: context.cluster.name, user: context.user.name } }],
    'current-context': context.name,
  };
}

/** The fields that identify a user: as in client-go, never sent unencrypted. */
function userInfoOf({ cluster, user }: ContextEntry): JsonObject {
  const isClear = String((cluster.cluster as JsonObject).server).startsWith('http:');
  if (!isObject(user.user) || isClear) return {};
  const { exec, ...others } = user.user;
  return exec === undefined || isStatic(others) ? others : user.user;
}

/** Is there a login that needs no plugin? As in client-go, the plugin is then not run. */
function isStatic(user: JsonObject): boolean {
  const [certificate, key] = ['client-certificate', 'client-key'].map((field) => user[field] || user[`${field}-data`]);
  return Boolean(user.token || user.tokenFile || user.username || (certificate && key));
}

function pluginOf(context: ContextEntry): PluginLogin | undefined {
  const { user, cluster } = context;
  const exec = execConfigOf(userInfoOf(context));
  const options = {
    cluster: isObject(cluster.cluster) ? cluster.cluster : {},
    confinement: user.confinement ?? { places: [], pins: undefined },
  };
  return exec && pluginLogin(exec, options);
}

function credentialError(context: ContextEntry, error: unknown): UserError {
  const where = `The credentials of context "${context.name}" (user "${context.user.name}") cannot be obtained`;
  const text = `${where}: ${redactText(messageOf(error))}`;
  return error instanceof LoginError ? new LoginError(text) : new UserError(text);
}
