import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import type { Dispatcher } from 'undici';
import { LoginError, messageOf, UserError } from '../apimachinery/errors.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { redactText } from '../text/redact-text.ts';
import type { PluginCredential } from './credential-plugin.ts';
import { execConfigOf } from './exec-config.ts';
import type { ContextEntry } from './kubeconfig.ts';
import type { Login } from './login.ts';
import { type LoginListener, type PluginLogin, pluginLogin } from './plugin-login.ts';
import { proxyFor } from './proxies.ts';
import { withSystemAuthorities } from './system-authorities.ts';

/** What a request needs to reach the API server as the context's user. */
export interface Authorization {
  dispatcher: Dispatcher;
  headers: Record<string, string | string[]>;
  /** Are all its connections checked with pings? */
  isWatchedOver(dispatcher: Dispatcher): boolean;
}

interface Loaded extends Pick<Authorization, 'dispatcher' | 'isWatchedOver'> {
  headers(): Promise<Record<string, string | string[]>>;
  socketOptions(): Promise<RequestOptions>;
}

/** Told of a login that a request to this context waits for; if the returned promise rejects, the wait ends. */
export type ContextLoginListener = (login: Login, context: string) => ReturnType<LoginListener>;

/** Turns a context into connections and headers, using client-node: certificates, tokens, plugins, OIDC, proxies. */
export class Credentials {
  readonly #context: ContextEntry;
  readonly #plugin: PluginLogin | undefined;
  readonly #onLogin: ContextLoginListener | undefined;
  /** The plugin's credential used by the open connections. */
  #credential: PluginCredential | undefined;
  #loaded: Promise<Loaded> | undefined;
  #generation = 0;
  #headers: Promise<Record<string, string | string[]>> | undefined;

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
      this.#loaded ??= load(this.#context, this.#plugin);
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
      this.#loaded ??= load(this.#context, this.#plugin);
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
    this.close();
  }

  /** Makes the next request open a new connection, unless that has already happened. The login is kept. */
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

async function load(context: ContextEntry, plugin: PluginLogin | undefined): Promise<Loaded> {
  // Loaded with the first request: they take longer to load than the whole server to start.
  const [{ KubeConfig }, { connectionsTo, isWatchedOver, watchOverConnections }] = await Promise.all([
    import('@kubernetes/client-node/dist/config.js'),
    import('./connections.ts'),
  ]);
  const config = new KubeConfig();
  watchOverConnections(config);
  config.loadFromString(JSON.stringify(await kubeconfigOf(context)));
  if (plugin) config.addAuthenticator(plugin);
  const files = filesOf(context);
  const apply = async () => {
    await assertFiles(files);
    const headers: Record<string, string | string[]> = {};
    let dispatcher: Dispatcher | undefined;
    await config.applySecurityAuthentication({
      setHeaderParam: (key: string, value: string) => {
        headers[key] = value.trim();
      },
      setDispatcher: (made: Dispatcher) => {
        dispatcher = made;
      },
    } as unknown as Parameters<typeof config.applySecurityAuthentication>[0]);
    return { dispatcher, headers: { ...headers, ...impersonationHeaders(context.user.user) } };
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
      await assertFiles(files);
      await config.applyToHTTPSOptions(options);
      return { ...options, headers: { ...trimmed(options.headers), ...impersonationHeaders(context.user.user) } };
    },
  };
}

/** Headers without line ends, such as that of a token file: Node sends none that has one. */
function trimmed(headers: RequestOptions['headers']): RequestOptions['headers'] {
  const entries = Object.entries(headers ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.trim() : value,
  ]);
  return Object.fromEntries(entries);
}

function filesOf({ cluster, user }: ContextEntry): string[] {
  const provider = isObject(user.user) ? user.user['auth-provider'] : undefined;
  const places: [unknown, string[]][] = [
    [cluster.cluster, ['certificate-authority']],
    [user.user, ['client-certificate', 'client-key']],
    [isObject(user.user) && !isReplacedByToken(user.user) ? user.user : undefined, ['tokenFile']],
    [isObject(provider) ? provider.config : undefined, ['idp-certificate-authority']],
  ];
  return places.flatMap(([value, fields]) =>
    fields.flatMap((field) => {
      const path = isObject(value) ? value[field] : undefined;
      return typeof path === 'string' && path !== '' ? [path] : [];
    }),
  );
}

