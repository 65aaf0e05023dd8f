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

/** JSON-RPC's code for a request that the other side does not know. */
const METHOD_NOT_FOUND = -32601;
/** So long the first answers of a server have the processor for themselves. */
const CONNECT_AFTER_MS = 100;

/** The way to the editor that started this server. Announcements are a courtesy: without an editor they are dropped. */
export interface EditorLink {
  announce(shown: ResourceShown): void;
  /** Has the user agreed to a kubeconfig? An editor that cannot be asked is one that has no answer yet. */
  agreement(kubeconfig: KubeconfigInQuestion): Promise<Agreement>;
  /** The user's verdict; undefined when the editor cannot ask, and then nobody was asked. */
  review(review: Review, signal: AbortSignal): Promise<Verdict | undefined>;
  /** Shows a login until the signal aborts. True when the user called it off, false when it was over; undefined when the editor cannot show it. */
  login(login: LoginShown, signal: AbortSignal): Promise<boolean | undefined>;
}

/**
 * The link that the environment describes; undefined where no editor listens. Connects without being asked: every process of
 * the user can read what is in the environment of this one, and the token there is worth nothing from then on.
 */
export function editorLink(env: NodeJS.ProcessEnv, log: (message: string) => void): EditorLink | undefined {
  const path = env[EDITOR_SOCKET_VARIABLE];
  const token = env[EDITOR_TOKEN_VARIABLE];
  // Credential plugins inherit the environment, and have no business in the editor.
  delete env[EDITOR_SOCKET_VARIABLE];
  delete env[EDITOR_TOKEN_VARIABLE];
  if (!path || !token) return undefined;
  const link = new SocketLink(path, token, log);
  setTimeout(() => void link.open(), CONNECT_AFTER_MS).unref();
  return link;
}

/** Over the socket of the editor, opened again whenever it has closed. */
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
      // It was asked and went away, or failed: nobody said yes.
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

/** A request that is taken back when the signal aborts. */
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
    // Ends what still waits for an answer.
    connection.dispose();
  });
  connection.onError(() => socket.destroy());
  connection.listen();
  const welcome = await connection.sendRequest<Welcome>(HELLO, { token });
  return { connection, token: welcome.token };
}
