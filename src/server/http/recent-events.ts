import type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** What is kept of one session for a client that comes back: so many characters, for so many milliseconds. */
const LARGEST = 1_000_000;
const KEPT = 2 * 60_000;

interface StoredEvent {
  id: number;
  streamId: string;
  message: JSONRPCMessage;
  size: number;
  time: number;
}

/** The last events of one session, so that a client whose connection broke gets what it missed. */
export class RecentEvents implements EventStore {
  #events: StoredEvent[] = [];
  #size = 0;
  #lastId = 0;

  async storeEvent(streamId: string, message: JSONRPCMessage): Promise<string> {
    this.#lastId += 1;
    const size = JSON.stringify(message).length;
    this.#events.push({ id: this.#lastId, streamId, message, size, time: performance.now() });
    this.#size += size;
    this.sweep();
    return String(this.#lastId);
  }

  /** Can a client go on from this event? */
  has(eventId: string): boolean {
    return this.#events.some(({ id }) => String(id) === eventId);
  }

  async replayEventsAfter(
    lastEventId: string,
    { send }: { send: (eventId: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const streamId = this.#events.find(({ id }) => String(id) === lastEventId)?.streamId;
    if (streamId === undefined) throw new Error(`The event ${lastEventId} is not kept any more.`);
    for (const event of this.#events) {
      // An event without a message only tells the client an id to come back with.
      if (event.streamId === streamId && event.id > Number(lastEventId) && 'jsonrpc' in event.message)
        await send(String(event.id), event.message);
    }
    return streamId;
  }

  /** Lets go of what is too old or too much. */
  sweep(): void {
    const oldest = performance.now() - KEPT;
    while (this.#events.length > 1 && (this.#size > LARGEST || (this.#events[0]?.time ?? 0) < oldest)) {
      this.#size -= this.#events.shift()?.size ?? 0;
    }
  }
}
