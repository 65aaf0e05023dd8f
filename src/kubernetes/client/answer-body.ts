import { Readable } from 'node:stream';
import { LIMITS } from '../apimachinery/limits.ts';
import type { ApiResponse } from './request.ts';

/** Applies to connections without pings. */
const MAX_SILENCE_MS = 45_000;

/** The part of an answer that decides how it is handled. */
export interface Answer {
  statusCode: number;
  headers: ApiResponse['headers'];
  body: AsyncIterable<Uint8Array>;
}

/** The text of an answer that is never needed whole: reading stops at the limit. */
export async function textOf(answer: Answer): Promise<string> {
  const pieces: Uint8Array[] = [];
  let left: number = LIMITS.failure.bytes;
  for await (const piece of unpacked(answer)) {
    pieces.push(piece.subarray(0, left));
    left -= piece.length;
    if (left <= 0) break;
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** The answer's bytes, decompressed as they arrive; when the reader stops, so does the decompression. */
export async function* unpacked({ headers, body }: Answer): AsyncIterable<Uint8Array> {
  const coding = String(headers['content-encoding'] ?? '').trim();
  if (!/^(?:x-)?gzip$/i.test(coding)) {
    yield* body;
    return;
  }
  const { createGunzip } = await import('node:zlib');
  const gunzip = createGunzip();
  const packed = Readable.from(body).on('error', (error) => gunzip.destroy(error));
  try {
    yield* packed.pipe(gunzip);
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}

/** The pieces of an answer; a long silence is an error, as nothing else shows that the other side is gone. */
export async function* untilSilent(body: Readable): AsyncGenerator<Buffer, void> {
  const arm = () => setTimeout(() => body.destroy(new Error('the connection was lost')), MAX_SILENCE_MS);
  let timer = arm();
  try {
    for await (const piece of body) {
      clearTimeout(timer);
      yield piece;
      timer = arm();
    }
  } finally {
    clearTimeout(timer);
  }
}
