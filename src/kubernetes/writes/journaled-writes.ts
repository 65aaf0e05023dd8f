import { errorText } from '../apimachinery/error-text.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { Change } from './change.ts';
import { failedOutcome, type Journal, type JournalEntry, journalEntry } from './journal.ts';

/** Records how the writes of an agent, or of the human, end. */
export class JournaledWrites {
  readonly #journal: Pick<Journal, 'add'>;
  readonly #actor: JournalEntry['actor'];

  constructor(journal: Pick<Journal, 'add'>, actor: JournalEntry['actor']) {
    this.#journal = journal;
    this.#actor = actor;
  }

  /** Records what did not pass the review. @throws what `ask` threw. */
  async review(changes: readonly Change[], ask: () => Promise<void>): Promise<void> {
    try {
      await ask();
    } catch (error) {
      const reason = errorText(error);
      await Promise.all(changes.map((change) => this.record(change, 'rejected', reason)));
      throw error;
    }
  }

  /** Does one write and records its end; `written` finds the object as it is afterwards. @throws what `send` threw. */
  async write<T>(change: Change, send: () => Promise<T>, written?: (result: T) => KubernetesObject): Promise<T> {
    let result: T;
    try {
      result = await send();
    } catch (error) {
      await this.record(change, failedOutcome(error), errorText(error));
      throw error;
    }
    const after = written?.(result) ?? change.after;
    // The API server may have made the name.
    await this.record({ ...change, name: change.name ?? after?.metadata?.name, after }, 'applied');
    return result;
  }

  record(change: Change, outcome: JournalEntry['outcome'], reason?: string): Promise<void> {
    return this.#journal.add(journalEntry(change, this.#actor, outcome, reason));
  }
}
