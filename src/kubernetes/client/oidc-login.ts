import { createHash } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import { UserError } from '../apimachinery/errors.ts';
import { TimeLimit } from '../apimachinery/time-limit.ts';
import { takeLoginLock } from './login-lock.ts';
import type { OidcClient } from './oidc-issuer.ts';
import { type OidcTokens, readTokens, replaceTokens } from './oidc-tokens.ts';

/** A token that ends as soon as this is not used any more, in milliseconds; as in client-go. */
const MARGIN_MS = 10_000;
/** A token just obtained is used for at least this long, whatever its end, in milliseconds. */
const MIN_USE_MS = 5_000;
/** A refused token is not tried again before this, in milliseconds: issuers lock out who asks too often. */
const REFUSED_MS = 30_000;
/** The longest wait for other processes that renew the same tokens, in milliseconds. */
const ELSEWHERE_TIMEOUT_MS = 20_000;
const ENDED =
  'its id-token has ended, and there is no refresh-token to renew it: log in again with the tool that wrote the kubeconfig';

/** Whose login it is. */
export interface OidcUser {
  name: string;
  client: OidcClient;
  /** The kubeconfig that defines it; '' if none does. */
  kubeconfig: string;
  /** Are renewed tokens read from there, and written to it? What a user agreed to byte by byte stays as it is. */
  isKept: boolean;
}

const shared = new Map<string, OidcLogin>();

/** The login of a user: shared in this process by all connections, as a refresh token may be good for one use only. */
export function oidcLogin(user: OidcUser, tokens: OidcTokens): OidcLogin {
  const key = JSON.stringify(user);
  const login = shared.get(key) ?? new OidcLogin(user);
  shared.set(key, login);
  login.offer(tokens);
  return login;
}

/** Identifies a user with an id-token, and has it renewed by its issuer when it ends, once for all that wait for it. */
export class OidcLogin {
  readonly #user: OidcUser;
  #tokens: OidcTokens = { idToken: '', refreshToken: '' };
  #offered = '';
  /** Refresh tokens that the issuer has replaced. */
  readonly #spent = new Set<string>();
  #usableUntil = 0;
  #running: Promise<string> | undefined;
  #refused: { refreshToken: string; until: number; error: Error } | undefined;

  constructor(user: OidcUser) {
    this.#user = user;
  }

  /** Takes the tokens of a kubeconfig, unless they are as they were, or older than those that it has. */
  offer(tokens: OidcTokens): void {
    const offered = JSON.stringify(tokens);
    if (offered === this.#offered || this.#spent.has(tokens.refreshToken)) return;
    this.#offered = offered;
    // Its own, as it has written them.
    if (offered === JSON.stringify(this.#tokens)) return;
    this.#take(tokens, endOf(tokens.idToken) - MARGIN_MS);
  }

  /** Part of client-node's authenticator interface; this one serves one user only. */
  isAuthProvider(): boolean {
    return true;
  }

  /** @throws UserError when no token can be obtained. */
  async applyAuthentication(_user: unknown, options: RequestOptions): Promise<void> {
    options.headers = { ...options.headers, Authorization: `Bearer ${await this.token()}` };
  }

  /** The id-token. @throws UserError when it has ended and cannot be renewed. */
  async token(): Promise<string> {
    if (this.#usableUntil > Date.now()) return this.#tokens.idToken;
    if (this.#tokens.refreshToken === '') throw new UserError(ENDED);
    this.#running ??= this.#renew().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #renew(): Promise<string> {
    const lock = await this.#lock();
    try {
      const { name, client, kubeconfig, isKept } = this.#user;
      // Another process of ours, or kubectl, may have renewed them meanwhile.
      const stored = isKept ? await readTokens(kubeconfig, name).catch(() => undefined) : undefined;
      if (stored) this.offer(stored);
      if (this.#usableUntil > Date.now()) return this.#tokens.idToken;
      const before = this.#tokens;
      const after = await this.#ask(client, before.refreshToken);
      this.#take(after, Math.max(endOf(after.idToken) - MARGIN_MS, Date.now() + MIN_USE_MS));
      if (after.refreshToken !== before.refreshToken) {
        this.#spent.add(before.refreshToken);
        // What was before is of no use any more, to kubectl neither. Where nothing can be written, this process goes on.
        if (stored) await replaceTokens(kubeconfig, stored, after).catch(() => undefined);
      }
      return after.idToken;
    } finally {
      lock?.release();
    }
  }

  async #ask(client: OidcClient, refreshToken: string): Promise<OidcTokens> {
    if (this.#refused?.refreshToken === refreshToken && this.#refused.until > Date.now()) throw this.#refused.error;
    const { RefusedRenewal, renewedTokens } = await import('./oidc-issuer.ts');
    try {
      return await renewedTokens(client, refreshToken);
    } catch (error) {
      if (error instanceof RefusedRenewal) this.#refused = { refreshToken, until: Date.now() + REFUSED_MS, error };
      throw error;
    }
  }

  #take(tokens: OidcTokens, usableUntil: number): void {
    this.#tokens = tokens;
    this.#usableUntil = usableUntil;
  }

  async #lock() {
    const name = createHash('sha256').update(JSON.stringify(this.#user)).digest('hex');
    using late = new TimeLimit(ELSEWHERE_TIMEOUT_MS);
    try {
      return await takeLoginLock(name, { signal: late.signal });
    } catch (error) {
      if (!late.isOver) throw error;
      throw new UserError('another window or server has not finished renewing its tokens');
    }
  }
}

/** When a token ends, on the clock of `Date.now`; 0 if it does not say. */
function endOf(token: string): number {
  const [, payload = ''] = token.split('.');
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof exp === 'number' ? exp * 1000 : 0;
  } catch {
    return 0;
  }
}
