import type { ServerResponse } from 'node:http';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { HttpTransport } from '../command-line/http-options.ts';
import type { PendingRequests } from '../mcp/pending-requests.ts';
import type { Identity } from './authentication/identity.ts';
import { HttpError } from './base/http-error.ts';
import { onceClosed } from './base/once-closed.ts';

/** The SDK's code for this error. */
const SESSION_NOT_FOUND = -32_001;

/** How many ended sessions are remembered. */
const MAX_ENDED = 10_000;

/** Many clients never end a session: one unused for this long gives way to a new one of its caller, in milliseconds. */
const ABANDONED_MS = 30_000;

/** One client, from its `initialize` on. */
export interface Session<T extends Transport = Transport> {
  id: string;
  kind: HttpTransport;
  transport: T;
  /** The owner, as proven by the last request. */
  identity: Identity;
  pending: PendingRequests;
  /** Open answers and event streams. */
  open: Set<ServerResponse>;
  /** Time of the last request, on the clock of `performance.now`. */
  used: number;
  /** Drops expired data. */
  sweep?: () => void;
}

/** An answer without a session, which ends when its caller is no longer let in. */
export interface OpenStream {
  response: ServerResponse;
  identity: Identity;
}

/** All sessions of this process. */
export class Sessions {
  readonly #most: number;
  readonly #sessions = new Map<string, Session>();
  readonly #ended = new Set<string>();
  readonly #streams = new Set<OpenStream>();

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Makes room for another session of this caller. At the limit, the caller's own longest unused session ends, or the
   * caller with the most sessions loses one to a caller with fewer, so nobody can lock anyone out.
   * @throws HttpError 503 when there is no room.
   */
  makeRoom({ owner }: Identity): void {
    if (this.#sessions.size < this.#most) return;
    const abandoned = this.#abandonedBy(owner);
    if (abandoned) {
      this.#drop(abandoned);
      return;
    }
    const owned = Map.groupBy(this.#sessions.values(), ({ identity }) => identity.owner);
    const [largest = []] = [...owned.values()].sort((a, b) => b.length - a.length);
    const [given] = largest.sort((a, b) => Number(isBusy(a)) - Number(isBusy(b)) || a.used - b.used);
    if (!given || largest.length <= (owned.get(owner)?.length ?? 0) + 1)
      throw new HttpError(503, `This server has its ${this.#most} sessions already.`, { 'retry-after': '10' });
    this.#drop(given);
  }

  #abandonedBy(owner: string): Session | undefined {
    const latest = performance.now() - ABANDONED_MS;
    return this.list()
      .filter((session) => session.identity.owner === owner && session.used < latest && !isBusy(session))
      .sort((a, b) => a.used - b.used)[0];
  }

  #drop({ id, transport }: Session): void {
    this.delete(id);
    void transport.close();
  }

  /** Does this session exist, and is it the caller's own? */
  isOf(id: string, { owner }: Identity): boolean {
    return this.#sessions.get(id)?.identity.owner === owner;
  }

  add(session: Session): void {
    this.#sessions.set(session.id, session);
  }

  delete(id: string): void {
    this.#sessions.delete(id);
  }

  /** Remembers that the client has ended it: it is not continued. */
  end(id: string): void {
    const [oldest] = this.#ended;
    if (this.#ended.size >= MAX_ENDED && oldest !== undefined) this.#ended.delete(oldest);
    this.#ended.add(id);
  }

  hasEnded(id: string): boolean {
    return this.#ended.has(id);
  }

  has(id: string): boolean {
    return this.#sessions.has(id);
  }

  /**
   * The session with this id, if it is of this kind and the caller's own.
   * @throws HttpError 404 otherwise, upon which a client starts a new one.
   */
  get(id: string, kind: HttpTransport, identity: Identity): Session {
    const session = this.#sessions.get(id);
    if (session?.kind !== kind || session.identity.owner !== identity.owner)
      throw new HttpError(404, 'There is no such session (any more).', {}, SESSION_NOT_FOUND);
    session.identity = identity;
    session.used = performance.now();
    return session;
  }

  /** The number of sessions of this kind. */
  count(kind: HttpTransport): number {
    return this.list().filter((session) => session.kind === kind).length;
  }

  list(): Session[] {
    return [...this.#sessions.values()];
  }

  /** Remembers an answer until it has been sent. */
  addStream(stream: OpenStream): void {
    this.#streams.add(stream);
    onceClosed(stream.response, () => this.#streams.delete(stream));
  }

  /** Everything that is open for a caller. */
  open(): { identity: Identity; responses: readonly ServerResponse[] }[] {
    return [
      ...this.list().map(({ identity, open }) => ({ identity, responses: [...open] })),
      ...[...this.#streams].map(({ identity, response }) => ({ identity, responses: [response] })),
    ];
  }
}

/** Is anyone waiting for an answer or event of it? */
export function isBusy({ open, pending }: Session): boolean {
  return open.size > 0 || pending.size > 0;
}
