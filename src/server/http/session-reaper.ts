import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import type { Authenticator } from './authentication/authenticator.ts';
import { HttpError } from './base/http-error.ts';
import type { Log } from './base/http-log.ts';
import type { Limiter } from './base/limiter.ts';
import type { ClientRegistry } from './client-registry.ts';
import { isBusy, type Sessions } from './sessions.ts';
import type { StalledReaders } from './stalled-readers.ts';

/** Interval of the sweeps, in milliseconds. */
const CHECK_INTERVAL_MS = 5_000;

export interface SessionReaperOptions {
  sessions: Sessions;
  registry: ClientRegistry;
  limiter: Limiter;
  readers: StalledReaders;
  authenticator: Authenticator;
  /** Seconds after which a session without a request or an open stream ends. */
  idle: number;
  log: Log;
}

/** Periodically drops what is unused or no longer permitted. */
export function startSessionReaper(options: SessionReaperOptions): void {
  const look = async () => {
    const { sessions, registry, limiter, readers, log } = options;
    limiter.sweep();
    registry.sweep();
    for (const session of sessions.list()) session.sweep?.();
    const stalled = readers.sweep();
    if (stalled > 0) log('warning', 'gave up on clients that do not read', { count: stalled });
    endIdle(options);
    await endRevoked(options);
  };
  const turn = () => look().catch((error: unknown) => options.log('error', messageOf(error)));
  setInterval(() => void turn(), CHECK_INTERVAL_MS).unref();
}

function endIdle({ sessions, idle }: SessionReaperOptions): void {
  const oldest = performance.now() - idle * 1000;
  for (const session of sessions.list()) if (!isBusy(session) && session.used < oldest) void session.transport.close();
}

/** Ends the streams of callers whose token is no longer valid, or gives other rights; requests are checked one by one. */
async function endRevoked({ sessions, authenticator }: SessionReaperOptions): Promise<void> {
  for (const { responses, identity } of sessions.open()) {
    if (responses.length === 0 || identity.token === undefined) continue;
    // An unanswered check does not end them; a caller who is no longer permitted is ended.
    const valid = await authenticator
      .identify(identity.token)
      .catch((error: unknown) => (error instanceof HttpError && error.status === 403 ? undefined : identity));
    if (valid?.owner !== identity.owner) for (const response of responses) response.destroy();
  }
}
