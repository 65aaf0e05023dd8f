import { setTimeout as delay } from 'node:timers/promises';

/** Looks this often, in milliseconds: without a pause, looking takes the processor from what is waited for. */
const PERIOD_MS = 50;

/** Waits until something holds. Its test's timeout ends a wait in vain. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(PERIOD_MS);
}
