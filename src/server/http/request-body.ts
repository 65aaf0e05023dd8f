import type { IncomingMessage } from 'node:http';
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { LIMITS, LimitError } from '../../kubernetes/apimachinery/limits.ts';
import { utf8Text } from '../../kubernetes/apimachinery/utf8.ts';
import { parseBoundedJson } from '../../kubernetes/text/json-reader.ts';
import { CollectedBytes } from '../core/collected-bytes.ts';
import { parseMessage } from '../core/message-json.ts';
import { MessageOutline } from '../core/message-outline.ts';
import { HttpError } from './base/http-error.ts';

/** A body may come in so many pieces, and in one more for each so many bytes: each costs time, however small it is. */
const MAX_PIECES = 10_000;
const BYTES_PER_PIECE = 256;

/** The JSON body of a request. */
export class RequestBody {
  readonly #request: IncomingMessage;
  readonly #most: number;
  readonly #collected = new CollectedBytes();
  #size = 0;
  #pieces = 0;
  #parsed: { message: unknown } | undefined;

  /** @param most its largest size, in bytes. */
  constructor(request: IncomingMessage, most: number) {
    this.#request = request;
    this.#most = most;
  }

  /**
   * Reads and parses it.
   * @throws HttpError for a body that is too large (413), too deep, not JSON (415, 400) or incomplete (400).
   */
  async message(): Promise<unknown> {
    const { 'content-type': type = '', 'content-encoding': encoding, 'content-length': length } = this.#request.headers;
    if (!/^application\/json\s*(;|$)/i.test(type))
      throw new HttpError(415, 'The Content-Type has to be application/json.');
    if (encoding && encoding !== 'identity') throw new HttpError(415, `A body encoded as ${encoding} cannot be read.`);
    if (Number(length) > this.#most) throw tooLarge(this.#most);
    await this.#read(this.#most, (piece) => this.#collected.push(piece));
    if (this.#size > this.#most) throw tooLarge(this.#most);
    const message = parsed(this.#collected.bytes, this.#most);
    this.#parsed = { message };
    return message;
  }

  /** What is known of the message when it is refused. What was not read of it is read now, up to a limit, and not kept. */
  async outline(): Promise<unknown> {
    if (this.#parsed) return this.#parsed.message;
    const outline = new MessageOutline();
    outline.push(this.#collected.bytes);
    // Whatever is wrong with the body is told already.
    await this.#read(2 * this.#most, (piece) => outline.push(piece)).catch(() => undefined);
    return outline.message;
  }

  /** Passes on what comes until the end, or until more than so many bytes have come. @throws HttpError */
  #read(most: number, take: (piece: Buffer) => void): Promise<void> {
    const request = this.#request;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const read = (piece: Buffer) => {
      this.#pieces += 1;
      this.#size += piece.length;
      take(piece);
      if (this.#size > most) resolve();
      else if (this.#pieces > MAX_PIECES + this.#size / BYTES_PER_PIECE) reject(tooScattered());
      else return;
      // The answer is sent before the connection closes.
      request.pause().off('data', read);
    };
    const fail = () => reject(new HttpError(400, 'The request ended before its body was complete.'));
    if (request.readableEnded) resolve();
    else if (request.destroyed) fail();
    // What has been paused goes on only when it is told to.
    else request.on('data', read).once('end', resolve).once('error', fail).once('close', fail).resume();
    return promise;
  }
}

function parsed(content: Buffer, most: number): unknown {
  try {
    return parseBoundedJson(utf8Text(content) ?? '', { ...LIMITS.message, bytes: most }, parseMessage);
  } catch (error) {
    if (error instanceof LimitError) throw new HttpError(400, `The body is too much: ${error.message}.`);
    throw new HttpError(400, 'The body is not JSON.', {}, ErrorCode.ParseError);
  }
}

// The rest of the body is not read, so the connection cannot be reused.
function tooLarge(most: number): HttpError {
  return new HttpError(413, `A request may have at most ${most} bytes.`, { connection: 'close' });
}

function tooScattered(): HttpError {
  return new HttpError(400, 'The body comes in too many pieces.', { connection: 'close' });
}
