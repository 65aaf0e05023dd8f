import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A client that takes nothing of what waits for it for so long is given up, in milliseconds. */
const MAX_STALL_MS = 30_000;
/** And so is one for which more than this waits, in bytes. */
const MAX_WAITING_BYTES = 16 << 20;

interface Progress {
  delivered: number;
  since: number;
}

/** Ends the connections of clients that ask but do not read, which would keep their answers in memory. */
export class StalledReaders {
  readonly #open = new Map<ServerResponse, Progress>();

  watch(response: ServerResponse): void {
    this.#open.set(response, { delivered: 0, since: performance.now() });
    response.once('close', () => this.#open.delete(response));
  }

  /** How many answers are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Looks at all of them, at a time of the clock of `performance.now`. @returns how many were given up. */
  sweep(now = performance.now()): number {
    let ended = 0;
    for (const [response, progress] of this.#open) {
      const { socket } = response;
      if (!socket) continue;
      const waiting = socket.writableLength;
      const delivered = deliveredBy(socket);
      if (waiting === 0 || delivered !== progress.delivered) Object.assign(progress, { delivered, since: now });
      if (now - progress.since < MAX_STALL_MS && waiting < MAX_WAITING_BYTES) continue;
      socket.destroy();
      ended += 1;
    }
    return ended;
  }
}

function deliveredBy(socket: Socket): number {
  return socket.bytesWritten - socket.writableLength;
}
