import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Socket as Connection } from 'node:net';
import { addAbortSignal, Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { WebSocket } from 'ws';
import { neverSent } from './connection-failures.ts';

/** The server's answer: 101 and a socket, or why there is none. */
export interface Upgrade {
  statusCode: number;
  headers: IncomingMessage['headers'];
  body: Readable;
  socket: WebSocket;
}

/** A larger message ends the connection, in bytes; Kubernetes sends a few kilobytes. */
const MAX_MESSAGE_BYTES = 1 << 20;
/** Proxies cut connections that are silent for a minute, and a dead one must be noticed soon; milliseconds. */
const PING_INTERVAL_MS = 10_000;
/** After this many unanswered pings in a row, the other side counts as dead. */
const MAX_UNANSWERED = 3;
/**
 * The same for pings behind data, which a kubelet holds up as long as its container does not read: with 15 minutes about
 * as long as TCP tries to deliver.
 */
const MAX_UNANSWERED_BEHIND_DATA = 90;
/** So much is held up by hardly anybody, in bytes: the smallest buffer of a container, that of its terminal, takes it. */
const ROOM_BYTES = 4_096;
/** Of a ping or pong without its content. */
const FRAME_BYTES = 6;

/**
 * Opens a WebSocket, paused so that nothing is lost until its reader resumes it. It is kept alive with pings; after
 * three without a sign of life it emits an error and closes, or later if data may keep them from being read.
 * @param pingInterval in milliseconds.
 */
export async function openWebSocket(
  url: URL,
  protocols: readonly string[],
  options: RequestOptions,
  signal: AbortSignal,
  pingInterval = PING_INTERVAL_MS,
): Promise<Upgrade> {
  const { WebSocket } = await import('ws');
  signal.throwIfAborted();
  const { socket, failureOf } = begun(WebSocket, url.href.replace(/^http/, 'ws'), [...protocols], options);
  const abort = () => socket.terminate();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const refusal = await new Promise<IncomingMessage | undefined>((resolve, reject) => {
      socket.once('upgrade', ({ socket: connection }) => {
        socket.once('open', () => {
          socket.pause();
          keepAlive(socket, connection, pingInterval);
          resolve(undefined);
        });
      });
      socket.once('unexpected-response', (_, response) => resolve(response));
      socket.on('error', (error) => reject(failureOf(error)));
    });
    const body = refusal ? addAbortSignal(signal, refusal) : Readable.from([]);
    return { statusCode: refusal?.statusCode ?? 101, headers: refusal?.headers ?? {}, body, socket };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

interface Begun {
  socket: WebSocket;
  /** Marks an error as never sent while there is no connection, or no TLS, for the request. */
  failureOf(error: Error): Error;
}

function begun(Socket: typeof WebSocket, url: string, protocols: string[], options: RequestOptions): Begun {
  let isSent = false;
  const finishRequest = (request: ClientRequest) => {
    onConnected(request, () => {
      isSent = true;
    });
    request.end();
  };
  const failureOf = (error: Error) => (isSent ? error : neverSent(error));
  try {
    return {
      socket: new Socket(url, protocols, { ...options, maxPayload: MAX_MESSAGE_BYTES, finishRequest }),
      failureOf,
    };
  } catch (error) {
    // Of certificates and keys that cannot be used.
    throw failureOf(error as Error);
  }
}

function onConnected(request: ClientRequest, listener: () => void): void {
  request.once('socket', (connection: Connection) => {
    if (connection instanceof TLSSocket) connection.once('secureConnect', listener);
    else if (connection.connecting) connection.once('connect', listener);
    else listener();
  });
}

function keepAlive(socket: WebSocket, connection: Connection, interval: number): void {
  const begin = connection.bytesWritten;
  let own = 0;
  /** How many bytes of data were sent. */
  const sent = () => connection.bytesWritten - begin - own;
  /** How many of them were read before the last ping that was answered. */
  let read = 0;
  let waiting = 0;
  let unanswered = 0;
  let limit = MAX_UNANSWERED;
  const heard = () => {
    unanswered = 0;
  };
  for (const sign of ['message', 'ping', 'pong']) socket.on(sign, heard);
  // `ws` has answered it.
  socket.on('ping', ({ length }) => {
    own += FRAME_BYTES + length;
  });
  socket.on('pong', (content) => {
    read = Math.max(read, Number(content.toString()) || 0);
  });
  const timer = setInterval(() => {
    const before = waiting;
    waiting = socket.bufferedAmount;
    // While paused nothing is received: the pong may be queued behind unread data. What waited and goes out now takes
    // the place of what was received.
    if (socket.isPaused || waiting < before) heard();
    // Nothing that is sent later keeps the first ping from being read.
    if (unanswered === 0) limit = sent() - read > ROOM_BYTES ? MAX_UNANSWERED_BEHIND_DATA : MAX_UNANSWERED;
    if (unanswered === limit) {
      socket.emit('error', new Error(`no sign of life for ${(limit * interval) / 1000} s`));
      socket.terminate();
    } else if (socket.readyState === socket.OPEN) {
      unanswered += 1;
      const content = String(sent());
      socket.ping(content);
      own += FRAME_BYTES + content.length;
    }
  }, interval);
  socket.once('close', () => clearInterval(timer));
}
