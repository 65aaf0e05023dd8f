import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { JSONRPCMessage, JSONRPCResponse, RequestId } from '@modelcontextprotocol/sdk/types.js';
import type { StreamEvent } from './web-exchange.ts';

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

/** The requests whose stream is being opened or written to. */
const ASKED = new AsyncLocalStorage<readonly RequestId[]>();

interface StoredEvent extends StreamEvent {
  streamId: string;
  /** What its stream answers. */
  asked: readonly RequestId[] | undefined;
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

  /** Opens the stream that answers these requests. */
  opening<T>(requests: readonly RequestId[], open: () => T): T {
    return ASKED.run(requests, open);
  }

  async storeEvent(streamId: string, message: JSONRPCMessage): Promise<string> {
    this.#count += 1;
    const id = `${this.#prefix}-${this.#count}${streamId === STANDING_STREAM ? STANDING : ''}`;
    const size = JSON.stringify(message).length;
    const until = performance.now() + MAX_AGE_MS;
    this.#events.push({ id, streamId, asked: ASKED.getStore(), message, size, until });
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
    const streamId = this.#streamOf(lastEventId);
    if (streamId === undefined) throw new Error(`The event ${lastEventId} is not kept any more.`);
    for (const event of this.#after(lastEventId)) await send(event.id, event.message);
    return streamId;
  }

  /** What came after an event in its stream, if nothing more can come: all that was asked is answered. */
  restAfter(eventId: string): StreamEvent[] | undefined {
    const streamId = this.#streamOf(eventId);
    if (streamId === undefined || streamId === STANDING_STREAM) return undefined;
    const stream = this.#events.filter((event) => event.streamId === streamId);
    const answered = stream.flatMap(({ message }) => (isAnswer(message) ? message.id : []));
    // What cancels a request asks nothing, though its answer is kept in the stream.
    const asked = stream.find((event) => event.asked?.length)?.asked;
    return asked?.every((id) => answered.includes(id)) ? this.#after(eventId) : undefined;
  }

  #streamOf(eventId: string): string | undefined {
    return this.#events.find(({ id }) => id === eventId)?.streamId;
  }

  #after(eventId: string): StoredEvent[] {
    const at = this.#events.findIndex(({ id }) => id === eventId);
    const streamId = this.#events[at]?.streamId;
    // An event without a message only gives the client an id to resume from.
    return this.#events.slice(at + 1).filter((event) => event.streamId === streamId && 'jsonrpc' in event.message);
  }

  /** Called when the answer to this request, and everything before it in its stream, has been sent. */
  sent(request: RequestId): void {
    const answer = this.#events.findLast(({ message }) => isAnswer(message) && message.id === request);
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

function isAnswer(message: JSONRPCMessage): message is JSONRPCResponse {
  return 'id' in message && !('method' in message);
}
