/** The user went back to the previous question. */
export const BACK: unique symbol = Symbol('back');
/** The user dismissed the picker. */
export const CANCELLED: unique symbol = Symbol('cancelled');

export type Outcome = typeof BACK | typeof CANCELLED | undefined;

/** Asks, continues with the answer, and asks again when the user comes back. */
export async function ask<T extends object>(
  question: () => Promise<T | typeof BACK | typeof CANCELLED>,
  next: (answer: T) => Promise<Outcome>,
): Promise<Outcome> {
  for (;;) {
    const answer = await question();
    if (typeof answer === 'symbol') return answer;
    const outcome = await next(answer);
    if (outcome !== BACK) return outcome;
  }
}
