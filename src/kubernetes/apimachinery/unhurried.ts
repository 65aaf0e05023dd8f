import { setImmediate as pause } from 'node:timers/promises';

/** How long work may block the event loop, in milliseconds. */
const MAX_TURN_MS = 15;

/** When the event loop was last known to be free. */
let since = performance.now();

/** Yields to the event loop when it is time. Call it between pieces of work that may take long. */
export async function giveWay(): Promise<void> {
  if (performance.now() - since < MAX_TURN_MS) return;
  await pause();
  since = performance.now();
}

/** Maps the members one after the other, yielding to the event loop now and then. */
export async function mapUnhurried<T, U>(members: readonly T[], each: (member: T, index: number) => U): Promise<U[]> {
  const made: U[] = [];
  for (const [index, member] of members.entries()) {
    if (performance.now() - since >= MAX_TURN_MS) await giveWay();
    made.push(each(member, index));
  }
  return made;
}
