/** The most that is kept of a log, in characters, and how much of it stays when it is cut. */
const MAX_CHARACTERS = 4_000_000;
const KEPT_CHARACTERS = 3_000_000;

/** The newest part of a log as text. */
export class LogBuffer {
  #text = '';
  #dropped = false;

  /** The kept text, with a first line that says so if it was cut. */
  get text(): string {
    return this.#dropped ? `… ${this.#text}` : this.#text;
  }

  get length(): number {
    return this.#text.length;
  }

  /** Adds lines, each ending with a line break. */
  add(lines: readonly string[]): void {
    this.#text += lines.map((line) => `${line}\n`).join('');
    if (this.#text.length <= MAX_CHARACTERS) return;
    // Cut much at a time: each cut makes an editor redraw everything.
    const at = this.#text.indexOf('\n', this.#text.length - KEPT_CHARACTERS);
    this.#text = this.#text.slice(at + 1);
    this.#dropped = true;
  }
}
