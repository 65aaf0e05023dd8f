import { setTimeout as delay, setImmediate } from 'node:timers/promises';

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

/** The same for what needs turns of the event loop, but no time. */
export async function soon(holds: () => boolean): Promise<void> {
  while (!holds()) await setImmediate();
}

/**
 * The same outside of tests, or where the timeout of one would not say what was waited for.
 * @param what named when it fails, as it is called then.
 */
export async function eventually(
  what: string | (() => string),
  holds: () => boolean | Promise<boolean>,
  seconds = 60,
): Promise<void> {
  const deadline = performance.now() + seconds * 1_000;
  await until(async () => {
    if (await holds()) return true;
    if (performance.now() > deadline) throw new Error(`Never came: ${typeof what === 'string' ? what : what()}`);
    return false;
  });
}
