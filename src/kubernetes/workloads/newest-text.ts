/** The most that is read of one log, in bytes: the newest. */
export const MAX_LOG_BYTES = 8 << 20;

/** The end of a text, in whole lines. */
export interface NewestText {
  text: string;
  /** There was older text, beyond what is read. */
  isCut: boolean;
}

/** Reads a text to its end and keeps the newest `MAX_LOG_BYTES` of it. */
export async function newestText(body: AsyncIterable<Buffer>): Promise<NewestText> {
  const pieces: Buffer[] = [];
  let size = 0;
  let dropped = 0;
  for await (const piece of body) {
    pieces.push(piece);
    size += piece.length;
    while (size - dropped - (pieces[0]?.length ?? 0) > MAX_LOG_BYTES) dropped += pieces.shift()?.length ?? 0;
  }
  const kept = Buffer.concat(pieces);
  if (size <= MAX_LOG_BYTES) return { text: kept.toString(), isCut: false };
  // One byte more tells whether the first line is whole; the rest of one that is not is discarded.
  const text = kept.subarray(-MAX_LOG_BYTES - 1).toString();
  return { text: text.slice(text.indexOf('\n') + 1), isCut: true };
}
