import type { WebSocket } from 'ws';
import { pathOf } from '../apimachinery/api-resource.ts';
import { messageOf, UserError } from '../apimachinery/errors.ts';
import { isObject } from '../apimachinery/objects.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import type { WebSocketRequest } from '../client/request.ts';
import { kubeletError, throughKubelet } from './kubelet.ts';

/** A command and where it runs. */
export interface ExecRequest {
  namespace: string;
  pod: string;
  /** Of the pod that is meant. */
  uid?: string | undefined;
  container: string;
  /** The program and its arguments, not parsed by a shell. */
  command: readonly string[];
  /** What it can read from stdin; by default it has none. */
  stdin?: Buffer;
  /** Ends stdin after that. What was sent just before may be lost, so a command that counts needs no end. */
  endsStdin?: true;
  /** Milliseconds, including the connection. */
  timeout: number;
  signal: AbortSignal;
}

/** How a command ended, or why waiting for it stopped. */
export type ExecEnd =
  | { exitCode: number }
  /** It could not be started. */
  | { problem: string }
  | { stopped: 'timeout' | 'output' };

export interface ExecResult {
  stdout: Buffer;
  stderr: Buffer;
  end: ExecEnd;
}

/** The maximum of stdout and stderr together read from one command, in bytes. */
export const MAX_OUTPUT = 1 << 20;
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const INPUT_PIECE = 32 << 10;
/** The first byte of a message that closes the channel in its second. */
const CLOSE = 255;
/** The first byte of each message. */
export const CHANNELS = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4 };

/** The request that starts a command with these of its streams: `stdout`, `stdin`, `tty`, … */
export function commandRequest(
  {
    namespace,
    pod,
    uid,
    container,
    command,
  }: Pick<ExecRequest, 'pod' | 'uid' | 'container' | 'command'> & {
    namespace: string | undefined;
  },
  streams: readonly string[],
): Pick<WebSocketRequest, 'path' | 'uid' | 'query' | 'protocols'> {
  const query = new URLSearchParams({ container });
  for (const stream of streams) query.append(stream, 'true');
  for (const argument of command) query.append('command', argument);
  return { path: pathOf(kinds.pods, namespace, pod, 'exec'), uid, query, protocols: PROTOCOLS };
}

/**
 * Runs a command in a container, without a terminal. Ends with the command, at the timeout or on too
 * much output; the result has the output so far.
 * @throws ApiError when the API server refuses; UserError when the connection breaks.
 */
export async function exec(client: ApiClient, request: ExecRequest): Promise<ExecResult> {
  const { timeout, signal } = request;
  const began = performance.now();
  const socket = await throughKubelet(client, request, () =>
    client.webSocket({
      ...commandRequest(request, ['stdout', 'stderr', ...(request.stdin ? ['stdin'] : [])]),
      timeout,
      signal,
    }),
  );
  if (request.stdin) sendInput(socket, request.stdin, request.endsStdin);
  const result = await collect(socket, timeout - (performance.now() - began), signal);
  // Newer API servers open the WebSocket before they contact the kubelet.
  const unreached = 'problem' in result.end && (await kubeletError(result.end.problem, client, request));
  if (unreached) throw unreached;
  return result;
}

// Older API servers cannot tell a command that stdin has ended.
function sendInput(socket: WebSocket, input: Buffer, ends: boolean | undefined): void {
  for (let at = 0; at < input.length; at += INPUT_PIECE)
    socket.send(Buffer.concat([Buffer.of(CHANNELS.stdin), input.subarray(at, at + INPUT_PIECE)]));
  if (ends && socket.protocol === PROTOCOLS[0]) socket.send(Buffer.of(CLOSE, CHANNELS.stdin));
}

function collect(socket: WebSocket, timeout: number, signal: AbortSignal): Promise<ExecResult> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let size = 0;
  let end: ExecEnd | undefined;
  let broken: Error | undefined;
  const stop = (why: 'timeout' | 'output') => {
    end ??= { stopped: why };
    socket.terminate();
  };
  const timer = setTimeout(() => stop('timeout'), timeout);
  const abort = () => socket.terminate();
  signal.addEventListener('abort', abort, { once: true });
  socket.on('message', (data) => {
    // By default, `ws` delivers Buffers.
    if (!Buffer.isBuffer(data)) return;
    const content = data.subarray(1);
    if (data[0] === CHANNELS.status) end ??= parseStatus(content.toString());
    if (data[0] !== CHANNELS.stdout && data[0] !== CHANNELS.stderr) return;
    const room = content.subarray(0, MAX_OUTPUT - size);
    if (room.length > 0) (data[0] === CHANNELS.stdout ? stdout : stderr).push(room);
    size += room.length;
    if (room.length < content.length) stop('output');
  });
  return new Promise((resolve, reject) => {
    socket.on('error', (error) => {
      broken = error;
    });
    socket.on('close', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      if (signal.aborted) reject(signal.reason);
      else if (end) resolve({ stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), end });
      else reject(new UserError(lostText(broken)));
    });
    if (signal.aborted) abort();
    socket.resume();
  });
}

function lostText(error: Error | undefined): string {
  const why = error ? ` (${messageOf(error)})` : '';
  return `The connection was lost${why} before the command ended; it may still be running in the container.`;
}

/** Parses the last message of a session, a `Status` object. */
export function parseStatus(text: string): ExecEnd {
  let status: unknown;
  try {
    status = JSON.parse(text);
  } catch {
    return { problem: text };
  }
  if (!isObject(status)) return { problem: text };
  if (status.status === 'Success') return { exitCode: 0 };
  const causes = isObject(status.details) && Array.isArray(status.details.causes) ? status.details.causes : [];
  const code = causes.find((cause) => isObject(cause) && cause.reason === 'ExitCode');
  return isObject(code) ? { exitCode: Number(code.message) } : { problem: String(status.message) };
}
