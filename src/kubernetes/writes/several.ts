import type { KubernetesObject } from '../apimachinery/objects.ts';
import { Slots } from '../apimachinery/slots.ts';
import { BatchReview, OtherFailedError } from './batch-review.ts';
import { type ObjectProblem, ObjectsError } from './object-problems.ts';
import type { Writer } from './writer.ts';

/** How many objects are tried at the same time. */
const MAX_AT_ONCE = 10;

/** The write of one of several objects. */
export interface Part<R> {
  /** The object, for a message. */
  what: string;
  /** The object as far as it is known before it is read. */
  object: KubernetesObject;
  /** Tries, reviews and writes through the given writer; `turn` resolves once all earlier parts have ended. */
  write(writer: Writer, turn: () => Promise<void>): Promise<R>;
}

/** How the write of one object ended. */
export type Ending<R> = { part: Part<R> } & (
  | { state: 'done'; result: R }
  | { state: 'failed'; error: unknown }
  | { state: 'not tried' }
);

export interface SeveralOptions {
  /** Reports what has been written. */
  progress(message: string): void;
  /** After a failure nothing else is written, since later objects depend on earlier ones. */
  inOrder?: true;
}

/** Not written, because something before it was not. */
export class NotTriedError extends OtherFailedError {
  override name = 'NotTriedError';
}

/**
 * Writes several objects: all are tried first, then one review shows every change, then they are written one after the
 * other.
 * @throws what the review threw, or ObjectsError with everything that stands in the way: then nothing was written.
 */
export async function writeSeveral<R>(
  parts: readonly Part<R>[],
  writer: Writer,
  { progress, inOrder }: SeveralOptions,
): Promise<Ending<R>[]> {
  let isApproved = false;
  let hasFailed = false;
  let ended = 0;
  const batch = new BatchReview(async (changes, how) => {
    await writer.review(changes, how);
    isApproved = true;
  });
  const slots = new Slots(MAX_AT_ONCE);
  let turn = Promise.resolve();
  const work = parts
    .map((part) => ({ part, participant: batch.join() }))
    .map(({ part, participant }) => {
      const before = turn;
      const run = async (): Promise<Ending<R>> => {
        const release = await slots.take();
        const own = participant.through(writer);
        const ordered: Writer = {
          ...own,
          review: (...args) => {
            release();
            return own.review(...args);
          },
          write: async (...args) => {
            await before;
            if (inOrder && hasFailed) throw new NotTriedError('It was not tried.');
            return own.write(...args);
          },
        };
        try {
          const result = await part.write(ordered, () => before);
          participant.leave(false);
          return { part, state: 'done', result };
        } catch (error) {
          hasFailed = true;
          participant.leave(true);
          return error instanceof NotTriedError ? { part, state: 'not tried' } : { part, state: 'failed', error };
        } finally {
          release();
          ended += 1;
          if (isApproved) progress(`${ended} of ${parts.length}: ${part.what}`);
        }
      };
      const running = run();
      turn = before.then(() => running).then(() => undefined);
      return running;
    });
  const endings = await Promise.all(work);
  if (!isApproved) refuse(endings);
  return endings;
}

/** @throws for the parts that failed before anything was written; if none did, there was nothing to write. */
function refuse<R>(endings: readonly Ending<R>[]): void {
  const problems = problemsOf(endings);
  const [first] = problems;
  if (!first) return;
  // The user, or the rules, said no to all of it.
  if (problems.length > 1 && problems.every(({ error }) => error === first.error)) throw first.error;
  const own = problems.filter(({ error }) => !(error instanceof OtherFailedError));
  throw new ObjectsError(own, { head: 'Nothing was changed.' });
}

/** The parts that failed, each with its reason. */
export function problemsOf<R>(endings: readonly Ending<R>[]): ObjectProblem[] {
  return endings.flatMap((ending) =>
    ending.state === 'failed' ? [{ what: ending.part.what, object: ending.part.object, error: ending.error }] : [],
  );
}
