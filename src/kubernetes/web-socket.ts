import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { WebSocket } from 'ws';

/** What the server answered: 101 and a socket, or why there is none. */
export interface Upgrade {
  statusCode: number;
  headers: IncomingMessage['headers'];
  body: Blob;
  socket: WebSocket;
}

/** Asks for a WebSocket. It is paused, so that nothing is missed until its reader resumes it. */
export async function openWebSocket(
  url: URL,
  protocols: readonly string[],
  options: RequestOptions,
  signal: AbortSignal,
): Promise<Upgrade> {
  const { WebSocket } = await import('ws');
  signal.throwIfAborted();
  const socket = new WebSocket(url.href.replace(/^http/, 'ws'), [...protocols], options);
  const abort = () => socket.terminate();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const refusal = await new Promise<IncomingMessage | undefined>((resolve, reject) => {
      socket.once('open', () => {
        socket.pause();
        resolve(undefined);
      });
      socket.once('unexpected-response', (_, response) => resolve(response));
      socket.on('error', reject);
    });
    const body = new Blob(refusal ? [new Uint8Array(await buffer(refusal))] : []);
    return { statusCode: refusal?.statusCode ?? 101, headers: refusal?.headers ?? {}, body, socket };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
