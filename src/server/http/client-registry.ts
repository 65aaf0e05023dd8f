import type { TokenSource } from '../../kubernetes/client/token-source.ts';
import type { AuthenticationOptions } from '../command-line/http-options.ts';
import { Contexts, type ContextsOptions } from '../core/contexts.ts';
import type { Identity } from './authentication/identity.ts';
import { userInfoOf } from './authentication/user-info.ts';
import type { CallerPermissions } from './caller-permissions.ts';

/** How long unused contexts are kept, in milliseconds. */
const MAX_IDLE_MS = 15 * 60_000;

export interface ClientRegistryOptions extends Omit<ContextsOptions, 'userInfo' | 'policy'> {
  /** The tokens that a caller's token is exchanged for; undefined where it is not. */
  exchanged: ((token: string) => TokenSource) | undefined;
}

interface Kept {
  contexts: Contexts;
  used: number;
}

/** The contexts of all callers: shared by those who are one user to the API server and may do the same, by no others. */
export class ClientRegistry {
  readonly #authentication: AuthenticationOptions;
  readonly #permissions: CallerPermissions;
  readonly #options: ClientRegistryOptions;
  readonly #kept = new Map<string, Kept>();

  constructor(authentication: AuthenticationOptions, permissions: CallerPermissions, options: ClientRegistryOptions) {
    this.#authentication = authentication;
    this.#permissions = permissions;
    this.#options = options;
  }

  contexts(identity: Identity): Contexts {
    const { key: user, userInfo } = userInfoOf(identity, this.#authentication, this.#options.exchanged);
    const key = `${user} ${this.#permissions.keyOf(identity)}`;
    let kept = this.#kept.get(key);
    if (!kept) {
      const { policy } = this.#permissions.of(identity);
      kept = { contexts: new Contexts({ ...this.#options, policy, ...(userInfo && { userInfo }) }), used: 0 };
      this.#kept.set(key, kept);
    }
    kept.used = performance.now();
    return kept.contexts;
  }

  /** Drops what has been idle too long; a returning caller starts afresh. */
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
