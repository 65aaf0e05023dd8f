import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { onceClosed } from './base/once-closed.ts';

/** A client that reads nothing of its pending data for this long is disconnected, in milliseconds. */
const MAX_STALL_MS = 30_000;
/** So is one with more unread data than this, in bytes. */
const MAX_WAITING_BYTES = 16 << 20;

interface Progress {
  delivered: number;
  since: number;
}

/** Disconnects clients that ask but do not read, and so keep their answers in memory. */
export class StalledReaders {
  readonly #open = new Map<ServerResponse, Progress>();

  watch(response: ServerResponse): void {
    this.#open.set(response, { delivered: 0, since: performance.now() });
    onceClosed(response, () => this.#open.delete(response));
  }

  /** The number of open answers. */
  get size(): number {
    return this.#open.size;
  }

  /** Checks all of them; `now` is on the clock of `performance.now`. @returns how many were disconnected. */
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
