import type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';

/** What is kept of one session for a client that comes back: so many characters, for so many milliseconds. */
const MAX_CHARACTERS = 250_000;
const MAX_AGE_MS = 60_000;
/** An answer that has been sent whole is kept only in case it was lost on its way, in milliseconds. */
const KEPT_SENT = 5_000;

interface StoredEvent {
  id: number;
  streamId: string;
  message: JSONRPCMessage;
  size: number;
  /** When it is let go of, on the clock of `performance.now`. */
  until: number;
}

/** The last events of one session, so that a client whose connection broke gets what it missed. */
export class RecentEvents implements EventStore {
  #events: StoredEvent[] = [];
  #size = 0;
  #lastId = 0;

  async storeEvent(streamId: string, message: JSONRPCMessage): Promise<string> {
    this.#lastId += 1;
    const size = JSON.stringify(message).length;
    this.#events.push({ id: this.#lastId, streamId, message, size, until: performance.now() + MAX_AGE_MS });
    this.#size += size;
    while (this.#size > MAX_CHARACTERS && this.#events.length > 1) this.#size -= this.#events.shift()?.size ?? 0;
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

  /** Told that the answer to this request, and whatever came before it in its stream, has been sent. */
  sent(request: RequestId): void {
    const answer = this.#events.findLast(
      ({ message }) => 'id' in message && message.id === request && !('method' in message),
    );
    const until = performance.now() + KEPT_SENT;
    for (const event of this.#events) if (event.streamId === answer?.streamId) event.until = until;
  }

  /** Lets go of what is too old. */
  sweep(): void {
    const now = performance.now();
    this.#events = this.#events.filter(({ until }) => until > now);
    this.#size = this.#events.reduce((sum, { size }) => sum + size, 0);
  }
}
