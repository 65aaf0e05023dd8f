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

/** Not written, because another object of the same review cannot be. */
export class OtherFailedError extends RejectedError {
  override name = 'OtherFailedError';
}

/** One review for the changes of several writers. If one of them cannot write, none does. */
export class BatchReview {
  readonly #ask: Writer['review'];
  /** Of each participant, in the order in which they joined. */
  readonly #changes: Change[][] = [];
  readonly #verdict = Promise.withResolvers<void>();
  #how: 'dry run' | undefined;
  #awaited = 0;
  #failed = false;

  constructor(ask: Writer['review']) {
    this.#ask = ask;
    this.#verdict.promise.catch(() => undefined);
  }

  /** Everyone must join before the first write. */
  join(): Participant {
    this.#awaited += 1;
    const own: Change[] = [];
    this.#changes.push(own);
    let arrived = false;
    const arrive = () => {
      if (!arrived) this.#awaited -= 1;
      arrived = true;
      if (this.#awaited === 0) this.#decide();
    };
    const review: Writer['review'] = (changes, how) => {
      // Planned again because the object has changed since: that is another question.
      if (arrived) return this.#ask(changes, how);
      own.push(...changes);
      this.#how = how;
      arrive();
      return this.#verdict.promise;
    };
    return {
      through: (writer) => ({
        connection: writer.connection,
        signal: writer.signal,
        fresh: writer.fresh,
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
    this.#verdict.reject(new OtherFailedError('It was not written, because another of these objects cannot be.'));
  }

  #decide(): void {
    const changes = this.#changes.flat();
    if (this.#failed || changes.length === 0) return;
    this.#ask(changes, this.#how).then(this.#verdict.resolve, this.#verdict.reject);
  }
}
