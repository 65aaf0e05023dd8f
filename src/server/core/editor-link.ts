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
  /** Has the human agreed to a kubeconfig? An editor that cannot be asked is one that has no answer yet. */
  agreement(kubeconfig: KubeconfigInQuestion): Promise<Agreement>;
  /** The human's verdict; undefined when the editor cannot ask, and then nobody was asked. */
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
  let token = env[EDITOR_TOKEN_VARIABLE];
  // Credential plugins inherit the environment, and have no business in the editor.
  delete env[EDITOR_SOCKET_VARIABLE];
  delete env[EDITOR_TOKEN_VARIABLE];
  if (!path || !token) return undefined;
  let connection: Promise<MessageConnection> | undefined;
  const forget = () => {
    connection = undefined;
  };
  const connect = async () => {
    const opened = await open(path, token ?? '', forget);
    token = opened.token;
    return opened.connection;
  };
  const connected = () => {
    connection ??= connect();
    return connection;
  };
  const first = () =>
    connected().catch((error: unknown) => {
      forget();
      log(`The editor cannot be reached: ${messageOf(error)}`);
    });
  setTimeout(first, CONNECT_AFTER_MS).unref();
  return {
    announce(shown) {
      connected()
        .then((editor) => editor.sendNotification(RESOURCE_SHOWN, shown))
        .catch((error: unknown) => {
          forget();
          log(`The editor could not be told: ${messageOf(error)}`);
        });
    },
    async agreement(kubeconfig) {
      try {
        return await (await connected()).sendRequest<Agreement>(KUBECONFIG, kubeconfig);
      } catch (error) {
        forget();
        log(`The editor could not be asked about the kubeconfig: ${messageOf(error)}`);
        return 'waiting';
      }
    },
    async review(review, signal) {
      let editor: MessageConnection;
      try {
        editor = await connected();
      } catch (error) {
        forget();
        log(`The editor could not be asked: ${messageOf(error)}`);
        return undefined;
      }
      try {
        return await request<Verdict>(editor, REVIEW, review, signal);
      } catch (error) {
        if ((error as { code?: number }).code === METHOD_NOT_FOUND) return undefined;
        // It was asked and went away, or failed: nobody said yes.
        return { applied: false, reason: `The review ended without an answer: ${messageOf(error)}` };
      }
    },
    async login(login, signal) {
      try {
        return await request<boolean>(await connected(), LOGIN, login, signal);
      } catch (error) {
        if (signal.aborted) return false;
        if ((error as { code?: number }).code === METHOD_NOT_FOUND) return undefined;
        forget();
        log(`The editor could not be told of a login: ${messageOf(error)}`);
        return undefined;
      }
    },
  };
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
