import type { MessageConnection } from 'vscode-jsonrpc/node';
import { messageOf } from '../kubernetes/errors.ts';
import {
  EDITOR_SOCKET_VARIABLE,
  EDITOR_TOKEN_VARIABLE,
  HELLO,
  RESOURCE_SHOWN,
  type ResourceShown,
} from '../protocol.ts';

/** The way to the editor that started this server. Announcements are a courtesy: without an editor they are dropped. */
export interface EditorLink {
  announce(shown: ResourceShown): void;
}

/** The link that the environment describes; undefined where no editor listens. Connects with the first announcement. */
export function editorLink(env: NodeJS.ProcessEnv, log: (message: string) => void): EditorLink | undefined {
  const path = env[EDITOR_SOCKET_VARIABLE];
  const token = env[EDITOR_TOKEN_VARIABLE];
  // Credential plugins inherit the environment, and have no business in the editor.
  delete env[EDITOR_SOCKET_VARIABLE];
  delete env[EDITOR_TOKEN_VARIABLE];
  if (!path || !token) return undefined;
  let connection: Promise<MessageConnection> | undefined;
  const forget = () => {
    connection = undefined;
  };
  return {
    announce(shown) {
      connection ??= open(path, token, forget);
      connection
        .then((editor) => editor.sendNotification(RESOURCE_SHOWN, shown))
        .catch((error: unknown) => {
          forget();
          log(`The editor could not be told: ${messageOf(error)}`);
        });
    },
  };
}

async function open(path: string, token: string, onClose: () => void): Promise<MessageConnection> {
  const { connect } = await import('node:net');
  const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = await import('vscode-jsonrpc/node');
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  socket.unref();
  const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
  connection.onClose(onClose);
  connection.onError(() => socket.destroy());
  connection.listen();
  await connection.sendRequest(HELLO, { token });
  return connection;
}
