import type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';

/** Limits of what is kept of a session for a client that reconnects: characters, and milliseconds. */
const MAX_CHARACTERS = 250_000;
const MAX_AGE_MS = 60_000;
/** A fully sent answer is kept this long, in milliseconds, in case it was lost. */
const KEPT_SENT = 5_000;

interface StoredEvent {
  id: number;
  streamId: string;
  message: JSONRPCMessage;
  size: number;
  /** When it expires, on the clock of `performance.now`. */
  until: number;
}

/** A session's last events, for a client to catch up after its connection broke. */
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

  /** Can a client resume from this event? */
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
      // An event without a message only gives the client an id to resume from.
      if (event.streamId === streamId && event.id > Number(lastEventId) && 'jsonrpc' in event.message)
        await send(String(event.id), event.message);
    }
    return streamId;
  }

  /** Called when the answer to this request, and everything before it in its stream, has been sent. */
  sent(request: RequestId): void {
    const answer = this.#events.findLast(
      ({ message }) => 'id' in message && message.id === request && !('method' in message),
    );
    const until = performance.now() + KEPT_SENT;
    for (const event of this.#events) if (event.streamId === answer?.streamId) event.until = until;
  }

  /** Drops what has expired. */
  sweep(): void {
    const now = performance.now();
    this.#events = this.#events.filter(({ until }) => until > now);
    this.#size = this.#events.reduce((sum, { size }) => sum + size, 0);
  }
}
