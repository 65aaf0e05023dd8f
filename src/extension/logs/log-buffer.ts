/** The most that is kept of a log: characters, and when there are more of them, how many stay. */
const MAX_CHARACTERS = 4_000_000;
const KEPT_CHARACTERS = 3_000_000;

/** The newest part of a log as text. */
export class LogBuffer {
  #text = '';
  #dropped = false;

  /** What is kept, with a first line that says so when there was more. */
  get text(): string {
    return this.#dropped ? `… ${this.#text}` : this.#text;
  }

  get length(): number {
    return this.#text.length;
  }

  /** Adds lines; each of them ends with a line break. */
  add(lines: readonly string[]): void {
    this.#text += lines.map((line) => `${line}\n`).join('');
    if (this.#text.length <= MAX_CHARACTERS) return;
    // Much at a time: an editor has to move everything up each time.
    const at = this.#text.indexOf('\n', this.#text.length - KEPT_CHARACTERS);
    this.#text = this.#text.slice(at + 1);
    this.#dropped = true;
  }
}
