import type { AuthenticationOptions } from '../command-line/http-options.ts';
import { Contexts, type ContextsOptions } from '../core/contexts.ts';
import type { Identity } from './authentication/identity.ts';
import { userInfoOf } from './authentication/user-info.ts';

/** How long what nobody uses is kept, in milliseconds. */
const MAX_IDLE_MS = 15 * 60_000;

interface Kept {
  contexts: Contexts;
  used: number;
}

/** The contexts of all callers: one set for all who are the same to the API server, and none shared by two who are not. */
export class ClientRegistry {
  readonly #authentication: AuthenticationOptions;
  readonly #options: Omit<ContextsOptions, 'userInfo'>;
  readonly #kept = new Map<string, Kept>();

  constructor(authentication: AuthenticationOptions, options: Omit<ContextsOptions, 'userInfo'>) {
    this.#authentication = authentication;
    this.#options = options;
  }

  contexts(identity: Identity): Contexts {
    const { key, userInfo } = userInfoOf(identity, this.#authentication);
    let kept = this.#kept.get(key);
    if (!kept) {
      kept = { contexts: new Contexts({ ...this.#options, ...(userInfo && { userInfo }) }), used: 0 };
      this.#kept.set(key, kept);
    }
    kept.used = performance.now();
    return kept.contexts;
  }

  /** Lets go of what has not been used for long; who comes back begins anew. */
  sweep(): void {
    const oldest = performance.now() - MAX_IDLE_MS;
    for (const [key, { contexts, used }] of this.#kept) {
      if (used >= oldest) continue;
      contexts.close();
      this.#kept.delete(key);
    }
  }

  close(): void {
    for (const { contexts } of this.#kept.values()) contexts.close();
    this.#kept.clear();
  }
}
