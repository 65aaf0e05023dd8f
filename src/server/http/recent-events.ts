import { randomUUID } from 'node:crypto';
import type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';

/** Limits of what is kept of a session for a client that reconnects: characters, and milliseconds. */
const MAX_CHARACTERS = 250_000;
const MAX_AGE_MS = 60_000;
/** A fully sent answer is kept this long, in milliseconds, in case it was lost. */
const KEPT_SENT = 5_000;

/** The stream on which a client waits for what happens, in the SDK's words, and the end of the ids of its events. */
const STANDING_STREAM = '_GET_stream';
const STANDING = '-standing';

/** Could this event be of the stream on which a client waits for no particular answer, in whatever process? */
export function isOfStandingStream(eventId: string): boolean {
  return eventId.endsWith(STANDING);
}

interface StoredEvent {
  id: string;
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
  #count = 0;
  /** Another process counts anew. */
  readonly #prefix = randomUUID().slice(0, 8);

  async storeEvent(streamId: string, message: JSONRPCMessage): Promise<string> {
    this.#count += 1;
    const id = `${this.#prefix}-${this.#count}${streamId === STANDING_STREAM ? STANDING : ''}`;
    const size = JSON.stringify(message).length;
    this.#events.push({ id, streamId, message, size, until: performance.now() + MAX_AGE_MS });
    this.#size += size;
    while (this.#size > MAX_CHARACTERS && this.#events.length > 1) this.#size -= this.#events.shift()?.size ?? 0;
    return id;
  }

  /** Can a client resume from this event? */
  has(eventId: string): boolean {
    return this.#events.some(({ id }) => id === eventId);
  }

  async replayEventsAfter(
    lastEventId: string,
    { send }: { send: (eventId: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const last = this.#events.findIndex(({ id }) => id === lastEventId);
    const streamId = this.#events[last]?.streamId;
    if (streamId === undefined) throw new Error(`The event ${lastEventId} is not kept any more.`);
    for (const event of this.#events.slice(last + 1)) {
      // An event without a message only gives the client an id to resume from.
      if (event.streamId === streamId && 'jsonrpc' in event.message) await send(event.id, event.message);
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
