import { errorText } from '../apimachinery/error-text.ts';
import { RefusedError, UndecidedError } from '../apimachinery/errors.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import { adoptionsOf } from './adoption.ts';
import type { Change } from './change.ts';
import { FreshValues } from './fresh-values.ts';
import { failedOutcome, type Journal, type JournalEntry, journalEntry } from './journal.ts';
import type { Writer } from './writer.ts';

/** Who approved a write: the user, in the editor or through the client, or nobody, because nobody was asked. */
export type Decision = 'editor' | 'client' | 'nobody';

export interface JournaledWriterOptions {
  connection: Connection;
  signal: AbortSignal;
  journal: Pick<Journal, 'add'>;
  actor: JournalEntry['actor'];
  /** What it makes up; by default new values. */
  fresh?: FreshValues;
  /** Whether changes are allowed; by default all are. @throws RefusedError when they are not. */
  judge?: (changes: readonly Change[]) => Promise<void>;
  /**
   * Asks the user; `hasWritten` tells whether the call has changed anything before.
   * @throws RejectedError when the user says no, UndecidedError when another call has to bring the decision.
   */
  ask: (changes: readonly Change[], hasWritten: boolean) => Promise<Decision>;
}

/** Judges, asks, writes, and journals each attempt, however it ends. */
export class JournaledWriter implements Writer {
  readonly connection: Connection;
  readonly signal: AbortSignal;
  readonly fresh: FreshValues;
  readonly #options: JournaledWriterOptions;
  readonly #recorded = new WeakSet<object>();
  #decision: Decision = 'nobody';
  #hasWritten = false;

  constructor(options: JournaledWriterOptions) {
    this.#options = options;
    this.connection = options.connection;
    this.signal = options.signal;
    this.fresh = options.fresh ?? new FreshValues();
  }

  async review(planned: readonly Change[], how?: 'dry run'): Promise<void> {
    let changes = planned;
    try {
      // One at a time: there may be hundreds.
      const looked: Change[] = [];
      for (const change of planned) looked.push(await this.#withAdoptions(change));
      changes = looked;
      await this.#options.judge?.(changes);
      if (how === undefined) this.#decision = await this.#options.ask(changes, this.#hasWritten);
    } catch (error) {
      const outcome = attemptOutcome(error);
      await Promise.all(changes.map((change) => this.#fail(change, outcome, error)));
      throw error;
    }
    if (how === 'dry run') await Promise.all(changes.map((change) => this.#record(change, 'dryRun')));
  }

  async write<T>(change: Change, send: () => Promise<T>, written?: (result: T) => KubernetesObject): Promise<T> {
    let result: T;
    this.#hasWritten = true;
    try {
      result = await send();
    } catch (error) {
      await this.#fail(change, failedOutcome(error), error);
      throw error;
    }
    const after = written?.(result) ?? change.after;
    // The API server may have generated the name.
    await this.#record({ ...change, name: change.name ?? after?.metadata?.name, after }, 'applied');
    return result;
  }

  unchanged(change: Change): Promise<void> {
    return this.#record(change, 'unchanged');
  }

  /** Is this failure in the journal already? */
  hasRecorded(error: unknown): boolean {
    return typeof error === 'object' && error !== null && this.#recorded.has(error);
  }

  async #withAdoptions(change: Change): Promise<Change> {
    const found = await adoptionsOf(change, this.connection, this.signal);
    return found.length === 0 ? change : { ...change, consequences: [...found, ...(change.consequences ?? [])] };
  }

  #fail(change: Change, outcome: JournalEntry['outcome'], error: unknown): Promise<void> {
    if (typeof error === 'object' && error !== null) this.#recorded.add(error);
    return this.#record(change, outcome, errorText(error));
  }

  #record(change: Change, outcome: JournalEntry['outcome'], reason?: string): Promise<void> {
    const { actor, journal } = this.#options;
    const entry = journalEntry(change, actor, outcome, reason);
    return journal.add(outcome === 'applied' ? { ...entry, decision: this.#decision } : entry);
  }
}

// Before the decision nothing but the dry run has happened.
function attemptOutcome(error: unknown): JournalEntry['outcome'] {
  if (error instanceof UndecidedError) return 'dryRun';
  return error instanceof RefusedError ? 'refused' : 'rejected';
}
