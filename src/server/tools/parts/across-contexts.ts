import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, messageOf, UnreachableError, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { oneLine } from '../../../kubernetes/text/one-line.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import type { ToolContext } from '../../core/tool.ts';

/** Connects the call to a context. */
export type Connect = (context: string, signal: AbortSignal) => Promise<ToolContext>;

/** What work in several contexts led to. */
export interface InContext<T> {
  reached: { context: string; value: T }[];
  /** The others, with the cause. */
  unreached: { context: string; cause: string }[];
}

/** The most contexts of one call. */
const MAX_CONTEXTS = 50;
/** How long a cluster may take for its first answer, and for all of them, in milliseconds: others wait for it. */
const FIRST_ANSWER_MS = 5_000;
const WHOLE_ANSWER_MS = 10_000;
const MAX_CAUSE_LENGTH = 300;

/**
 * Does the same work in several contexts at once. A cluster that does not answer is left out.
 * @throws UserError when none could be reached.
 */
export async function inEachContext<T>(
  names: readonly string[],
  connect: Connect,
  work: (call: ToolContext, context: string) => Promise<T>,
): Promise<InContext<T>> {
  if (names.length > MAX_CONTEXTS)
    throw new UserError(`One call reads ${MAX_CONTEXTS} contexts at most, not ${names.length}.`);
  const answers: InContext<T> = { reached: [], unreached: [] };
  const results = await Promise.all(
    names.map((context) =>
      within(context, connect, (call) => work(call, context)).then(
        (value) => ({ context, value }),
        (error: unknown) => ({ context, cause: causeOf(error) }),
      ),
    ),
  );
  for (const result of results) {
    if ('cause' in result) answers.unreached.push(result);
    else answers.reached.push(result);
  }
  if (answers.reached.length === 0) throw new UserError(unreachedText(answers).join('\n'));
  return answers;
}

/** A line with what could not be reached, if anything. */
export function unreachedText({ unreached }: Pick<InContext<unknown>, 'unreached'>): string[] {
  const each = unreached.map(({ context, cause }) => `${oneLine(context)} (${cause})`);
  return each.length > 0 ? [`Not read: ${each.join('; ')}`] : [];
}

async function within<T>(context: string, connect: Connect, work: (call: ToolContext) => Promise<T>): Promise<T> {
  const end = new AbortController();
  const late = async (milliseconds: number): Promise<never> => {
    await delay(milliseconds, undefined, { signal: end.signal });
    throw new UserError(`no answer within ${milliseconds / 1000} s`);
  };
  const reading = async () => {
    // A login may take longer than an answer, but not as long as a user needs.
    const call = await connect(context, end.signal);
    const first = call.connection.client.send({ path: '/version', signal: end.signal }).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
    });
    const answer = work({ ...call, signal: AbortSignal.any([call.signal, end.signal]) });
    await Promise.race([answer, first, late(FIRST_ANSWER_MS)]);
    return answer;
  };
  try {
    return await Promise.race([reading(), late(WHOLE_ANSWER_MS)]);
  } finally {
    end.abort();
  }
}

function causeOf(error: unknown): string {
  const text = error instanceof UnreachableError ? error.reason : messageOf(error);
  return redactText(oneLine(text).slice(0, MAX_CAUSE_LENGTH)).replace(/\.$/, '');
}
