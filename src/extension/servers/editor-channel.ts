import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { access, chmod, mkdtemp } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CancellationToken } from 'vscode-jsonrpc';
import { isProven, proofOf } from '../../editor-proof.ts';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import {
  type Agreement,
  EDITOR_SOCKET_VARIABLE,
  EDITOR_TOKEN_VARIABLE,
  type EditorPlace,
  HELLO,
  KUBECONFIG,
  type KubeconfigInQuestion,
  LOGIN,
  type LoginShown,
  RESOURCE_SHOWN,
  REVIEW,
  type ResourceShown,
  type Review,
  type Verdict,
  type Welcome,
} from '../../protocol.ts';
import { isHello, isKubeconfig, isLogin, isResourceShown, isReview } from './editor-messages.ts';

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

/** Whoever knows a token: a server starting with it, one that has, or one that a host started by itself and that found us. */
interface Speaker {
  target: string | undefined;
  by: 'environment' | 'started' | 'found';
}

/** A local socket for our servers only, on which they report to the editor. */
export class EditorChannel {
  readonly #options: EditorChannelOptions;
  /** An environment's token is valid for one connection; the server then gets its own. */
  readonly #tokens = new Map<string, Speaker>();
  /** Each with the token that it was greeted with. */
  readonly #sockets = new Map<Socket, string | undefined>();
  #listening: Promise<Listening> | undefined;

  constructor(options: EditorChannelOptions) {
    this.#options = options;
  }

  /** The environment a server needs to connect. The first call starts listening. */
  async environment(target: string | undefined): Promise<Record<string, string>> {
    const { path } = await this.#listen();
    return { [EDITOR_SOCKET_VARIABLE]: path, [EDITOR_TOKEN_VARIABLE]: this.#issue(target, 'environment') };
  }

  /**
   * What a server needs to ask for reviews that a host started without that environment, until it is withdrawn. Such a
   * server is not shown to the user as theirs: it opens no document and shows no login.
   */
  async place(token?: string): Promise<EditorPlace> {
    const { path } = await this.#listen();
    return { socket: path, token: token ?? this.#issue(undefined, 'found') };
  }

  /** Ends all conversations with a place's servers. */
  withdraw({ token }: Pick<EditorPlace, 'token'>): void {
    this.#tokens.delete(token);
    for (const [socket, greeted] of this.#sockets) if (greeted === token) socket.destroy();
  }

  /** Closes every connection and removes the socket. */
  dispose(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
    this.#listening?.then(stop, () => undefined);
    this.#listening = undefined;
  }

  #issue(target: string | undefined, by: Speaker['by']): string {
    const token = randomBytes(32).toString('hex');
    this.#tokens.set(token, { target, by });
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
    this.#sockets.set(socket, undefined);
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
    let speaker: Speaker | undefined;
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
      this.#sockets.set(socket, greeted.welcome.token);
      return greeted.welcome;
    });
    connection.onNotification(RESOURCE_SHOWN, (shown: unknown) => {
      if (!speaker) refuse();
      else if (speaker.by !== 'found' && isResourceShown(shown)) this.#options.onShown(speaker.target, shown);
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
      if (!this.#options.onLogin || speaker.by === 'found') return new ResponseError(-32601, 'Logins cannot be shown.');
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
  #greet(hello: unknown): { speaker: Speaker; welcome: Welcome } | undefined {
    if (!isHello(hello)) return undefined;
    // Compare all, each in constant time, to prevent timing attacks.
    const [known] = [...this.#tokens].filter(([token]) => isProven('server', token, hello));
    if (!known) return undefined;
    const [token, speaker] = known;
    const proof = proofOf('editor', token, hello.nonce);
    if (speaker.by !== 'environment') return { speaker, welcome: { proof, token } };
    this.#tokens.delete(token);
    const next = this.#issue(speaker.target, 'started');
    return { speaker: { ...speaker, by: 'started' }, welcome: { proof, token: next } };
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
