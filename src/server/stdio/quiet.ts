import { subscribe } from 'node:diagnostics_channel';

const TICK_MS = 100;
/** After this many ticks without a sign from an API server that was asked, its answer is no longer waited for. */
const QUIET_TICKS = 5;
/** Upper bound: VS Code waits 10 s for a server that it stops; the SDK's client waits 2 s, then sends a signal. */
const MAX_TICKS = 80;
const SIGNS = ['create', 'headers', 'bodyChunkReceived', 'trailers', 'error'];
const LAST_SIGNS = ['trailers', 'error'];

/**
 * Calls `then` once every API server that was asked has said nothing for a while. While none is asked, this process has
 * work of its own, which may be long on a busy machine: it loads what a first call needs. Time is counted in turns of
 * the event loop: a busy machine has fewer, so what takes longer there is given more time.
 *
 * Call it before the first request.
 */
export function quietWatch(): (then: () => void) => void {
  const asked = new Set<unknown>();
  let quiet = 0;
  for (const sign of SIGNS)
    subscribe(`undici:request:${sign}`, (message) => {
      const { request } = message as { request: unknown };
      quiet = 0;
      if (LAST_SIGNS.includes(sign)) asked.delete(request);
      else asked.add(request);
    });
  return (then) => {
    quiet = 0;
    let ticks = 0;
    setInterval(() => {
      if (asked.size > 0) quiet += 1;
      ticks += 1;
      if (quiet > QUIET_TICKS || ticks > MAX_TICKS) then();
    }, TICK_MS);
  };
}
