import { isUtf8 } from 'node:buffer';

const decoder = new TextDecoder();

/** The text that the bytes are in UTF-8, without its byte-order mark; undefined if they are none. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  // An error thrown for each would cost more than all else: most of what is asked about is no text.
  return isUtf8(bytes) ? decoder.decode(bytes) : undefined;
}
