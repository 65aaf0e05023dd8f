import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from './base/http-log.ts';
import type { ClientRegistry } from './client-registry.ts';
import type { Sessions } from './sessions.ts';
import type { StalledReaders } from './stalled-readers.ts';

/** How long calls under way may take when the process is asked to end, in milliseconds; Kubernetes kills after 30 s. */
const CALLS_TIMEOUT_MS = 20_000;
/** How long the last bytes of answers may take to leave, in milliseconds. */
const FLUSH_TIMEOUT_MS = 1_000;
/** How long ago the last answer has to be before its connection counts as idle, in milliseconds. */
const QUIET_MS = 500;

export interface GracefulShutdownOptions {
  server: Server;
  sessions: Sessions;
  registry: ClientRegistry;
  readers: StalledReaders;
  /** Done when everything else has ended. */
  last(): Promise<void>;
  log: Log;
}

/** Ends the process in order when it is asked to: no new session, the calls under way to their end, then the streams. */
export class GracefulShutdown {
  readonly #options: GracefulShutdownOptions;
  #begun = false;
  #kept = -QUIET_MS;

  constructor(options: GracefulShutdownOptions) {
    this.#options = options;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void this.end());
  }

  /** Has it begun? Then no new session is. */
  get begun(): boolean {
    return this.#begun;
  }

  /** A request was answered, and its client may be sending the next one on the same connection. */
  answered(): void {
    if (!this.#begun) this.#kept = performance.now();
  }

  /** @param patience how long calls under way may take, in milliseconds. */
  async end(patience = CALLS_TIMEOUT_MS): Promise<void> {
    const { server, sessions, registry, last, log } = this.#options;
    // Whoever asks twice does not want to wait.
    if (this.#begun) process.exit(1);
    this.#begun = true;
    log('info', 'ending');
    const latest = performance.now() + patience;
    // Those who have just been answered are answered once more, and told to go elsewhere then.
    const quiet = this.#kept + QUIET_MS;
    while ((this.#busy() || performance.now() < quiet) && performance.now() < latest) await delay(50);
    server.close();
    await Promise.all(sessions.list().map(({ transport }) => transport.close()));
    registry.close();
    setTimeout(() => process.exit(0), FLUSH_TIMEOUT_MS);
    await Promise.all([once(server, 'close'), last()]);
    process.exit(0);
  }

  // A stream that only waits for news is nothing to wait for.
  #busy(): boolean {
    const { sessions, readers } = this.#options;
    const streams = sessions.list().reduce((sum, { open }) => sum + open.size, 0);
    return readers.size > streams || sessions.list().some(({ pending }) => pending.size > 0);
  }
}
