import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { RejectedError } from '../../kubernetes/apimachinery/errors.ts';
import { textDiff } from '../../kubernetes/text/diff.ts';
import { type Change, describeChange } from '../../kubernetes/writes/change.ts';
import { type Danger, dangerText } from '../../kubernetes/writes/danger.ts';
import type { Decision } from '../../kubernetes/writes/journaled-writer.ts';
import { toReview } from '../../kubernetes/writes/to-review.ts';
import type { Review, ReviewedChange } from '../../protocol.ts';
import type { EditorLink } from '../core/editor-link.ts';

/** `required`: no write without a user's approval; `elicit`: ask where the client can; `off`: never ask. */
export type ReviewMode = 'required' | 'elicit' | 'off';

/** How long a user may take, in milliseconds. */
const REVIEW_TIMEOUT_MS = 10 * 60_000;

/** In characters: about as much as people read in a dialog. */
const MAX_MESSAGE = 12_000;

/** Shows the user what is about to be written; anything but an explicit yes is a no. */
export class Reviewer {
  readonly #mode: ReviewMode;
  readonly #server: Server;
  readonly #editor: Pick<EditorLink, 'review'> | undefined;
  readonly #patience: number;

  constructor(
    mode: ReviewMode,
    server: Server,
    editor: Pick<EditorLink, 'review'> | undefined,
    patience = REVIEW_TIMEOUT_MS,
  ) {
    this.#mode = mode;
    this.#server = server;
    this.#editor = editor;
    this.#patience = patience;
  }

  /** Resolves when the changes may be written. @throws RejectedError when they may not. */
  async review(changes: readonly Change[], signal: AbortSignal): Promise<Decision> {
    if (this.#mode === 'off') return 'nobody';
    const tooLong = AbortSignal.timeout(this.#patience);
    const either = AbortSignal.any([signal, tooLong]);
    const review = toReview(changes);
    const byEditor = await this.#editor?.review(review, either);
    const verdict = byEditor ?? (await this.#elicit(review, signal));
    if (verdict === undefined) {
      if (this.#mode === 'elicit') return 'nobody';
      throw new RejectedError(
        'Nothing was written: a user must review every write, and this client has no way to ask one.',
      );
    }
    if (verdict.applied !== true) {
      if (signal.aborted)
        throw new RejectedError('The call was cancelled before the user decided; nothing was written.');
      if (tooLong.aborted)
        throw new RejectedError(
          `Nothing was written: the user did not decide within ${Math.ceil(this.#patience / 60_000)} minutes. Ask them before you try again.`,
        );
      throw new RejectedError(
        `The user rejected this; nothing was written.${verdict.reason ? ` Reason: ${verdict.reason}` : ''}`,
      );
    }
    return byEditor ? 'editor' : 'client';
  }

  async #elicit(review: Review, signal: AbortSignal): Promise<{ applied: boolean; reason?: string } | undefined> {
    if (!this.#server.getClientCapabilities()?.elicitation) return undefined;
    const { action, content } = await this.#server.elicitInput(
      {
        message: messageOf(review),
        requestedSchema: {
          type: 'object',
          properties: {
            decision: { type: 'string', title: 'Decision', enum: ['Apply', 'Reject'] },
            reason: { type: 'string', title: 'Reason', description: 'Told to the agent' },
          },
          required: ['decision'],
        },
      },
      { signal, timeout: this.#patience },
    );
    const reason = typeof content?.reason === 'string' ? content.reason : '';
    return { applied: action === 'accept' && content?.decision === 'Apply', ...(reason ? { reason } : {}) };
  }
}

/**
 * The question: what is done to which objects, dangers first, then the full content.
 * @throws RejectedError when it does not fit: nobody can approve what is not shown.
 */
function messageOf({ changes }: Review): string {
  const isSingle = changes.length === 1;
  const summary = changes.flatMap((change, index) => [
    `${isSingle ? '' : `${index + 1}. `}${describeChange(change)}`,
    ...change.dangers.map((danger) => `! ${dangerText(danger as Danger)}`),
  ]);
  const texts = changes.map((change, index) =>
    [...(isSingle ? [] : [`${index + 1}. ${describeChange(change)}`]), contentOf(change)].join('\n').trimEnd(),
  );
  const message = [
    ...(isSingle ? [] : [`${changes.length} changes:`]),
    ...summary,
    ...(isSingle ? [] : ['']),
    texts.join('\n\n'),
  ].join('\n');
  if (message.length <= MAX_MESSAGE) return message.trimEnd();
  throw new RejectedError(
    `Nothing was written, and the user was not asked: the question would have ${message.length} characters, and what does not fit into ${MAX_MESSAGE} cannot be judged. ${isSingle ? 'Change less at a time' : 'Write fewer objects at a time'}, or let the user review it in VS Code, where everything is shown.`,
  );
}

function contentOf({ before, after }: ReviewedChange): string {
  return before !== '' && after !== '' ? textDiff(before, after) : after;
}
