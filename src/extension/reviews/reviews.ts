import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { messageOf, RejectedError } from '../../kubernetes/apimachinery/errors.ts';
import type { Change } from '../../kubernetes/writes/change.ts';
import type { Review, Verdict } from '../../protocol.ts';
import { REVIEW_SCHEME } from '../common/ids.ts';
import type { StickyNotifications } from '../common/sticky-notifications.ts';
import { DiffDocuments } from './diff-documents.ts';

/** How long a quiet note stays, in milliseconds. */
const NOTE_MS = 5_000;

/** A review that waits for the user. */
export interface OpenReview {
  id: string;
  title: string;
  byAgent: boolean;
  /** Aborted when the review is over. */
  over: AbortSignal;
  /** Ends it. Only the first verdict counts. */
  settle(verdict: Verdict): void;
  show(preserveFocus: boolean): Promise<void>;
}

/** Shows the user each write before it happens, whoever makes it. Only an explicit yes approves it. */
export class Reviews implements vscode.Disposable {
  readonly #texts = new DiffDocuments(REVIEW_SCHEME);
  readonly #open = new Map<string, OpenReview>();
  readonly #notifications: StickyNotifications;
  readonly #subscription: vscode.Disposable;
  readonly #changed = new vscode.EventEmitter<void>();

  /** A review began or ended. */
  readonly onDidChange = this.#changed.event;

  constructor(notifications: StickyNotifications) {
    this.#notifications = notifications;
    this.#subscription = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.#onClosed(closed));
    // Left over from a closed window: the requester is gone.
    void vscode.window.tabGroups.close(this.#texts.tabs(), true);
  }

  dispose(): void {
    for (const { settle } of this.#open.values()) settle({ applied: false });
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#texts.dispose();
  }

  /** The reviews that wait, the oldest first. */
  get waiting(): readonly OpenReview[] {
    return [...this.#open.values()];
  }

  /** Reviews a write by an agent. A cancelled review is a rejection. Takes no focus. */
  ask(review: Review, signal: AbortSignal): Promise<Verdict> {
    return this.#decide(review, signal, true);
  }

  /** Reviews a write by the user. @throws RejectedError when the user rejects it. */
  async confirm(changes: readonly Change[], signal: AbortSignal): Promise<void> {
    const { toReview } = await import('../../kubernetes/writes/to-review.ts');
    const review = toReview(changes);
    const verdict = await this.#decide(review, signal, false);
    if (!verdict.applied) throw new RejectedError(verdict.reason || vscode.l10n.t('Nothing was written.'));
  }

  /** Approves the review of a button, or else the one in the active tab. */
  apply(argument: unknown): void {
    this.#find(argument)?.settle({ applied: true });
  }

  /** Rejects it. */
  reject(argument: unknown): void {
    this.#find(argument)?.settle({ applied: false });
  }

  /** Rejects it with a reason. Cancelling the input does not reject it. */
  async rejectWithReason(argument: unknown): Promise<void> {
    const review = this.#find(argument);
    if (!review) return;
    const cancellation = new vscode.CancellationTokenSource();
    review.over.addEventListener('abort', () => cancellation.cancel(), { once: true });
    const options = {
      title: review.title,
      prompt: review.byAgent
        ? vscode.l10n.t('Why not? The agent is told.')
        : vscode.l10n.t('Why not? It is kept in the change history.'),
      ignoreFocusOut: true,
    };
    const reason = await vscode.window.showInputBox(options, cancellation.token);
    cancellation.dispose();
    if (reason !== undefined) review.settle({ applied: false, reason: reason.trim() });
  }

  /** Brings the diff of a review to the front, by default the newest. */
  async show(argument: unknown): Promise<void> {
    const review = this.#find(argument) ?? [...this.#open.values()].at(-1);
    if (review) await review.show(false);
    else void vscode.window.showInformationMessage(vscode.l10n.t('No review is waiting.'));
  }

  async #decide(review: Review, signal: AbortSignal, byAgent: boolean): Promise<Verdict> {
    // Loaded with the first review, to keep activation fast.
    const { reviewFileName, reviewQuestion, reviewTexts, reviewTitle, reviewVerb } = await import('./review-text.ts');
    if (signal.aborted) return { applied: false };
    // package.json names the button by it.
    const id = `${reviewVerb(review)}-${randomUUID()}`;
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    const over = new AbortController();
    const title = reviewTitle(review);
    const { before, after } = this.#texts.hold(
      ...([id, reviewFileName(review), review.changes[0]?.context ?? '', reviewTexts(review)] as const),
    );
    const show = async (keepFocus: boolean) => {
      // Not a preview: the next preview would replace it, which closes it.
      const options = { preview: false, preserveFocus: keepFocus };
      await vscode.commands.executeCommand('vscode.diff', before, after, title, options);
    };
    this.#open.set(id, { id, title, byAgent, over: over.signal, settle: resolve, show });
    this.#changed.fire();
    signal.addEventListener('abort', () => resolve({ applied: false }), { once: true });
    if (byAgent) this.#announce(id, promise, reviewQuestion(review));
    try {
      // An agent's action takes no focus.
      await show(byAgent);
      const verdict = await promise;
      note(title, verdict);
      return verdict;
    } catch (error) {
      return { applied: false, reason: `The change could not be shown: ${messageOf(error)}` };
    } finally {
      resolve({ applied: false });
      over.abort();
      this.#open.delete(id);
      this.#texts.release(id);
      this.#changed.fire();
      await vscode.window.tabGroups.close(this.#texts.tabs(id), true);
    }
  }

  // The user's own review has the focus, and needs no announcement.
  #announce(id: string, over: Promise<unknown>, question: string): void {
    const announced = vscode.l10n.t('An agent wants to write to the cluster. {0}', question);
    const answers = [
      { label: vscode.l10n.t('Reject'), run: () => this.reject(id) },
      { label: vscode.l10n.t('Reject with Reason…'), run: () => this.rejectWithReason(id) },
    ];
    this.#notifications.show(over, announced, answers, { label: vscode.l10n.t('Review'), run: () => this.show(id) });
  }

  // When a tab is moved, or is open twice, another one remains.
  #onClosed(closed: readonly vscode.Tab[]): void {
    for (const tab of closed) {
      const id = this.#texts.idOfTab(tab);
      if (id === undefined || this.#texts.tabs(id).length > 0) continue;
      this.#open.get(id)?.settle({ applied: false, reason: vscode.l10n.t('The review was closed without an answer.') });
    }
  }

  // An editor title button passes the document, a notification the id, the palette nothing.
  #find(argument: unknown): OpenReview | undefined {
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    const id =
      typeof argument === 'string'
        ? argument
        : argument instanceof vscode.Uri
          ? this.#texts.idOf(argument)
          : activeTab && this.#texts.idOfTab(activeTab);
    return id === undefined ? undefined : this.#open.get(id);
  }
}

function note(title: string, { applied }: Verdict): void {
  const words = applied
    ? vscode.l10n.t('$(check) Agreed: {0}', title)
    : vscode.l10n.t('$(circle-slash) Rejected: {0}', title);
  vscode.window.setStatusBarMessage(words, NOTE_MS);
}
