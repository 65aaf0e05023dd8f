import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { access, chmod, mkdtemp } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CancellationToken } from 'vscode-jsonrpc';
import { isWriteAccess } from '../../kubernetes/apimachinery/access.ts';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import {
  type Agreement,
  type Danger,
  EDITOR_SOCKET_VARIABLE,
  EDITOR_TOKEN_VARIABLE,
  HELLO,
  type Hello,
  KUBECONFIG,
  type KubeconfigInQuestion,
  LOGIN,
  type LoginShown,
  RESOURCE_SHOWN,
  REVIEW,
  type ResourceShown,
  type Review,
  type ReviewedChange,
  type Verdict,
  type Welcome,
} from '../../protocol.ts';

const HELLO_TIMEOUT_MS = 5_000;
/** macOS limits socket paths to 104 bytes; some temporary folders are too long. */
const MAX_FOLDER_LENGTH = 80;

export interface EditorChannelOptions {
  /** @param target the name that `environment` was called with for this server. */
  onShown(target: string | undefined, shown: ResourceShown): void;
  onKubeconfig(kubeconfig: KubeconfigInQuestion): Promise<Agreement>;
  /** The signal aborts when the server cancels the review or disconnects. */
  onReview(review: Review, signal: AbortSignal): Promise<Verdict>;
  /** True if the user cancelled. The signal aborts when the login or the connection ends. Absent: cannot be shown. */
  onLogin?(login: LoginShown, signal: AbortSignal): Promise<boolean>;
  log(message: string): void;
}

interface Listening {
  path: string;
  server: Server;
}

/** A local socket for our servers only, on which they report to the editor. */
export class EditorChannel {
  readonly #options: EditorChannelOptions;
  /** The target of each token. An environment's token is valid for one connection; the server then gets its own. */
  readonly #tokens = new Map<string, { target: string | undefined; isOfEnvironment: boolean }>();
  readonly #sockets = new Set<Socket>();
  #listening: Promise<Listening> | undefined;

  constructor(options: EditorChannelOptions) {
    this.#options = options;
  }

  /** The environment a server needs to connect. The first call starts listening. */
  async environment(target: string | undefined): Promise<Record<string, string>> {
    const { path } = await this.#listen();
    return { [EDITOR_SOCKET_VARIABLE]: path, [EDITOR_TOKEN_VARIABLE]: this.#issue(target, true) };
  }

  /** Closes every connection and removes the socket. */
  dispose(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#listening?.then(stop, () => undefined);
    this.#listening = undefined;
  }

  #issue(target: string | undefined, isOfEnvironment: boolean): string {
    const token = randomBytes(32).toString('hex');
    this.#tokens.set(token, { target, isOfEnvironment });
    return token;
  }

  async #listen(): Promise<Listening> {
    const listening = await this.#listening?.catch(() => undefined);
    // In a window that is open for days, a cleanup of temporary folders may have removed the socket.
    if (listening && (await isThere(listening.path))) return listening;
    if (listening) stop(listening);
    this.#listening = listen((socket) => this.#accept(socket));
    return this.#listening;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', (error) => this.#options.log(`A server's connection broke: ${error.message}`));
    this.#converse(socket).catch((error: unknown) => {
      this.#options.log(`A server cannot be heard: ${messageOf(error)}`);
      socket.destroy();
    });
  }

  async #converse(socket: Socket): Promise<void> {
    const { createMessageConnection, ResponseError, StreamMessageReader, StreamMessageWriter } = await import(
      'vscode-jsonrpc/node'
    );
    const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
    let speaker: { target: string | undefined } | undefined;
    const late = setTimeout(() => socket.destroy(), HELLO_TIMEOUT_MS);
    const refuse = () => this.#refuse(socket);
    connection.onRequest(HELLO, (hello: unknown) => {
      const greeted = this.#greet(hello);
      if (!greeted) {
        refuse();
        return null;
      }
      clearTimeout(late);
      speaker = greeted.speaker;
      return greeted.welcome;
    });
    connection.onNotification(RESOURCE_SHOWN, (shown: unknown) => {
      if (!speaker) refuse();
      else if (isResourceShown(shown)) this.#options.onShown(speaker.target, shown);
    });
    connection.onRequest<Agreement, void>(KUBECONFIG, async (kubeconfig: unknown) => {
      if (!speaker) {
        refuse();
        return 'refused';
      }
      if (!isKubeconfig(kubeconfig)) return new ResponseError(-32602, 'That is not a kubeconfig.');
      return this.#options.onKubeconfig(kubeconfig);
    });
    const gone = new AbortController();
    connection.onRequest(REVIEW, (review: unknown, token: CancellationToken) => {
      if (!speaker) {
        refuse();
        return { applied: false };
      }
      if (!isReview(review)) return new ResponseError(-32602, 'That is not a review.');
      return this.#options.onReview(review, AbortSignal.any([gone.signal, cancelledBy(token)]));
    });
    connection.onRequest<boolean, void>(LOGIN, async (login: unknown, token: CancellationToken) => {
      if (!speaker) {
        refuse();
        return false;
      }
      if (!this.#options.onLogin) return new ResponseError(-32601, 'Logins cannot be shown.');
      if (!isLogin(login)) return new ResponseError(-32602, 'That is not a login.');
      return this.#options.onLogin(login, AbortSignal.any([gone.signal, cancelledBy(token)]));
    });
    connection.onRequest((method) => {
      if (!speaker) refuse();
      return new ResponseError(-32601, `The editor does not know ${method}.`);
    });
    connection.onNotification(() => {
      if (!speaker) refuse();
    });
    connection.onError(() => socket.destroy());
    connection.onClose(() => {
      clearTimeout(late);
      gone.abort();
      connection.dispose();
    });
    connection.listen();
  }

  #refuse(socket: Socket): void {
    this.#options.log('A connection without the right token was closed.');
    socket.destroy();
  }

  /** Checks a hello and returns the next token; a token from an environment expires here. */
  #greet(hello: unknown): { speaker: { target: string | undefined }; welcome: Welcome } | undefined {
    const token = this.#known(hello);
    const speaker = token === undefined ? undefined : this.#tokens.get(token);
    if (token === undefined || !speaker) return undefined;
    if (!speaker.isOfEnvironment) return { speaker, welcome: { token } };
    this.#tokens.delete(token);
    return { speaker, welcome: { token: this.#issue(speaker.target, false) } };
  }

  #known(hello: unknown): string | undefined {
    const given = digest(isHello(hello) ? hello.token : '');
    let known: string | undefined;
    // Compare all, each in constant time, to prevent timing attacks.
    for (const token of this.#tokens.keys()) if (timingSafeEqual(given, digest(token))) known = token;
    return known;
  }
}

