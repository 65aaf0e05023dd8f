import { setImmediate as pause } from 'node:timers/promises';

/** So long one piece of work may keep the event loop, in milliseconds. */
const SLICE = 15;

/** What `each` makes of the members, one after the other; everybody else gets a turn every few milliseconds. */
export async function mapUnhurried<T, U>(members: readonly T[], each: (member: T, index: number) => U): Promise<U[]> {
  const made: U[] = [];
  let begin = performance.now();
  for (const [index, member] of members.entries()) {
    made.push(each(member, index));
    if (performance.now() - begin < SLICE) continue;
    await pause();
    begin = performance.now();
  }
  return made;
}
