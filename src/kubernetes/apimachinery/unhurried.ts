import { setImmediate as pause } from 'node:timers/promises';

/** So long work may keep the event loop, in milliseconds. */
const MAX_TURN_MS = 15;

/** When the event loop was free the last time, as far as is known here. */
let since = performance.now();

/** Lets everybody else have a turn, if it is their time. To be called between the pieces of work that may be long. */
export async function giveWay(): Promise<void> {
  if (performance.now() - since < MAX_TURN_MS) return;
  await pause();
  since = performance.now();
}

/** What `each` makes of the members, one after the other; everybody else gets a turn now and then. */
export async function mapUnhurried<T, U>(members: readonly T[], each: (member: T, index: number) => U): Promise<U[]> {
  const made: U[] = [];
  for (const [index, member] of members.entries()) {
    if (performance.now() - since >= MAX_TURN_MS) await giveWay();
    made.push(each(member, index));
  }
  return made;
}
