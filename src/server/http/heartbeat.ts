import type { ServerResponse } from 'node:http';
import { onceClosed } from './base/once-closed.ts';

/** An answer that takes longer shows signs of life, so that proxies see that the connection lives, in milliseconds. */
export const PATIENCE_MS = 5_000;
/** Interval of signs of life, in milliseconds. */
const HEARTBEAT_INTERVAL_MS = 15_000;

/** A sign of life on a stream of events: a comment. */
export const EVENT_COMMENT = ': still here\n\n';

/** Sends signs of life for as long as there is more of the response to come. */
export function startHeartbeat(response: ServerResponse, sign: string): void {
  const timer = setInterval(() => {
    // A client that reads slowly keeps an ended response open.
    if (response.writableEnded) clearInterval(timer);
    else response.write(sign);
  }, HEARTBEAT_INTERVAL_MS);
  onceClosed(response, () => clearInterval(timer));
}
