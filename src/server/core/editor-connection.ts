import { connect, type Socket } from 'node:net';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { helloWith, isProven } from '../../editor-proof.ts';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { type EditorPlace, HELLO, REVIEW, type Review, type Verdict, type Welcome } from '../../protocol.ts';

/** JSON-RPC's code for an unknown method. */
const METHOD_NOT_FOUND = -32601;

/** Does the editor not know what it was asked? */
export function isUnknownMethod(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === METHOD_NOT_FOUND;
}

/**
 * A conversation with an editor that has proved to be the one that made the token. `onClose` is called when it is over.
 * @throws when nobody listens, or somebody else, or nobody answers before the signal aborts.
 */
export async function converse(
  { socket: path, token }: EditorPlace,
  onClose: () => void,
  tooLong?: AbortSignal,
): Promise<{ connection: MessageConnection; token: string }> {
  const socket = connect(path);
  const giveUp = () => socket.destroy(new Error('it does not answer'));
  tooLong?.addEventListener('abort', giveUp, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
    socket.unref();
    return await greet(socket, token, onClose);
  } finally {
    tooLong?.removeEventListener('abort', giveUp);
  }
}

async function greet(
  socket: Socket,
  token: string,
  onClose: () => void,
): Promise<{ connection: MessageConnection; token: string }> {
  const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
  connection.onClose(() => {
    onClose();
    // Rejects the requests that are still pending.
    connection.dispose();
  });
  connection.onError(() => socket.destroy());
  connection.listen();
  const hello = helloWith(token);
  const welcome = await connection.sendRequest<Welcome>(HELLO, hello);
  if (isProven('editor', token, { nonce: hello.nonce, proof: String(welcome?.proof) }))
    return { connection, token: String(welcome.token) };
  socket.destroy();
  throw new Error('what answers there is not the editor');
}

/** The verdict of the editor's user; undefined when it cannot ask. */
export async function askForReview(
  editor: MessageConnection,
  review: Review,
  signal: AbortSignal,
): Promise<Verdict | undefined> {
  try {
    return await request<Verdict>(editor, REVIEW, review, signal);
  } catch (error) {
    if (isUnknownMethod(error)) return undefined;
    // It was asked and then disconnected or failed: nobody agreed.
    return { applied: false, reason: `The review ended without an answer: ${messageOf(error)}` };
  }
}

/** A request that is cancelled when the signal aborts. */
export async function request<T>(
  editor: MessageConnection,
  method: string,
  params: object,
  signal: AbortSignal,
): Promise<T> {
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
