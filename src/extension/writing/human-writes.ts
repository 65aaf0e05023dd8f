import * as vscode from 'vscode';
import { errorText } from '../../kubernetes/error-text.ts';
import { RefusedError } from '../../kubernetes/errors.ts';
import { Policy } from '../../kubernetes/policy.ts';
import type { Change } from '../../kubernetes/writes/change.ts';
import {
  defaultJournal,
  failedOutcome,
  Journal,
  type JournalEntry,
  journalEntry,
} from '../../kubernetes/writes/journal.ts';
import type { Writer } from '../../kubernetes/writes/writer.ts';
import type { Clusters } from '../clusters.ts';
import type { Target } from '../targets.ts';
import { rulesOf } from './rules.ts';
import { SwitchedOffError } from './switched-off-error.ts';

/** Asks the human whether these changes are to be written. @throws RejectedError when the answer is no. */
export type Confirm = (changes: readonly Change[], signal: AbortSignal) => Promise<void>;

/** Where and how the human writes. */
export interface HumanWrite {
  target: Target;
  access: Change['access'];
  /** Instead of the target's own context. */
  context?: string | undefined;
  confirm: Confirm;
  signal: AbortSignal;
}

/** What the human writes from the editor: by the same policy as the agent's writes, and in the same journal. */
export class HumanWrites {
  readonly #clusters: Clusters;
  readonly #journal: Journal;

  constructor(clusters: Clusters, log: vscode.LogOutputChannel) {
    this.#clusters = clusters;
    this.#journal = new Journal(defaultJournal(), (message) => log.warn(message));
  }

  /**
   * A writer for one thing that the human does.
   * @throws SwitchedOffError when the switch for it is off, RefusedError in a protected context.
   */
  async writer({ target, access, context, confirm, signal }: HumanWrite): Promise<Writer> {
    const policy = new Policy(rulesOf(target.settings));
    if (!policy.permits(access)) throw new SwitchedOffError(access);
    const connection = await this.#clusters.connect(target, context);
    const { name } = connection.context;
    if (policy.isProtected(name))
      throw new RefusedError(
        vscode.l10n.t('Context "{0}" is protected: nothing is written there (setting mcpK8s.protectedContexts).', name),
      );
    return {
      connection,
      signal,
      review: async (changes) => {
        try {
          await confirm(changes, signal);
        } catch (error) {
          await Promise.all(changes.map((change) => this.#record(change, 'rejected', errorText(error))));
          throw error;
        }
      },
      write: (change, send) => this.#write(change, send),
    };
  }

  async #write<T>(change: Change, send: () => Promise<T>): Promise<T> {
    try {
      const result = await send();
      await this.#record(change, 'applied');
      return result;
    } catch (error) {
      await this.#record(change, failedOutcome(error), errorText(error));
      throw error;
    }
  }

  #record(change: Change, outcome: JournalEntry['outcome'], reason?: string): Promise<void> {
    return this.#journal.add(journalEntry(change, 'human', outcome, reason));
  }
}
