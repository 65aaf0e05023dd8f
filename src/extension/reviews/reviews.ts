import * as vscode from 'vscode';
import { RejectedError } from '../../kubernetes/errors.ts';
import type { Change } from '../../kubernetes/writes/change.ts';
import type { Review, Verdict } from '../../protocol.ts';

/** Shows the human what is about to be written, whoever writes it, and takes yes for yes and everything else for no. */
export class Reviews {
  /** Resolves with the human's verdict; a review that is called off is a no. */
  async ask(review: Review, signal: AbortSignal): Promise<Verdict> {
    const apply = vscode.l10n.t('Apply');
    const detail = review.changes.map(({ title, after }) => `${title}\n${after}`).join('\n\n');
    const options = { modal: true, detail };
    const answer = await vscode.window.showWarningMessage(vscode.l10n.t('Write to the cluster?'), options, apply);
    return { applied: answer === apply && !signal.aborted };
  }

  /** Asks about what the human is writing. @throws RejectedError when the answer is no. */
  async confirm(changes: readonly Change[], signal: AbortSignal): Promise<void> {
    const { toReview } = await import('../../kubernetes/writes/to-review.ts');
    const verdict = await this.ask(toReview(changes), signal);
    if (!verdict.applied) throw new RejectedError(vscode.l10n.t('Nothing was written.'));
  }
}
