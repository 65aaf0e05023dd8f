import { pipeline, type Readable } from 'node:stream';
import { LIMITS } from '../apimachinery/limits.ts';
import type { ApiResponse } from './request.ts';

/** Applies to connections without pings. */
const MAX_SILENCE_MS = 45_000;

/** The part of an answer that decides how it is handled. */
export interface Answer {
  statusCode: number;
  headers: ApiResponse['headers'];
  body: Readable;
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

/** The answer's bytes, decompressed as they arrive; when the reader stops, so do decompression and answer. */
export async function* unpacked({ headers, body }: Answer): AsyncGenerator<Buffer, void> {
  const coding = String(headers['content-encoding'] ?? '').trim();
  if (!/^(?:x-)?gzip$/i.test(coding)) {
    yield* body;
    return;
  }
  const { createGunzip } = await import('node:zlib');
  // Whoever iterates over it hears of its errors, which include those of the answer.
  yield* pipeline(body, createGunzip(), () => undefined);
}

/** The pieces made of a body; a long silence is an error, as nothing else shows that the other side is gone. */
export async function* untilSilent(pieces: AsyncIterable<Buffer>, body: Readable): AsyncGenerator<Buffer, void> {
  const arm = () => setTimeout(() => body.destroy(new Error('the connection was lost')), MAX_SILENCE_MS);
  let timer = arm();
  try {
    for await (const piece of pieces) {
      clearTimeout(timer);
      yield piece;
      timer = arm();
    }
  } finally {
    clearTimeout(timer);
  }
}
