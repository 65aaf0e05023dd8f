/** A time limit that can be suspended. */
export class Deadline {
  readonly #controller = new AbortController();
  #left: number;
  #since = performance.now();
  #timer: NodeJS.Timeout | undefined;

  /** @param milliseconds counted from construction. */
  constructor(milliseconds: number) {
    this.#left = milliseconds;
    this.#resume();
  }

  /** Aborts when the time is up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Remaining milliseconds. */
  get left(): number {
    return this.#timer ? this.#left - (performance.now() - this.#since) : this.#left;
  }

  /** Runs work that does not count against the limit. */
  async without<T>(work: () => Promise<T>): Promise<T> {
    this.#left = this.left;
    this.end();
    try {
      return await work();
    } finally {
      this.#resume();
    }
  }

  /** Lifts the limit. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #resume(): void {
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.#controller.abort(), this.#left);
  }
}
