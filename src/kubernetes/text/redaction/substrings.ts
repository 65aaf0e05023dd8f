/** Longer ones are matched by their beginning. */
const MAX_CHARACTERS = 32;

/** Tests whether a text contains any of many strings, in time independent of their number. */
export class Substrings {
  /** Keyed by length, cut at MAX_CHARACTERS. */
  readonly #byLength = new Map<number, Set<string>>();
  readonly #beginnings = new Set<string>();
  readonly #shortest: number;

  /** Strings shorter than `shortest` are ignored, as they also occur in texts by chance. */
  constructor(strings: Iterable<string>, shortest: number) {
    this.#shortest = shortest;
    for (const whole of strings) {
      if (whole.length < shortest) continue;
      const string = whole.slice(0, MAX_CHARACTERS);
      const same = this.#byLength.get(string.length) ?? new Set();
      this.#byLength.set(string.length, same.add(string));
      this.#beginnings.add(string.slice(0, shortest));
    }
  }

  /** Does the text contain one of them? */
  isIn(text: string): boolean {
    if (this.#beginnings.size === 0) return false;
    for (let at = 0; at + this.#shortest <= text.length; at += 1) {
      if (!this.#beginnings.has(text.slice(at, at + this.#shortest))) continue;
      for (const [length, strings] of this.#byLength) if (strings.has(text.slice(at, at + length))) return true;
    }
    return false;
  }
}