async function listen(accept: (socket: Socket) => void): Promise<Listening> {
  const server = createServer(accept);
  if (process.platform === 'win32') {
    const path = `\\\\.\\pipe\\mcp-k8s-${randomBytes(16).toString('hex')}`;
    server.listen(path);
    await once(server, 'listening');
    return { path, server };
  }
  const parent = tmpdir().length <= MAX_FOLDER_LENGTH ? tmpdir() : '/tmp';
  // mkdtemp creates it with mode 0700: nobody else can ever reach the socket.
  const path = join(await mkdtemp(join(parent, 'mcp-k8s-')), 'editor');
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, 0o600);
  return { path, server };
}

function stop({ path, server }: Listening): void {
  server.close();
  if (process.platform !== 'win32') rmSync(dirname(path), { recursive: true, force: true });
}

async function isThere(path: string): Promise<boolean> {
  if (process.platform === 'win32') return true;
  return access(path).then(
    () => true,
    () => false,
  );
}

function cancelledBy(token: CancellationToken): AbortSignal {
  const cancelled = new AbortController();
  token.onCancellationRequested(() => cancelled.abort());
  return cancelled.signal;
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function isHello(value: unknown): value is Hello {
  return typeof value === 'object' && value !== null && 'token' in value && typeof value.token === 'string';
}

function isResourceShown(value: unknown): value is ResourceShown {
  if (typeof value !== 'object' || value === null) return false;
  const shown = value as Partial<Record<keyof ResourceShown, unknown>>;
  const required = [shown.context, shown.resource, shown.apiVersion, shown.kind, shown.name];
  return required.every(isFilled) && (shown.namespace === undefined || isFilled(shown.namespace));
}

function isKubeconfig(value: unknown): value is KubeconfigInQuestion {
  if (typeof value !== 'object' || value === null) return false;
  const { path, fingerprint, isStrange } = value as Partial<Record<keyof KubeconfigInQuestion, unknown>>;
  return isFilled(path) && isFilled(fingerprint) && typeof isStrange === 'boolean';
}

function isReview(value: unknown): value is Review {
  if (typeof value !== 'object' || value === null || !('changes' in value)) return false;
  return Array.isArray(value.changes) && value.changes.length > 0 && value.changes.every(isReviewedChange);
}

function isLogin(value: unknown): value is LoginShown {
  if (typeof value !== 'object' || value === null) return false;
  const { context, plugin, url, code, text } = value as Partial<Record<keyof LoginShown, unknown>>;
  const optional = [url, code].every((one) => one === undefined || isFilled(one));
  return [context, plugin, text].every(isFilled) && optional;
}

function isReviewedChange(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const change = value as Partial<Record<keyof ReviewedChange, unknown>>;
  return (
    isWriteAccess(change.access) &&
    [change.context, change.kind].every(isFilled) &&
    Array.isArray(change.dangers) &&
    change.dangers.every(isDanger) &&
    [change.namespace, change.name, change.subresource].every(
      (text) => text === undefined || typeof text === 'string',
    ) &&
    [change.before, change.after].every((text) => typeof text === 'string')
  );
}

function isDanger(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, values } = value as Partial<Record<keyof Danger, unknown>>;
  return isFilled(kind) && Array.isArray(values) && values.every((text) => typeof text === 'string');
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
