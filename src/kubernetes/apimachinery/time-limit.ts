/**
 * A signal that aborts when the time is up. Node keeps an `AbortSignal.timeout`, with all that the call which made it
 * has read, until its time is up, and what `AbortSignal.any` combines with it for ever; this is gone when it ends.
 */
export class TimeLimit {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(milliseconds: number) {
    const abort = () => this.#controller.abort(new DOMException('The time is up.', 'TimeoutError'));
    this.#timer = setTimeout(abort, milliseconds).unref();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isOver(): boolean {
    return this.signal.aborted;
  }

  /** Lifts the limit. */
  end(): void {
    clearTimeout(this.#timer);
  }

  [Symbol.dispose](): void {
    this.end();
  }
}
