import type { IncomingMessage } from 'node:http';
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { LIMITS, LimitError } from '../../kubernetes/apimachinery/limits.ts';
import { parseBoundedJson } from '../../kubernetes/text/json-reader.ts';
import { parseMessage } from '../core/message-json.ts';
import { HttpError } from './base/http-error.ts';

/**
 * The JSON body of a request.
 * @throws HttpError for a body that is too large (413), too deep, not JSON (415, 400) or incomplete (400).
 */
export async function readJson(request: IncomingMessage, most: number): Promise<unknown> {
  const { 'content-type': type = '', 'content-encoding': encoding, 'content-length': length } = request.headers;
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new HttpError(415, 'The Content-Type has to be application/json.');
  if (encoding && encoding !== 'identity') throw new HttpError(415, `A body encoded as ${encoding} cannot be read.`);
  if (Number(length) > most) throw tooLarge(most);
  const content = await readAll(request, most);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return parseBoundedJson(text, { ...LIMITS.message, bytes: most }, parseMessage);
  } catch (error) {
    if (error instanceof LimitError) throw new HttpError(400, `The body is too much: ${error.message}.`);
    throw new HttpError(400, 'The body is not JSON.', {}, ErrorCode.ParseError);
  }
}

function readAll(request: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      parts.push(part);
      if (size <= most) return;
      // Send the answer before the connection closes.
      request.pause().removeAllListeners('data');
      reject(tooLarge(most));
    });
    request.once('end', () => resolve(Buffer.concat(parts)));
    request.once('error', () => reject(new HttpError(400, 'The request ended before its body was complete.')));
  });
}

// The rest of the body is not read, so the connection cannot be reused.
function tooLarge(most: number): HttpError {
  return new HttpError(413, `A request may have at most ${most} bytes.`, { connection: 'close' });
}
