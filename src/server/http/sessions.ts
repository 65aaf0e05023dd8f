import type { ServerResponse } from 'node:http';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Identity } from '../authentication/identity.ts';
import type { PendingRequests } from '../transports/pending-requests.ts';
import { HttpError } from './http-error.ts';
import type { HttpTransport } from './http-options.ts';

/** The code that the SDK gives to it. */
const SESSION_NOT_FOUND = -32_001;

/** One client from its `initialize` on. */
export interface Session<T extends Transport = Transport> {
  id: string;
  kind: HttpTransport;
  transport: T;
  /** Who it belongs to, as proven with the last request. */
  identity: Identity;
  pending: PendingRequests;
  /** The answers and event streams that are open. */
  open: Set<ServerResponse>;
  /** When the last request came, on the clock of `performance.now`. */
  used: number;
  /** Lets go of what is kept for long. */
  sweep?: () => void;
}

/** All sessions of this process. */
export class Sessions {
  readonly #most: number;
  readonly #sessions = new Map<string, Session>();

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws HttpError 503 when there is no place for another session. */
  assertRoom(): void {
    if (this.#sessions.size >= this.#most)
      throw new HttpError(503, `This server has its ${this.#most} sessions already.`, { 'retry-after': '10' });
  }

  add(session: Session): void {
    this.#sessions.set(session.id, session);
  }

  delete(id: string): void {
    this.#sessions.delete(id);
  }

  /**
   * The session with this id, if it is of this kind and the caller's own.
   * @throws HttpError 404 otherwise, with which a client begins a new one.
   */
  get(id: string, kind: HttpTransport, identity: Identity): Session {
    const session = this.#sessions.get(id);
    if (session?.kind !== kind || session.identity.owner !== identity.owner)
      throw new HttpError(404, 'There is no such session (any more).', {}, SESSION_NOT_FOUND);
    session.identity = identity;
    session.used = performance.now();
    return session;
  }

  /** How many there are of each kind. */
  count(kind: HttpTransport): number {
    return this.list().filter((session) => session.kind === kind).length;
  }

  list(): Session[] {
    return [...this.#sessions.values()];
  }
}
