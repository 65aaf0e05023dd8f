import { isUtf8 } from 'node:buffer';

const utf8 = new TextDecoder();

/** Decodes a file by its byte-order mark, UTF-8 without one. @throws TypeError for bytes that are not text. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}

/** The text that the bytes are in UTF-8, without its byte-order mark; undefined if they are none. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  // An error thrown for each would cost more than all else: most of what is asked about is no text.
  return isUtf8(bytes) ? utf8.decode(bytes) : undefined;
}
