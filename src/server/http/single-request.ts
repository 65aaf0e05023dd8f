import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ErrorCode, type JSONRPCMessage, type JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js';
import { HEADER_MISMATCH, UNSUPPORTED_VERSION } from '../core/modern.ts';
import { sendJson } from './base/http-error.ts';

/** An answer that takes longer is streamed, so that proxies see that the connection lives, in milliseconds. */
const PATIENCE_MS = 5_000;
/** Interval of signs of life on a quiet stream, in milliseconds. */
const HEARTBEAT_INTERVAL_MS = 15_000;

/** The status of an error that the request itself is to blame for. */
const STATUS: Record<number, number> = {
  [ErrorCode.ParseError]: 400,
  [ErrorCode.InvalidRequest]: 400,
  [ErrorCode.MethodNotFound]: 404,
  [HEADER_MISMATCH]: 400,
  [UNSUPPORTED_VERSION]: 400,
};

/** One request over HTTP as a connection of its own. The answer is JSON, or a stream where there is more to tell. */
export class SingleRequest implements Transport {
  onmessage?: Transport['onmessage'];
  onclose?: () => void;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #message: JSONRPCRequest;
  #timer: NodeJS.Timeout | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, message: JSONRPCRequest) {
    this.#request = request;
    this.#response = response;
    this.#message = message;
  }

  async start(): Promise<void> {
    // Nobody else can ask for the answer.
    this.#response.once('close', () => void this.close());
    this.#timer = setTimeout(() => this.#stream(), PATIENCE_MS);
    const { url = '', headers } = this.#request;
    this.onmessage?.(this.#message, { requestInfo: { headers, url: new URL(url, 'http://localhost') } });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const response = this.#response;
    if ('method' in message) {
      if (this.#stream()) this.#write(message);
    } else if (response.headersSent) {
      this.#write(message);
      response.end();
    } else {
      clearTimeout(this.#timer);
      sendJson(response, ('error' in message && STATUS[message.error.code]) || 200, message);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.onclose?.();
  }

  /** Answers with a stream from now on. @returns false where the client takes none. */
  #stream(): boolean {
    const response = this.#response;
    if (response.headersSent) return true;
    if (!/text\/event-stream|\*\/\*/.test(this.#request.headers.accept ?? '')) return false;
    clearTimeout(this.#timer);
    this.#timer = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_INTERVAL_MS);
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    return true;
  }

  #write(message: JSONRPCMessage): void {
    this.#response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
  }
}
