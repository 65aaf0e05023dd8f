import type { Readable, Writable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ErrorCode, type JSONRPCMessage, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { LIMITS, LimitError } from '../../kubernetes/apimachinery/limits.ts';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import { parseBoundedJson } from '../../kubernetes/text/json-reader.ts';
import { parseMessage } from '../core/message-json.ts';
import type { OpenedStdio } from './opening.ts';

/** How much of an overlong line is searched for its id, in bytes. */
const BEGINNING = 1_000;
const ID = /"id"\s*:\s*(-?\d{1,15}(?=\s*[,}])|"(?:[^"\\]|\\.){0,100}")/;
/** Many clients write the id last. */
const LAST_ID = /,\s*"id"\s*:\s*(-?\d{1,15}|"(?:[^"\\]|\\.){0,100}")\s*\}\s*$/;

/**
 * MCP's stdio transport: one JSON-RPC message per line. No line ends the connection: an unacceptable request is refused
 * by its id, so that nobody waits for an answer; one without an id is reported to `onerror`.
 */
export class LineTransport implements Transport {
  onmessage?: Transport['onmessage'];
  onerror?: (error: Error) => void;
  onclose?: () => void;
  readonly #input: Readable;
  readonly #output: Writable;
  /** What the client has been answered already; the answer to it that follows is not sent. */
  #answered: OpenedStdio['answered'];
  #pieces: Buffer[] = [];
  #size = 0;

  constructor({ input, output, answered }: OpenedStdio) {
    this.#input = input;
    this.#output = output;
    this.#answered = answered;
  }

  async start(): Promise<void> {
    this.#input.on('data', this.#read).on('error', this.#report);
  }

  async close(): Promise<void> {
    this.#input.off('data', this.#read).off('error', this.#report);
    this.#input.pause();
    this.onclose?.();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#answered !== undefined && 'result' in message && message.id === this.#answered) {
      this.#answered = undefined;
      return;
    }
    await new Promise<void>((resolve) => {
      if (this.#output.write(`${JSON.stringify(message)}\n`)) resolve();
      else this.#output.once('drain', resolve);
    });
  }

  readonly #report = (error: unknown): void => {
    this.onerror?.(error instanceof Error ? error : new Error(messageOf(error)));
  };

  readonly #read = (chunk: Buffer): void => {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  };

  #keep(piece: Buffer): void {
    const fitted = this.#size <= LIMITS.message.bytes;
    this.#size += piece.length;
    if (this.#size <= LIMITS.message.bytes) this.#pieces.push(piece);
    else if (fitted) this.#pieces = [Buffer.concat([...this.#pieces, piece]).subarray(0, BEGINNING)];
  }

  #endLine(): void {
    const line = Buffer.concat(this.#pieces).toString('utf8');
    const tooLong = this.#size > LIMITS.message.bytes;
    this.#pieces = [];
    this.#size = 0;
    try {
      if (tooLong) this.#refuse(idIn(line), `A message has at most ${LIMITS.message.bytes >> 20} MB.`);
      else if (line.trim() !== '') this.#take(parseBoundedJson(line, LIMITS.message, parseMessage));
    } catch (error) {
      if (error instanceof LimitError) this.#refuse(idIn(line), `The message is too much: ${error.message}.`);
      else this.#report(error);
    }
  }

  #take(content: unknown): void {
    const { success, data } = JSONRPCMessageSchema.safeParse(content);
    if (success) this.onmessage?.(data);
    else if (Array.isArray(content)) {
      for (const one of content)
        this.#refuse(requestId(one), 'Batches are not supported: send each message in a line.');
    } else this.#refuse(requestId(content), 'This is not a message as MCP defines it.');
  }

  #refuse(id: string | number | undefined, message: string): void {
    this.#report(new Error(message));
    if (id !== undefined) void this.send({ jsonrpc: '2.0', id, error: { code: ErrorCode.InvalidRequest, message } });
  }
}

function requestId(content: unknown): string | number | undefined {
  if (!isObject(content) || !('method' in content)) return undefined;
  const { id } = content;
  return typeof id === 'string' || Number.isSafeInteger(id) ? (id as string | number) : undefined;
}

function idIn(line: string): string | number | undefined {
  const found = (LAST_ID.exec(line.slice(-BEGINNING)) ?? ID.exec(line.slice(0, BEGINNING)))?.[1];
  return found === undefined ? undefined : JSON.parse(found);
}
