import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { RejectedError } from '../../kubernetes/apimachinery/errors.ts';
import { objectDiff } from '../../kubernetes/text/diff.ts';
import { type Change, describeChange } from '../../kubernetes/writes/change.ts';
import { toReview } from '../../kubernetes/writes/to-review.ts';
import type { EditorLink } from '../core/editor-link.ts';
import { bounded, renderObject } from '../core/response.ts';

/** `required`: no write without a human's yes; `elicit`: ask where the client can; `off`: never ask. */
export type ReviewMode = 'required' | 'elicit' | 'off';

/** How long a human may think, in milliseconds. */
const PATIENCE = 10 * 60_000;

/** In characters, shared by all changes of a call. */
const LONGEST_MESSAGE = 6_000;

/** Shows the human what is about to be written, and takes yes for yes and everything else for no. */
export class Reviewer {
  readonly #mode: ReviewMode;
  readonly #server: Server;
  readonly #editor: Pick<EditorLink, 'review'> | undefined;
  readonly #patience: number;

  constructor(mode: ReviewMode, server: Server, editor: Pick<EditorLink, 'review'> | undefined, patience = PATIENCE) {
    this.#mode = mode;
    this.#server = server;
    this.#editor = editor;
    this.#patience = patience;
  }

  /** Resolves when the changes may be written. @throws RejectedError when they may not. */
  async review(changes: readonly Change[], signal: AbortSignal): Promise<void> {
    if (this.#mode === 'off') return;
    const tooLong = AbortSignal.timeout(this.#patience);
    const either = AbortSignal.any([signal, tooLong]);
    const verdict = (await this.#editor?.review(toReview(changes), either)) ?? (await this.#elicit(changes, signal));
    if (verdict === undefined) {
      if (this.#mode === 'elicit') return;
      throw new RejectedError(
        'Nothing was written: a human must review every write, and this client has no way to ask one.',
      );
    }
    if (verdict.applied !== true) {
      if (signal.aborted)
        throw new RejectedError('The call was cancelled before the human decided; nothing was written.');
      if (tooLong.aborted)
        throw new RejectedError(
          `Nothing was written: the human did not decide within ${Math.ceil(this.#patience / 60_000)} minutes. Ask them before you try again.`,
        );
      throw new RejectedError(
        `The human rejected this; nothing was written.${verdict.reason ? ` Reason: ${verdict.reason}` : ''}`,
      );
    }
  }

  async #elicit(
    changes: readonly Change[],
    signal: AbortSignal,
  ): Promise<{ applied: boolean; reason?: string } | undefined> {
    if (!this.#server.getClientCapabilities()?.elicitation) return undefined;
    const { action, content } = await this.#server.elicitInput(
      {
        message: messageOf(changes),
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

// A human who sees not all of it has to see at least what there is: nothing hides behind something long.
function messageOf(changes: readonly Change[]): string {
  const share = Math.floor(LONGEST_MESSAGE / changes.length);
  const texts = changes.map((change) => bounded(changeText(change), 'The rest is not shown.', share));
  const list = changes.length > 1 ? [`${changes.length} changes:`, ...changes.map(describeChange), ''] : [];
  return [...list, texts.join('\n\n')].join('\n');
}

function changeText(change: Change): string {
  const { before, after, summary } = change;
  const content = summary ?? (before && after ? objectDiff(before, after) : after ? renderObject(after) : '');
  return `${describeChange(change)}\n${content}`.trimEnd();
}
