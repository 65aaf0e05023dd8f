import type { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import type { WebSocket } from 'ws';
import { pathOf } from '../apimachinery/api-resource.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import { kubeletError, throughKubelet } from './kubelet.ts';

/** A port of a pod. */
export interface PodPort {
  namespace: string | undefined;
  pod: string;
  /** Of the pod that is meant; undefined for whichever has the name. */
  uid?: string | undefined;
  port: number;
  /** Milliseconds, for making a connection; as with any request by default. */
  timeout?: number | undefined;
  /** Ends the attempt to make one. */
  signal?: AbortSignal | undefined;
}

const PROTOCOL = 'v4.channel.k8s.io';
const DATA = 0;
const ERROR = 1;
/** Each channel starts with its port number, in two bytes. */
const GREETING = 2;
/** The most data taken from one side before the other has consumed it, in bytes. */
const MAX_WAITING_BYTES = 1 << 20;
/**
 * The protocol cannot signal a half-close to the pod, so silence for this long ends it, once the pod has everything.
 * Milliseconds.
 */
const CLOSE_TIMEOUT_MS = 5_000;
/** The answer to a ping with this content, sent behind all data, says that the kubelet has passed all of it on. */
const RECEIPT = Buffer.from('delivered');

/**
 * Connects a local connection to a port of a pod until either side closes. Each connection has its own WebSocket.
 * @throws what `ApiClient.webSocket` throws; a later UserError goes to `onProblem`, for example when nothing listens
 * there.
 * @param closeTimeout how long both sides are silent, in milliseconds, before a connection ends that its client has
 * half-closed.
 */
export async function joinToPod(
  client: Pick<ApiClient, 'webSocket'> & Partial<Pick<ApiClient, 'json'>>,
  { namespace, pod, uid, port, timeout, signal }: PodPort,
  local: Duplex & Partial<Pick<Socket, 'setTimeout'>>,
  onProblem: (message: string) => void,
  closeTimeout = CLOSE_TIMEOUT_MS,
): Promise<void> {
  const path = pathOf(kinds.pods, namespace, pod, 'portforward');
  const query = new URLSearchParams({ ports: String(port) });
  const socket = await throughKubelet(client, { namespace, pod, signal }, () =>
    client.webSocket({ path, uid, query, protocols: [PROTOCOL], timeout, signal }),
  );
  let reported = Promise.resolve();
  const report = (text: string) => {
    reported = kubeletError(text, client, { namespace, pod }).then((error) => onProblem(error?.message ?? text));
  };
  const greeted = new Map<number | undefined, number>();
  socket.on('message', (message) => {
    // By default, `ws` delivers Buffers.
    if (!Buffer.isBuffer(message)) return;
    const channel = message[0];
    const skipped = Math.min(message.length - 1, GREETING - (greeted.get(channel) ?? 0));
    greeted.set(channel, (greeted.get(channel) ?? 0) + skipped);
    const content = message.subarray(1 + skipped);
    if (content.length === 0) return;
    if (channel === ERROR) report(content.toString());
    if (channel !== DATA || local.destroyed || local.write(content)) return;
    socket.pause();
    local.once('drain', () => socket.resume());
  });
  socket.on('error', () => local.destroy());
  // Whoever hears of the end asks for the reason at once.
  socket.on('close', () => reported.then(() => local.end()));
  local.on('data', (data: Buffer) => send(socket, data, local));
  let isDelivered = false;
  socket.on('pong', (content) => {
    if (!content.equals(RECEIPT)) return;
    isDelivered = true;
    local.setTimeout?.(closeTimeout);
  });
  local.on('end', () => socket.ping(RECEIPT));
  // A client that is slow to read is not silent.
  local.on('timeout', () => local.writableLength === 0 && local.destroy());
  local.on('error', () => socket.terminate());
  local.on('close', () => (isDelivered ? socket.close() : socket.terminate()));
  if (local.destroyed) socket.terminate();
  socket.resume();
  local.resume();
}

/** A connection of this process to a port of a pod. Its user destroys it. Errors as in `joinToPod`. */
export async function connectToPod(
  client: Parameters<typeof joinToPod>[0],
  port: PodPort,
  onProblem: (message: string) => void,
): Promise<Duplex> {
  const [near, far] = duplexPair();
  near.on('close', () => far.destroy());
  far.on('close', () => near.destroy());
  await joinToPod(client, port, far, onProblem);
  return near;
}

function send(socket: WebSocket, data: Buffer, local: Duplex): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.send(Buffer.concat([Buffer.of(DATA), data]), () => {
    if (local.isPaused() && socket.bufferedAmount < MAX_WAITING_BYTES) local.resume();
  });
  if (socket.bufferedAmount >= MAX_WAITING_BYTES) local.pause();
}
