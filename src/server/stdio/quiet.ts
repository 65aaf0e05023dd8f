import { subscribe } from 'node:diagnostics_channel';

const TICK_MS = 100;
/** After this many ticks without activity from an API server its answer is no longer waited for. */
const QUIET_TICKS = 5;
/** Upper bound: VS Code waits 10 s for a server that it stops; the SDK's client waits 2 s, then sends a signal. */
const MAX_TICKS = 80;
const SIGNS = ['create', 'headers', 'bodyChunkReceived', 'trailers'].map((name) => `undici:request:${name}`);

/**
 * Calls `then` once nothing has been exchanged with any API server for a while. Time is counted in turns of the event
 * loop: a busy machine has fewer, so what takes longer there is given more time.
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
    if (quiet > QUIET_TICKS || ticks > MAX_TICKS) then();
  }, TICK_MS);
}
