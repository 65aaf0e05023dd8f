import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Tasks } from '../mcp/tasks.ts';
import type { Log } from './base/http-log.ts';
import type { ClientRegistry } from './client-registry.ts';
import type { Sessions } from './sessions.ts';
import type { StalledReaders } from './stalled-readers.ts';

/** How long running calls may take at shutdown, in milliseconds; Kubernetes kills after 30 s. */
const CALLS_TIMEOUT_MS = 20_000;
/** How long sending the rest of the answers may take, in milliseconds. */
const FLUSH_TIMEOUT_MS = 1_000;
/** How long after its last answer a connection counts as idle, in milliseconds. */
const QUIET_MS = 500;

/** Tell servers of the shutdown. */
export interface ShutdownSignals {
  /** It has begun: what only waits for events ends. */
  stopping: AbortController;
  /** Running calls are waited for no longer. */
  ending: AbortController;
}

export interface GracefulShutdownOptions {
  server: Server;
  sessions: Sessions;
  registry: ClientRegistry;
  readers: StalledReaders;
  tasks: Pick<Tasks, 'running'> | undefined;
  ends: ShutdownSignals;
  /** Runs when everything else has ended, and ends by itself. */
  last(): Promise<void>;
  log: Log;
}

/** Shuts the process down in order: no new sessions, running calls finish, then the streams end. */
export class GracefulShutdown {
  readonly #options: GracefulShutdownOptions;
  #begun = false;
  #isSignalled = false;
  /** When running calls are waited for no longer. */
  #latest = Number.POSITIVE_INFINITY;
  #kept = -QUIET_MS;

  constructor(options: GracefulShutdownOptions) {
    this.#options = options;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.#signal());
  }

  #signal(): void {
    // A second signal means: do not wait.
    if (this.#isSignalled) process.exit(1);
    this.#isSignalled = true;
    void this.end();
  }

  /** Has the shutdown begun? Then no new session starts. */
  get begun(): boolean {
    return this.#begun;
  }

  /** A request was answered, and its client may be sending the next one on the same connection. */
  answered(): void {
    if (!this.#begun) this.#kept = performance.now();
  }

  /**
   * Ends the process; once that has begun, it may only be told to wait less.
   * @param patience how long running calls may take, in milliseconds.
   */
  async end(patience = CALLS_TIMEOUT_MS): Promise<void> {
    const { server, sessions, registry, ends, last, log } = this.#options;
    this.#latest = Math.min(this.#latest, performance.now() + patience);
    if (this.#begun) return;
    this.#begun = true;
    log('info', 'ending');
    ends.stopping.abort();
    // Recently answered clients get one more answer, which tells them to reconnect.
    const quiet = this.#kept + QUIET_MS;
    while ((this.#busy() || performance.now() < quiet) && performance.now() < this.#latest) await delay(50);
    // Whoever still waits is answered: some clients would wait for ever.
    ends.ending.abort();
    const flushed = performance.now() + FLUSH_TIMEOUT_MS;
    while (this.#busy() && performance.now() < flushed) await delay(20);
    server.close();
    await Promise.all(sessions.list().map(({ transport }) => transport.close()));
    registry.close();
    await Promise.all([Promise.race([once(server, 'close'), delay(FLUSH_TIMEOUT_MS)]), last()]);
    process.exit(0);
  }

  // A stream that only waits for events does not count.
  #busy(): boolean {
    const { sessions, readers, tasks } = this.#options;
    if (tasks && tasks.running > 0) return true;
    const streams = sessions.list().reduce((sum, { open }) => sum + open.size, 0);
    return readers.size > streams || sessions.list().some(({ pending }) => pending.size > 0);
  }
}
