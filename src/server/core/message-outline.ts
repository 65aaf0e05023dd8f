/** How much of a message is kept, in bytes. */
const MAX_KEPT = 10_000;

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...Buffer.from('"\\[]{}')];

/**
 * The outermost members of a message that cannot be parsed, because it is too large, too deep or broken: they tell
 * whether it is answered, and by which id. Values inside of them are left out.
 */
export class MessageOutline {
  readonly #kept: number[] = [];
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #isWhole = false;

  /** Reads on in the JSON text. */
  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length && !this.#isWhole; )
      at = this.#inString ? this.#afterString(piece, at) : this.#untilString(piece, at);
  }

  /** The message as far as it is known; undefined when it is no JSON object or list, or goes on. */
  get message(): unknown {
    if (!this.#isWhole || this.#kept.length > MAX_KEPT) return undefined;
    try {
      return JSON.parse(Buffer.from(this.#kept).toString('utf8'));
    } catch {
      return undefined;
    }
  }

  #afterString(piece: Uint8Array, from: number): number {
    let isEscaped = this.#isEscaped;
    let at = from;
    while (this.#inString && at < piece.length) {
      const byte = piece[at] as number;
      if (this.#depth <= 1) this.#keep(byte);
      this.#inString = isEscaped || byte !== QUOTE;
      isEscaped = byte === BACKSLASH && !isEscaped;
      at += 1;
    }
    this.#isEscaped = isEscaped;
    return at;
  }

  #untilString(piece: Uint8Array, from: number): number {
    let at = from;
    while (!this.#inString && !this.#isWhole && at < piece.length) {
      const byte = piece[at] as number;
      const isEnd = byte === CLOSE_LIST || byte === CLOSE_OBJECT;
      if (isEnd) this.#depth -= 1;
      if (this.#depth <= 1) this.#keep(byte);
      if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#depth += 1;
      this.#isWhole = isEnd && this.#depth <= 0;
      this.#inString = byte === QUOTE;
      at += 1;
    }
    return at;
  }

  #keep(byte: number): void {
    if (this.#kept.length <= MAX_KEPT) this.#kept.push(byte);
  }
}

/** What is known of a message from its JSON text. */
export function outlineOf(text: Uint8Array): unknown {
  const outline = new MessageOutline();
  outline.push(text);
  return outline.message;
}
