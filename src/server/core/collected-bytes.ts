const SMALLEST = 4_096;

/** Bytes that arrive in pieces. They are copied: small pieces that are kept take far more memory than they hold. */
export class CollectedBytes {
  #buffer = Buffer.alloc(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** All of them so far; valid until the next `push`. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#size);
  }

  push(piece: Uint8Array): void {
    const size = this.#size + piece.length;
    if (size > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.#buffer.length, SMALLEST));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(piece, this.#size);
    this.#size = size;
  }
}
