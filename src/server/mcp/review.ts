import { RejectedError } from '../../kubernetes/apimachinery/errors.ts';
import { isObject, type JsonObject } from '../../kubernetes/apimachinery/objects.ts';
import { TimeLimit } from '../../kubernetes/apimachinery/time-limit.ts';
import { type ReviewMode, stricterReview } from '../../kubernetes/rules.ts';
import { textDiff } from '../../kubernetes/text/diff.ts';
import { type Change, describeChange } from '../../kubernetes/writes/change.ts';
import { type Danger, dangerText } from '../../kubernetes/writes/danger.ts';
import { decidedContents } from '../../kubernetes/writes/decided-content.ts';
import { FreshValues } from '../../kubernetes/writes/fresh-values.ts';
import type { Decision } from '../../kubernetes/writes/journaled-writer.ts';
import { submittedTexts } from '../../kubernetes/writes/submitted-values.ts';
import { toReview } from '../../kubernetes/writes/to-review.ts';
import type { Review, ReviewedChange, Verdict } from '../../protocol.ts';
import { Call } from '../core/call.ts';
import type { Caller } from '../core/caller.ts';
import type { EditorLink } from '../core/editor-link.ts';
import type { QuestionSeal } from './question-seal.ts';

/** How long a user may take, in milliseconds. */
const REVIEW_TIMEOUT_MS = 10 * 60_000;

/** In characters: about as much as people read in a dialog. */
const MAX_MESSAGE = 12_000;

/** The name of the question, where the answer comes with another request. */
const QUESTION = 'review';
/** How often a user is asked again because the content has changed since. */
const MAX_ROUNDS = 3;

interface ReviewQuestion {
  message: string;
  requestedSchema: typeof FORM;
}

const FORM = {
  type: 'object' as const,
  properties: {
    decision: { type: 'string' as const, title: 'Decision', enum: ['Apply', 'Reject'] },
    reason: { type: 'string' as const, title: 'Reason', description: 'Told to the agent' },
  },
  required: ['decision'],
};

export interface ReviewerOptions {
  mode: () => ReviewMode;
  editor: Pick<EditorLink, 'review'> | undefined;
  /** Seals questions whose answer comes with another request. */
  seal: QuestionSeal;
  /** Whose answers count. */
  owner: () => string;
  /** How long a user may take, in milliseconds. */
  patience?: number;
}

/** The tool call that a review belongs to. */
export interface ReviewedCall {
  signal: AbortSignal;
  /** The tool and its arguments. */
  call: unknown;
  /** What it has made up. */
  fresh: FreshValues;
  /** Has it changed anything before? Then it cannot be repeated. */
  hasWritten: boolean;
  /** The least that the user is asked in this cluster. */
  atLeast?: ReviewMode;
}

/** Shows the user what is about to be written; anything but an explicit yes is a no. */
export class Reviewer {
  readonly #options: ReviewerOptions;
  readonly #patience: number;

  constructor(options: ReviewerOptions) {
    this.#options = options;
    this.#patience = options.patience ?? REVIEW_TIMEOUT_MS;
  }

  /** What a call is to make up: when it repeats one whose question is open, what the user was shown. */
  freshValues(call: unknown): FreshValues {
    const caller = Call.current()?.caller;
    const state = caller?.isModern ? caller.input.state : undefined;
    const { seal, owner } = this.#options;
    return new FreshValues(state === undefined ? undefined : seal.seedOf(state, { owner: owner(), call }));
  }

  /**
   * Resolves when the changes may be written.
   * @throws RejectedError when they may not, UndecidedError when the client has to repeat the call with the decision.
   */
  async review(changes: readonly Change[], reviewed: ReviewedCall): Promise<Decision> {
    const mode = stricterReview(this.#options.mode(), reviewed.atLeast ?? 'off');
    if (mode === 'off') return 'nobody';
    const tooLong = new TimeLimit(this.#patience);
    try {
      return await this.#ask(changes, reviewed, mode, tooLong);
    } finally {
      tooLong.end();
    }
  }

  async #ask(
    changes: readonly Change[],
    reviewed: ReviewedCall,
    mode: ReviewMode,
    tooLong: TimeLimit,
  ): Promise<Decision> {
    const { editor } = this.#options;
    const { signal } = reviewed;
    const either = AbortSignal.any([signal, tooLong.signal]);
    const review = toReview(changes);
    Call.current()?.proposes(changes.flatMap(({ submitted }) => submittedTexts(submitted)));
    const byEditor = await editor?.review(review, either);
    const verdict = byEditor ?? (await this.#elicit(changes, review, reviewed));
    if (verdict === undefined) {
      if (mode === 'elicit') return 'nobody';
      throw new RejectedError(
        'Nothing was written: a user must review every write, and this client has no way to ask one.',
      );
    }
    if (verdict.applied !== true) {
      if (signal.aborted)
        throw new RejectedError('The call was cancelled before the user decided; nothing was written.');
      if (tooLong.isOver)
        throw new RejectedError(
          `Nothing was written: the user did not decide within ${Math.ceil(this.#patience / 60_000)} minutes. Ask them before you try again.`,
        );
      throw new RejectedError(
        `The user rejected this; nothing was written.${verdict.reason ? ` Reason: ${verdict.reason}` : ''}`,
      );
    }
    return byEditor ? 'editor' : 'client';
  }

  async #elicit(changes: readonly Change[], review: Review, reviewed: ReviewedCall): Promise<Verdict | undefined> {
    const call = Call.current();
    if (!call?.client?.showsForms) return undefined;
    const { caller } = call;
    // A question needs an answer to carry it, which has left, or a call that can be repeated, which would write again.
    if (!caller || (caller.isModern && reviewed.hasWritten))
      throw new RejectedError(
        'The rest is a change of its own, which the user is asked about when you make it: call again for it alone.',
      );
    const params = { message: messageOf(review), requestedSchema: FORM };
    if (caller.isModern) return this.#decided(caller, params, { ...reviewed, content: decidedContents(changes) });
    return verdictOf(await caller.showForm(params, { signal: reviewed.signal, timeout: this.#patience }));
  }

  /** The decision that the request brings. @throws UndecidedError when it brings none for what would be written now. */
  #decided(caller: Caller, params: ReviewQuestion, reviewed: ReviewedCall & { content: unknown }): Verdict {
    const { seal, owner } = this.#options;
    const question = { owner: owner(), call: reviewed.call, content: reviewed.content };
    const { state, responses } = caller.input;
    const asked = state === undefined ? undefined : seal.open(state, question);
    const response = responses[QUESTION];
    if (asked?.isSame && isObject(response) && asked.use()) return verdictOf(response);
    const round = (asked?.round ?? 0) + 1;
    if (round > MAX_ROUNDS)
      throw new RejectedError(
        `Nothing was written: what would be written was another each of the ${MAX_ROUNDS} times that the user was asked.`,
      );
    caller.askLater(
      QUESTION,
      { method: 'elicitation/create', params: { mode: 'form', ...params } },
      seal.seal(question, round, reviewed.fresh.seed),
    );
  }
}

function verdictOf({ action, content }: JsonObject): Verdict {
  const { decision, reason } = isObject(content) ? content : {};
  const isReason = typeof reason === 'string' && reason !== '';
  return { applied: action === 'accept' && decision === 'Apply', ...(isReason && { reason }) };
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
