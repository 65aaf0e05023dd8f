import type { Readable, Writable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ErrorCode, type JSONRPCMessage, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { LIMITS, LimitError } from '../../kubernetes/apimachinery/limits.ts';
import type { JsonObject } from '../../kubernetes/apimachinery/objects.ts';
import { parseBoundedJson } from '../../kubernetes/text/json-reader.ts';
import { answerId } from '../core/answer-id.ts';
import { CollectedBytes } from '../core/collected-bytes.ts';
import { parseMessage } from '../core/message-json.ts';
import { MessageOutline, outlineOf } from '../core/message-outline.ts';
import { BATCH_REVISION, Batch } from './batch.ts';
import type { OpenedStdio } from './opening.ts';

/** Some programs begin what they write with it. */
const BYTE_ORDER_MARK = /^\uFEFF/;
const NO_MESSAGE = 'This is not a message as MCP defines it.';

/**
 * MCP's stdio transport: one JSON-RPC message per line, or a batch where the revision has them. No line ends the
 * connection: what is unacceptable is refused, by its id if that can be told, so that nobody waits for an answer, and
 * reported to `onerror`.
 */
export class LineTransport implements Transport {
  onmessage?: Transport['onmessage'];
  onerror?: (error: Error) => void;
  onclose?: () => void;
  readonly #input: Readable;
  readonly #output: Writable;
  /** What the client has been answered already; the answer to it that follows is not sent. */
  #answered: OpenedStdio['answered'];
  #line = new CollectedBytes();
  /** Of a line that is too long to be kept. */
  #outline: MessageOutline | undefined;
  /** Did the client ask for the revision with batches? It is agreed to, maybe after the first batch has been read. */
  #takesBatches = false;
  readonly #batches = new Set<Batch>();

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
    const { id } = 'method' in message ? {} : message;
    if (id !== undefined && [...this.#batches].some((batch) => batch.answer(id, message))) await this.#writeBatches();
    else await this.#write(message);
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
    if (this.#outline) {
      this.#outline.push(piece);
      return;
    }
    this.#line.push(piece);
    if (this.#line.size <= LIMITS.message.bytes) return;
    this.#outline = new MessageOutline();
    this.#outline.push(this.#line.bytes);
    this.#line = new CollectedBytes();
  }

  #endLine(): void {
    const line = this.#line;
    const outline = this.#outline;
    this.#line = new CollectedBytes();
    this.#outline = undefined;
    if (outline) this.#refuse(outline.message, `A message has at most ${LIMITS.message.bytes >> 20} MB.`);
    else this.#takeLine(line.bytes);
  }

  #takeLine(bytes: Buffer): void {
    const line = bytes.toString('utf8').replace(BYTE_ORDER_MARK, '');
    if (line.trim() === '') return;
    let content: unknown;
    try {
      content = parseBoundedJson(line, LIMITS.message, parseMessage);
    } catch (error) {
      const known = outlineOf(Buffer.from(line));
      if (error instanceof LimitError) this.#refuse(known, `The message is too much: ${error.message}.`);
      else this.#refuse(known, 'The line is not JSON.', ErrorCode.ParseError);
      return;
    }
    this.#take(content);
  }

  #take(content: unknown): void {
    const { success, data } = JSONRPCMessageSchema.safeParse(content);
    if (success) this.#receive(data);
    else if (Array.isArray(content) && content.length > 0) {
      if (this.#takesBatches) this.#takeBatch(content);
      else for (const one of content) this.#refuse(one, 'Batches are not supported: send each message in a line.');
    } else this.#refuse(content, NO_MESSAGE);
  }

  #takeBatch(content: readonly unknown[]): void {
    const read = content.map((one) => JSONRPCMessageSchema.safeParse(one));
    const messages = read.flatMap(({ data }) => data ?? []);
    const refused = content.filter((_, index) => !read[index]?.success);
    this.#batches.add(
      new Batch(
        messages,
        refused.flatMap((one) => this.#refusal(one, NO_MESSAGE) ?? []),
      ),
    );
    for (const message of messages) this.#receive(message);
    void this.#writeBatches();
  }

  #receive(message: JSONRPCMessage): void {
    if ('method' in message) this.#follow(message.method, message.params ?? {});
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.#report(error);
    }
  }

  #follow(method: string, { protocolVersion, requestId }: JsonObject): void {
    if (method === 'initialize') this.#takesBatches = protocolVersion === BATCH_REVISION;
    else if (method === 'notifications/cancelled' && [...this.#batches].some((batch) => batch.cancel(requestId)))
      void this.#writeBatches();
  }

  #refuse(content: unknown, message: string, code?: number): void {
    const refusal = this.#refusal(content, message, code);
    if (refusal) void this.#write(refusal);
  }

  /** The answer to what is unacceptable, if it gets one. */
  #refusal(content: unknown, message: string, code: number = ErrorCode.InvalidRequest): object | undefined {
    this.#report(new Error(message));
    const id = answerId(content);
    return id === undefined ? undefined : { jsonrpc: '2.0', id, error: { code, message } };
  }

  /** Writes the answers to the batches that have all of theirs; a batch of notifications has none. */
  async #writeBatches(): Promise<void> {
    // While this waits, others write, too: what they took from the set is not met here again.
    for (const batch of this.#batches) {
      const { answers } = batch;
      if (!answers) continue;
      this.#batches.delete(batch);
      if (answers.length > 0) await this.#write(answers);
    }
  }

  async #write(message: object): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#output.write(`${JSON.stringify(message)}\n`)) resolve();
      else this.#output.once('drain', resolve);
    });
  }
}