// Client-node reads files synchronously: a pipe that never ends would block the process.
async function assertFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths)
    if (!(await stat(path)).isFile()) throw new UserError(`${path} is no regular file, so it is not read`);
}

/** What kubectl says about features it has removed. */
const REMOVED: Record<string, string> = {
  azure:
    'The azure auth plugin has been removed. Please use the https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead. See https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins for further details',
  gcp: 'The gcp auth plugin has been removed. Please use the "gke-gcloud-auth-plugin" kubectl/client-go credential plugin instead. See https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further details',
};
/** Fields of the OIDC provider, which runs no program. */
const OIDC_FIELDS = [
  ...['idp-issuer-url', 'idp-certificate-authority', 'idp-certificate-authority-data'],
  ...['client-id', 'client-secret', 'id-token', 'refresh-token'],
];

// Converts fields that client-node ignores into ones it understands; omits those that would make it run a program.
async function kubeconfigOf(context: ContextEntry): Promise<JsonObject> {
  const cluster: JsonObject = { ...(context.cluster.cluster as JsonObject) };
  const server = String(cluster.server);
  if (server.startsWith('http:')) cluster['insecure-skip-tls-verify'] = true;
  if (!cluster['proxy-url']) {
    const proxy = proxyFor(server);
    if (proxy) cluster['proxy-url'] = proxy;
  }
  const { exec: _, 'auth-provider': provider, ...rest } = userInfoOf(context);
  const user: JsonObject = rest;
  if (user.tokenFile && !isReplacedByToken(user)) {
    user['auth-provider'] = { name: 'tokenFile', config: { tokenFile: user.tokenFile } };
    delete user.token;
  } else if (isObject(provider)) {
    user['auth-provider'] = oidcProvider(provider);
  }
  return {
    clusters: [{ name: context.cluster.name, cluster: await withSystemAuthorities(cluster) }],
    users: [{ name: context.user.name, user }],
    contexts: [{ name: context.name, context: { cluster: context.cluster.name, user: context.user.name } }],
    'current-context': context.name,
  };
}

/** As in client-go, the token is used if its file does not exist. */
function isReplacedByToken({ token, tokenFile }: JsonObject): boolean {
  return Boolean(token) && !existsSync(String(tokenFile));
}

function oidcProvider({ name, config }: JsonObject): JsonObject {
  if (name !== 'oidc')
    throw new UserError(REMOVED[String(name)] ?? `no Auth Provider found for name ${JSON.stringify(name)}`);
  if (isObject(config) && ('exec' in config || 'cmd-path' in config))
    throw new UserError('an auth-provider runs no program here: a credential plugin is named under exec');
  const fields = Object.entries(isObject(config) ? config : {}).filter(([field]) => OIDC_FIELDS.includes(field));
  return { name: 'oidc', config: Object.fromEntries(fields) };
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

function impersonationHeaders(user: unknown): Record<string, string | string[]> {
  if (!isObject(user)) return {};
  const headers: Record<string, string | string[]> = {};
  if (user.as) headers['Impersonate-User'] = headerValue(user.as);
  if (Array.isArray(user['as-groups'])) headers['Impersonate-Group'] = user['as-groups'].map(headerValue);
  if (user['as-uid']) headers['Impersonate-Uid'] = headerValue(user['as-uid']);
  if (isObject(user['as-user-extra'])) {
    for (const [key, values] of Object.entries(user['as-user-extra'])) {
      headers[`Impersonate-Extra-${encodeURIComponent(key)}`] = Array.isArray(values)
        ? values.map(headerValue)
        : headerValue(values);
    }
  }
  return headers;
}

// Node sends each character of a header as one byte; Kubernetes reads the bytes as UTF-8.
function headerValue(value: unknown): string {
  return Buffer.from(String(value), 'utf8').toString('latin1');
}

function credentialError(context: ContextEntry, error: unknown): UserError {
  const where = `The credentials of context "${context.name}" (user "${context.user.name}") cannot be obtained`;
  const text = `${where}: ${redactText(messageOf(error))}`;
  return error instanceof LoginError ? new LoginError(text) : new UserError(text);
}
