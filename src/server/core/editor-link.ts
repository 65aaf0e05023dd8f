import type { MessageConnection } from 'vscode-jsonrpc/node';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import {
  type Agreement,
  EDITOR_SOCKET_VARIABLE,
  EDITOR_TOKEN_VARIABLE,
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

/** JSON-RPC's code for an unknown method. */
const METHOD_NOT_FOUND = -32601;
/** Delay before connecting, which leaves the processor to the server's first answers. */
const CONNECT_AFTER_MS = 100;

/** The link to the editor that started this server. Announcements are best effort: dropped without an editor. */
export interface EditorLink {
  announce(shown: ResourceShown): void;
  /** Has the user agreed to a kubeconfig? An editor that cannot be asked counts as not having answered yet. */
  agreement(kubeconfig: KubeconfigInQuestion): Promise<Agreement>;
  /** The user's verdict; undefined when the editor cannot ask, so nobody was asked. */
  review(review: Review, signal: AbortSignal): Promise<Verdict | undefined>;
  /** Shows a login until the signal aborts. True: cancelled by the user; false: over; undefined: it cannot be shown. */
  login(login: LoginShown, signal: AbortSignal): Promise<boolean | undefined>;
}

/**
 * The link that the environment describes; undefined where no editor listens. Connects on its own: all of the user's
 * processes can read this one's environment, and connecting makes the token in it worthless.
 */
export function editorLink(env: NodeJS.ProcessEnv, log: (message: string) => void): EditorLink | undefined {
  const path = env[EDITOR_SOCKET_VARIABLE];
  const token = env[EDITOR_TOKEN_VARIABLE];
  // Credential plugins inherit the environment and must not reach the editor.
  delete env[EDITOR_SOCKET_VARIABLE];
  delete env[EDITOR_TOKEN_VARIABLE];
  if (!path || !token) return undefined;
  const link = new SocketLink(path, token, log);
  setTimeout(() => void link.open(), CONNECT_AFTER_MS).unref();
  return link;
}

/** Uses the editor's socket, reopened whenever it has closed. */
class SocketLink implements EditorLink {
  readonly #path: string;
  readonly #log: (message: string) => void;
  #token: string;
  #connection: Promise<MessageConnection> | undefined;

  constructor(path: string, token: string, log: (message: string) => void) {
    this.#path = path;
    this.#token = token;
    this.#log = log;
  }

  async open(): Promise<void> {
    await this.#connected().catch((error: unknown) => this.#forget('The editor cannot be reached', error));
  }

  announce(shown: ResourceShown): void {
    this.#connected()
      .then((editor) => editor.sendNotification(RESOURCE_SHOWN, shown))
      .catch((error: unknown) => this.#forget('The editor could not be told', error));
  }

  async agreement(kubeconfig: KubeconfigInQuestion): Promise<Agreement> {
    try {
      return await (await this.#connected()).sendRequest<Agreement>(KUBECONFIG, kubeconfig);
    } catch (error) {
      this.#forget('The editor could not be asked about the kubeconfig', error);
      return 'waiting';
    }
  }

  async review(review: Review, signal: AbortSignal): Promise<Verdict | undefined> {
    let editor: MessageConnection;
    try {
      editor = await this.#connected();
    } catch (error) {
      this.#forget('The editor could not be asked', error);
      return undefined;
    }
    try {
      return await request<Verdict>(editor, REVIEW, review, signal);
    } catch (error) {
      if (isUnknownMethod(error)) return undefined;
      // It was asked and then disconnected or failed: nobody agreed.
      return { applied: false, reason: `The review ended without an answer: ${messageOf(error)}` };
    }
  }

  async login(login: LoginShown, signal: AbortSignal): Promise<boolean | undefined> {
    try {
      return await request<boolean>(await this.#connected(), LOGIN, login, signal);
    } catch (error) {
      if (signal.aborted) return false;
      if (!isUnknownMethod(error)) this.#forget('The editor could not be told of a login', error);
      return undefined;
    }
  }

  #connected(): Promise<MessageConnection> {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  async #connect(): Promise<MessageConnection> {
    const { connection, token } = await open(this.#path, this.#token, () => {
      this.#connection = undefined;
    });
    this.#token = token;
    return connection;
  }

  #forget(problem: string, error: unknown): void {
    this.#connection = undefined;
    this.#log(`${problem}: ${messageOf(error)}`);
  }
}

function isUnknownMethod(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === METHOD_NOT_FOUND;
}

/** A request that is cancelled when the signal aborts. */
async function request<T>(editor: MessageConnection, method: string, params: object, signal: AbortSignal): Promise<T> {
  const { CancellationTokenSource } = await import('vscode-jsonrpc/node');
  const cancellation = new CancellationTokenSource();
  const cancel = () => cancellation.cancel();
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  try {
    return await editor.sendRequest<T>(method, params, cancellation.token);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function open(
  path: string,
  token: string,
  onClose: () => void,
): Promise<{ connection: MessageConnection; token: string }> {
  const { connect } = await import('node:net');
  const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = await import('vscode-jsonrpc/node');
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  socket.unref();
  const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
  connection.onClose(() => {
    onClose();
    // Rejects the requests that are still pending.
    connection.dispose();
  });
  connection.onError(() => socket.destroy());
  connection.listen();
  const welcome = await connection.sendRequest<Welcome>(HELLO, { token });
  return { connection, token: welcome.token };
}
