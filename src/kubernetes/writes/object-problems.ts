import { errorText } from '../apimachinery/error-text.ts';
import { UserError } from '../apimachinery/errors.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';

/** An object that was not written. */
export interface ObjectProblem {
  /** The text before the reason. */
  what: string;
  object: KubernetesObject;
  error: unknown;
}

/** The texts around the problems. */
export interface ProblemFrame {
  head?: string | undefined;
  tail?: string | undefined;
}

/** Of several objects, those that were not written, each with the reason. */
export class ObjectsError extends UserError {
  override name = 'ObjectsError';
  readonly problems: readonly ObjectProblem[];
  readonly #frame: ProblemFrame;

  constructor(problems: readonly ObjectProblem[], frame: ProblemFrame) {
    super(problemsText(problems, frame, ({ error }) => errorText(error)));
    this.problems = problems;
    this.#frame = frame;
  }

  /** The message with other words for the reasons. */
  textWith(reasonOf: (problem: ObjectProblem) => string): string {
    return problemsText(this.problems, this.#frame, reasonOf);
  }
}

/** Objects that were not created, each with the reason. */
export class CreationError extends ObjectsError {
  override name = 'CreationError';
}

function problemsText(
  problems: readonly ObjectProblem[],
  { head, tail }: ProblemFrame,
  reasonOf: (problem: ObjectProblem) => string,
): string {
  const lines = problems.map((problem) => `${problem.what}: ${reasonOf(problem)}`);
  return [head, ...lines, tail].filter(Boolean).join('\n');
}
