/** A time limit of which not all time counts. */
export class Deadline {
  readonly #controller = new AbortController();
  #left: number;
  #since = performance.now();
  #timer: NodeJS.Timeout | undefined;

  /** @param milliseconds counted from now on. */
  constructor(milliseconds: number) {
    this.#left = milliseconds;
    this.#resume();
  }

  /** Aborts when the time is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What is left, in milliseconds. */
  get left(): number {
    return this.#timer ? this.#left - (performance.now() - this.#since) : this.#left;
  }

  /** Does work whose time does not count. */
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
