import { RejectedError } from '../apimachinery/errors.ts';
import type { Change } from './change.ts';
import type { Writer } from './writer.ts';

/** One of several writers that write together. */
export interface Participant {
  /** The writer this participant is to use. */
  through(writer: Writer): Writer;
  /** It has nothing more to review: nothing to do, or it failed, which stops all others. */
  leave(failed: boolean): void;
}

/** One review for the changes of several writers. If one of them cannot write, none does. */
export class BatchReview {
  readonly #ask: (changes: readonly Change[]) => Promise<void>;
  readonly #changes: Change[] = [];
  readonly #verdict = Promise.withResolvers<void>();
  #awaited = 0;
  #failed = false;

  constructor(ask: (changes: readonly Change[]) => Promise<void>) {
    this.#ask = ask;
    this.#verdict.promise.catch(() => undefined);
  }

  /** Everyone must join before the first write. */
  join(): Participant {
    this.#awaited += 1;
    let arrived = false;
    const arrive = () => {
      if (!arrived) this.#awaited -= 1;
      arrived = true;
      if (this.#awaited === 0) this.#decide();
    };
    const review: Writer['review'] = (changes) => {
      this.#changes.push(...changes);
      arrive();
      return this.#verdict.promise;
    };
    return {
      through: (writer) => ({
        connection: writer.connection,
        signal: writer.signal,
        review,
        write: (...write) => writer.write(...write),
        unchanged: (change) => writer.unchanged(change),
      }),
      leave: (failed) => {
        if (arrived) return;
        if (failed) this.#fail();
        arrive();
      },
    };
  }

  #fail(): void {
    this.#failed = true;
    this.#verdict.reject(new RejectedError('It was not written, because another object of the text cannot be.'));
  }

  #decide(): void {
    if (this.#failed || this.#changes.length === 0) return;
    this.#ask(this.#changes).then(this.#verdict.resolve, this.#verdict.reject);
  }
}
