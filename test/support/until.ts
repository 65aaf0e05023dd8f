import { setTimeout as delay } from 'node:timers/promises';

/** Looks this often, in milliseconds: without a pause, looking takes the processor from what is waited for. */
const PERIOD_MS = 50;
/** The longest pause, in milliseconds. */
const MAX_PAUSE_MS = 1_000;

/**
 * Waits until something holds. Its test's timeout ends a wait in vain.
 * @param period how often it looks, in milliseconds; less often where looking takes long, such as with kubectl.
 */
export async function until(holds: () => boolean | Promise<boolean>, period = PERIOD_MS): Promise<void> {
  for (;;) {
    const begin = performance.now();
    if (await holds()) return;
    await delay(Math.max(period, Math.min(3 * (performance.now() - begin), MAX_PAUSE_MS)));
  }
}
