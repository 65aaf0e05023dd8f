import * as vscode from 'vscode';
import { RefusedError } from '../../kubernetes/apimachinery/errors.ts';
import { rulesOf } from '../../kubernetes/rules.ts';
import type { Change } from '../../kubernetes/writes/change.ts';
import type { Writer } from '../../kubernetes/writes/writer.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Target } from '../targets/targets.ts';

/** Asks the user to confirm these changes. @throws RejectedError when they refuse. */
export type Confirm = (changes: readonly Change[], signal: AbortSignal) => Promise<void>;

/** Where and how the user writes. */
export interface UserWrite {
  target: Target;
  /** Instead of the target's own context. */
  context?: string | undefined;
  confirm: Confirm;
  signal: AbortSignal;
}

/**
 * The user's writes from the editor, in the same journal as the agent's. The switches are about agents: outside of
 * protected contexts, what a user may do is for the cluster to say.
 */
export class UserWrites {
  readonly #clusters: Clusters;
  readonly #log: vscode.LogOutputChannel;

  constructor(clusters: Clusters, log: vscode.LogOutputChannel) {
    this.#clusters = clusters;
    this.#log = log;
  }

  /**
   * A writer for one action of the user.
   * @throws RefusedError in a protected context, or in a workspace that is not trusted.
   */
  async writer({ target, context, confirm, signal }: UserWrite): Promise<Writer> {
    if (!vscode.workspace.isTrusted)
      throw new RefusedError(vscode.l10n.t('Trust this workspace first: until then nothing can be written from it.'));
    const connection = await this.#clusters.connect(target, context);
    // Loaded with the first write, to keep activation fast.
    const [{ Policy }, { defaultJournal, journalAt }, { JournaledWriter }] = await Promise.all([
      import('../../kubernetes/policy.ts'),
      import('../../kubernetes/writes/journal.ts'),
      import('../../kubernetes/writes/journaled-writer.ts'),
    ]);
    const { name } = connection.context;
    if (new Policy(rulesOf(target.settings)).isProtected(name))
      throw new RefusedError(
        vscode.l10n.t('Context "{0}" is protected: nothing is written there (setting mcpK8s.protectedContexts).', name),
      );
    const ask = async (changes: readonly Change[]) => {
      await confirm(changes, signal);
      return 'editor' as const;
    };
    const journal = journalAt(defaultJournal(), (message) => this.#log.warn(message));
    return new JournaledWriter({ connection, signal, journal, actor: 'user', ask });
  }
}
