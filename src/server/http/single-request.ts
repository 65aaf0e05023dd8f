import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ErrorCode, type JSONRPCMessage, type JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js';
import { HEADER_MISMATCH, isModern, MISSING_CAPABILITY, UNSUPPORTED_VERSION } from '../core/modern.ts';
import { takesStreams } from './accept.ts';
import { sendJson } from './base/http-error.ts';
import { onceClosed } from './base/once-closed.ts';
import { EVENT_COMMENT, PATIENCE_MS, startHeartbeat } from './heartbeat.ts';
import { SlowAnswer } from './slow-answer.ts';

/** The status of an error that the request itself is to blame for. */
const STATUS: Record<number, number> = {
  [ErrorCode.ParseError]: 400,
  [ErrorCode.InvalidRequest]: 400,
  [ErrorCode.MethodNotFound]: 404,
  [HEADER_MISMATCH]: 400,
  [MISSING_CAPABILITY]: 400,
  [UNSUPPORTED_VERSION]: 400,
};

/** One request over HTTP as a connection of its own. The answer is JSON, or a stream where there is more to tell. */
export class SingleRequest implements Transport {
  onmessage?: Transport['onmessage'];
  onclose?: () => void;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #message: JSONRPCRequest;
  /** For a client that takes no streams. */
  readonly #json: SlowAnswer | undefined;
  #patience: NodeJS.Timeout | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, message: JSONRPCRequest) {
    this.#request = request;
    this.#response = response;
    this.#message = message;
    if (!takesStreams(request)) this.#json = new SlowAnswer(response);
  }

  async start(): Promise<void> {
    // Nobody else can ask for the answer.
    onceClosed(this.#response, () => void this.close());
    if (!this.#json) this.#patience = setTimeout(() => this.#stream(), PATIENCE_MS);
    const { url = '', headers } = this.#request;
    this.onmessage?.(this.#message, { requestInfo: { headers, url: new URL(url, 'http://localhost') } });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const response = this.#response;
    // It may have been refused meanwhile, and a client that reads slowly keeps an ended response open.
    if (response.writableEnded || response.destroyed) return;
    // Clients of older revisions take a status for the failure of their session.
    const isMistake = 'error' in message && isModern(this.#message.params);
    const status = (isMistake && STATUS[message.error.code]) || 200;
    if (this.#json) {
      if (!('method' in message)) this.#json.send(status, JSON.stringify(message));
    } else if ('method' in message) {
      this.#stream();
      this.#write(message);
    } else if (response.headersSent) {
      this.#write(message);
      response.end();
    } else {
      clearTimeout(this.#patience);
      sendJson(response, status, message);
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#patience);
    this.onclose?.();
  }

  /** Answers with a stream from now on. */
  #stream(): void {
    const response = this.#response;
    if (response.headersSent) return;
    clearTimeout(this.#patience);
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    startHeartbeat(response, EVENT_COMMENT);
  }

  #write(message: JSONRPCMessage): void {
    this.#response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
  }
}
