import type { WebSocket } from 'ws';
import { messageOf } from '../apimachinery/errors.ts';
import type { ApiClient } from '../client/client.ts';
import { CHANNELS, commandRequest, type ExecEnd, parseStatus } from './exec.ts';
import { kubeletError, throughKubelet } from './kubelet.ts';

/** A program to run with a terminal, and where. */
export interface TerminalRequest {
  namespace: string | undefined;
  pod: string;
  container: string;
  command: readonly string[];
  onOutput: (text: string) => void;
  signal: AbortSignal;
}

type KubeletClient = Pick<ApiClient, 'webSocket'> & Partial<Pick<ApiClient, 'json'>>;

/** A program running in a container with a terminal. */
export class TerminalSession {
  readonly #socket: WebSocket;
  /** How it ended; `problem` when the connection broke. Never rejects. */
  readonly ended: Promise<ExecEnd>;

  private constructor(
    socket: WebSocket,
    { onOutput, signal }: TerminalRequest,
    explained: (end: ExecEnd) => Promise<ExecEnd>,
  ) {
    this.#socket = socket;
    const decoder = new TextDecoder();
    const abort = () => socket.terminate();
    signal.addEventListener('abort', abort, { once: true });
    this.ended = new Promise((resolve) => {
      let end: ExecEnd | undefined;
      let problem = 'The connection was closed.';
      socket.on('message', (message) => {
        // By default, `ws` delivers Buffers.
        if (!Buffer.isBuffer(message)) return;
        const [channel] = message;
        const content = message.subarray(1);
        if (channel === CHANNELS.status) end ??= parseStatus(content.toString());
        else if (channel === CHANNELS.stdout || channel === CHANNELS.stderr)
          onOutput(decoder.decode(content, { stream: true }));
      });
      socket.on('error', (error) => {
        problem = `The connection was lost: ${messageOf(error)}`;
      });
      socket.on('close', () => {
        signal.removeEventListener('abort', abort);
        resolve(explained(end ?? { problem }));
      });
    });
    if (signal.aborted) abort();
    socket.resume();
  }

  /** Starts the program. Errors are those of `ApiClient.webSocket`. */
  static async start(client: KubeletClient, request: TerminalRequest): Promise<TerminalSession> {
    const start = { ...commandRequest(request, ['stdin', 'stdout', 'tty']), signal: request.signal };
    const socket = await throughKubelet(client, request, () => client.webSocket(start));
    return new TerminalSession(socket, request, async (end) => {
      const unreached = 'problem' in end ? await kubeletError(end.problem, client, request) : undefined;
      return unreached ? { problem: unreached.message } : end;
    });
  }

  /** Sends what was typed. */
  write(text: string): void {
    this.#send(CHANNELS.stdin, text);
  }

  /** Sets the size of the screen, in characters. */
  resize(columns: number, rows: number): void {
    this.#send(CHANNELS.resize, JSON.stringify({ Width: columns, Height: rows }));
  }

  #send(channel: number, text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN)
      this.#socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(text)]));
  }
}
