import * as vscode from 'vscode';
import type { WriteAccess } from '../../kubernetes/apimachinery/access.ts';
import { RefusedError } from '../../kubernetes/apimachinery/errors.ts';
import type { HelmOperation } from '../../kubernetes/apimachinery/helm-operations.ts';
import { Policy } from '../../kubernetes/policy.ts';
import { rulesOf } from '../../kubernetes/rules.ts';
import type { Change } from '../../kubernetes/writes/change.ts';
import { defaultJournal, Journal } from '../../kubernetes/writes/journal.ts';
import { JournaledWriter } from '../../kubernetes/writes/journaled-writer.ts';
import type { Writer } from '../../kubernetes/writes/writer.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Target } from '../targets/targets.ts';
import { SwitchedOffError } from './switched-off-error.ts';

/** Asks the user to confirm these changes. @throws RejectedError when they refuse. */
export type Confirm = (changes: readonly Change[], signal: AbortSignal) => Promise<void>;

/** Where and how the user writes. */
export interface UserWrite {
  target: Target;
  access: WriteAccess;
  /** The Helm operation, which has its own switch. */
  operation?: HelmOperation;
  /** Instead of the target's own context. */
  context?: string | undefined;
  confirm: Confirm;
  signal: AbortSignal;
}

/** The user's writes from the editor, under the same policy and in the same journal as the agent's. */
export class UserWrites {
  readonly #clusters: Clusters;
  readonly #journal: Journal;

  constructor(clusters: Clusters, log: vscode.LogOutputChannel) {
    this.#clusters = clusters;
    this.#journal = new Journal(defaultJournal(), (message) => log.warn(message));
  }

  /**
   * A writer for one action of the user.
   * @throws SwitchedOffError when its switch is off, RefusedError in a protected context.
   */
  async writer({ target, access, operation, context, confirm, signal }: UserWrite): Promise<Writer> {
    const policy = new Policy(rulesOf(target.settings));
    if (!policy.permits(access, operation)) throw new SwitchedOffError(operation ?? access, target.withheld);
    const connection = await this.#clusters.connect(target, context);
    const { name } = connection.context;
    if (policy.isProtected(name))
      throw new RefusedError(
        vscode.l10n.t('Context "{0}" is protected: nothing is written there (setting mcpK8s.protectedContexts).', name),
      );
    const ask = async (changes: readonly Change[]) => {
      await confirm(changes, signal);
      return 'editor' as const;
    };
    return new JournaledWriter({ connection, signal, journal: this.#journal, actor: 'user', ask });
  }
}
