import { subscribe } from 'node:diagnostics_channel';

const TICK_MS = 100;
/** So many ticks without a sign of an API server, and its answer is not waited for any longer. */
const QUIET_TICKS = 5;
/** What never comes to rest ends too: VS Code waits 10 s for a server that it stops, the SDK's client 2 s and sends a signal. */
const MOST_TICKS = 80;
const SIGNS = ['create', 'headers', 'bodyChunkReceived', 'trailers'].map((name) => `undici:request:${name}`);

/**
 * Calls `then` once nothing was exchanged with any API server for a while. Time is counted in turns of the event loop, of which a
 * busy machine gives fewer: what takes longer there is waited for longer.
 */
export function whenQuiet(then: () => void): void {
  let quiet = 0;
  let ticks = 0;
  for (const sign of SIGNS)
    subscribe(sign, () => {
      quiet = 0;
    });
  setInterval(() => {
    quiet += 1;
    ticks += 1;
    if (quiet > QUIET_TICKS || ticks > MOST_TICKS) then();
  }, TICK_MS);
}
