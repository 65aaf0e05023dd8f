import { existsSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import type { Dispatcher } from 'undici';
import { messageOf, UserError } from '../apimachinery/errors.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import type { ContextEntry } from './kubeconfig.ts';
import { proxyFor } from './proxies.ts';
import { withSystemAuthorities } from './system-authorities.ts';

/** What a request needs to reach the API server as the context's user. */
export interface Authorization {
  dispatcher: Dispatcher;
  headers: Record<string, string | string[]>;
}

interface Loaded {
  dispatcher: Dispatcher;
  headers(): Promise<Record<string, string | string[]>>;
  socketOptions(): Promise<RequestOptions>;
}

/** Turns a context into connections and headers, by way of client-node: certificates, tokens, plugins, OIDC, proxies. */
export class Credentials {
  readonly #context: ContextEntry;
  #loaded: Promise<Loaded> | undefined;
  #generation = 0;
  #headers: Promise<Record<string, string | string[]>> | undefined;

  constructor(context: ContextEntry) {
    this.#context = context;
  }

  /** @throws UserError when the credentials cannot be had (a failing plugin, a missing certificate file). */
  async authorize(): Promise<Authorization> {
    try {
      this.#loaded ??= load(this.#context);
      const loaded = await this.#loaded;
      // Requests that start together share one look-up, so that a burst runs a credential plugin once.
      this.#headers ??= loaded.headers().finally(() => {
        this.#headers = undefined;
      });
      return { dispatcher: loaded.dispatcher, headers: await this.#headers };
    } catch (error) {
      this.#loaded = undefined;
      throw credentialError(this.#context, error);
    }
  }

  /** The same as `authorize` for a WebSocket, which is opened with the options of `https.request`. */
  async socketOptions(): Promise<RequestOptions> {
    try {
      this.#loaded ??= load(this.#context);
      return await (await this.#loaded).socketOptions();
    } catch (error) {
      this.#loaded = undefined;
      throw credentialError(this.#context, error);
    }
  }

  /** Forgets what was obtained, so that the next request asks anew; the connections close once the requests on them have ended. */
  close(): void {
    this.#loaded?.then(
      ({ dispatcher }) => dispatcher.close(),
      () => undefined,
    );
    this.#loaded = undefined;
  }

  /** Which credentials are in use: higher after each renewal. */
  get generation(): number {
    return this.#generation;
  }

  /** Makes the next request obtain new credentials, unless another one refused with the same has done so already. */
  renew(refused: number): void {
    if (refused !== this.#generation) return;
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

async function load(context: ContextEntry): Promise<Loaded> {
  // Loaded with the first request: they cost more than the whole start of the server.
  const [{ KubeConfig }, { Agent }] = await Promise.all([
    import('@kubernetes/client-node/dist/config.js'),
    import('undici'),
  ]);
  const config = new KubeConfig();
  config.loadFromString(JSON.stringify(await kubeconfigOf(context)));
  const apply = async () => {
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
    dispatcher: first.dispatcher ?? new Agent(),
    headers: async () => {
      const { headers } = first ?? (await apply());
      first = undefined;
      return headers;
    },
    socketOptions: async () => {
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      return { ...options, headers: { ...options.headers, ...impersonationHeaders(context.user.user) } };
    },
  };
}

// What client-node leaves out of a kubeconfig is put in a form that it understands.
async function kubeconfigOf(context: ContextEntry): Promise<JsonObject> {
  const cluster = await withSystemAuthorities(context.cluster.cluster as JsonObject);
  const server = String(cluster.server);
  if (server.startsWith('http:')) cluster['insecure-skip-tls-verify'] = true;
  if (!cluster['proxy-url']) {
    const proxy = proxyFor(server);
    if (proxy) cluster['proxy-url'] = proxy;
  }
  const user: JsonObject = isObject(context.user.user) ? { ...context.user.user } : {};
  // As in client-go, the token stands in for a file that cannot be read.
  if (user.tokenFile && !(user.token && !existsSync(String(user.tokenFile)))) {
    user['auth-provider'] = { name: 'tokenFile', config: { tokenFile: user.tokenFile } };
    delete user.token;
  }
  if (isObject(user.exec)) user.exec = withExecInfo(user.exec, cluster);
  return {
    clusters: [{ name: context.cluster.name, cluster }],
    users: [{ name: context.user.name, user }],
    contexts: [{ name: context.name, context: { cluster: context.cluster.name, user: context.user.name } }],
    'current-context': context.name,
  };
}

function withExecInfo(exec: JsonObject, cluster: JsonObject): JsonObject {
  const info = {
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster } : {}) },
  };
  const env = Array.isArray(exec.env) ? exec.env : [];
  return { ...exec, env: [...env, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }] };
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

// Node sends a letter of a header as one byte; Kubernetes reads the bytes as UTF-8.
function headerValue(value: unknown): string {
  return Buffer.from(String(value), 'utf8').toString('latin1');
}

function credentialError(context: ContextEntry, error: unknown): UserError {
  const where = `The credentials of context "${context.name}" (user "${context.user.name}") cannot be obtained`;
  const exec = isObject(context.user.user) && isObject(context.user.user.exec) ? context.user.user.exec : undefined;
  if (!exec) return new UserError(`${where}: ${messageOf(error)}`);
  const plugin = `the credential plugin "${String(exec.command)}"`;
  // A parse error quotes what the plugin printed, which may be a token.
  if (error instanceof SyntaxError || error instanceof TypeError)
    return new UserError(`${where}: ${plugin} did not print an ExecCredential.`);
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
    const hint = typeof exec.installHint === 'string' ? ` ${exec.installHint.trim()}` : '';
    return new UserError(`${where}: ${plugin} is not installed.${hint}`);
  }
  return new UserError(`${where}: ${plugin} failed: ${messageOf(error).trim().slice(0, 500) || 'it said nothing'}`);
}
