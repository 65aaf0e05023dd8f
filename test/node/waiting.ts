import { setTimeout as delay } from 'node:timers/promises';

/** Polls until there is an answer; fails after a minute, with the last one seen. */
export async function waitFor<T>(probe: () => Promise<T | undefined>, seen = () => ''): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`it has not come within a minute; at last there was:\n${seen()}`);
    await delay(200);
  }
}
