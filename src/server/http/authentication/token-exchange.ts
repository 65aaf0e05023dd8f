import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { messageOf, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { isObject, type JsonObject } from '../../../kubernetes/apimachinery/objects.ts';
import type { TokenSource } from '../../../kubernetes/client/token-source.ts';
import { BARE_MARKER } from '../../../kubernetes/text/markers.ts';
import { oneLine } from '../../../kubernetes/text/one-line.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import { shortened } from '../../../kubernetes/text/shortened.ts';
import type { TokenExchangeOptions } from '../../command-line/http-options.ts';
import type { Log } from '../base/http-log.ts';
import type { Issuer, IssuerAnswer } from './issuer.ts';
import { audiencesOf, claimsOf, endOf, isFor, quoted } from './token-claims.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
/** What may come back: an access token, and a JWT as one. */
const ISSUED_TYPES: readonly unknown[] = [ACCESS_TOKEN, 'urn:ietf:params:oauth:token-type:jwt'];

/** How long a token is used whose end nobody says, in milliseconds. */
const UNKNOWN_LIFE_MS = 60_000;
/** A new token is had this long before the end of the old one, or a tenth of its life, in milliseconds. */
const MARGIN_MS = 30_000;
/** How long a failure counts for its caller, in milliseconds: one call makes several requests. */
const FAILURE_MS = 2_000;
/** The most callers whose tokens are kept. */
const MAX_KEPT = 10_000;
/** Of what the issuer says of a failure, in characters. */
const MAX_DESCRIPTION = 300;

/** What is wrong, by OAuth's word for it. */
const ADVICE: Readonly<Record<string, string>> = {
  invalid_grant: 'The issuer does not take the token that you signed in with: sign in again.',
  invalid_client:
    "This server's client is unknown to the issuer, or its secret is wrong: tell whoever runs this server.",
  unauthorized_client: "This server's client may not exchange tokens: tell whoever runs this server.",
  unsupported_grant_type: 'The issuer exchanges no tokens (RFC 8693): tell whoever runs this server.',
  invalid_target: 'The issuer gives no tokens for that audience to you, or to this server.',
  invalid_scope: 'The issuer does not grant you what this server asks for.',
  access_denied: 'The issuer does not grant you access to this cluster.',
};

export interface ExchangeOptions extends TokenExchangeOptions {
  issuer: Pick<Issuer, 'url' | 'endpoint' | 'metadata' | 'post'>;
  log: Log;
}

interface Kept {
  token: Promise<string>;
  /** Until when it is used, on the clock of `Date.now`. */
  until: number;
}

/** Exchanges callers' tokens at their issuer for ones that the API server takes (RFC 8693). */
export class TokenExchange {
  readonly #options: ExchangeOptions;
  /** By the digest of the caller's token, so that no caller is served with what is another's. */
  readonly #kept = new Map<string, Kept>();

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /** The tokens that requests for this caller are made with. */
  tokensOf(caller: string): TokenSource {
    const key = createHash('sha256').update(caller).digest('base64');
    return {
      token: () => this.#token(key, caller),
      refused: (token) => void this.#forget(key, token),
    };
  }

  #token(key: string, caller: string): Promise<string> {
    const now = Date.now();
    const known = this.#kept.get(key);
    if (known && known.until > now) return known.token;
    // Nobody has to wait for an exchange twice: all requests of a call share it, and it always ends.
    const kept: Kept = { until: Number.POSITIVE_INFINITY, token: Promise.resolve('') };
    kept.token = this.#exchange(caller).then(
      ({ token, until }) => {
        kept.until = until;
        return token;
      },
      (error: unknown) => {
        kept.until = Date.now() + FAILURE_MS;
        throw error;
      },
    );
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return kept.token;
  }

  async #forget(key: string, token: string): Promise<void> {
    const known = this.#kept.get(key);
    const current = await known?.token.catch(() => undefined);
    if (current === token && this.#kept.get(key) === known) this.#kept.delete(key);
  }

  async #exchange(caller: string): Promise<{ token: string; until: number }> {
    const { issuer, audience, log } = this.#options;
    let answer: IssuerAnswer;
    try {
      answer = await this.#ask(caller);
    } catch (error) {
      log('error', `Tokens cannot be exchanged: ${messageOf(error)}`);
      throw new UserError(`the issuer ${quoted([issuer.url])} cannot be asked for a token for ${quoted([audience])}`);
    }
    const content = jsonOf(answer.text);
    if (answer.status !== 200) throw this.#refusal(answer, content, caller);
    const problem = this.#problemOf(content, caller);
    if (problem !== undefined) {
      log('error', `Tokens cannot be exchanged: ${issuer.url} answered with ${problem}.`);
      throw new UserError(`the issuer ${quoted([issuer.url])} answered with ${problem}, which is not used`);
    }
    return { token: String(content.access_token), until: usableUntil(content) };
  }

  async #ask(caller: string): Promise<IssuerAnswer> {
    const { issuer, audience, clientId, secretFile, scopes } = this.#options;
    const url = await issuer.endpoint('token_endpoint');
    const form = new URLSearchParams({
      grant_type: GRANT,
      subject_token: caller,
      subject_token_type: ACCESS_TOKEN,
      requested_token_type: ACCESS_TOKEN,
      audience,
    });
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    if (secretFile === undefined) {
      form.set('client_id', clientId);
      return issuer.post(url, form, {});
    }
    const secret = (await readFile(secretFile, 'utf8')).trim();
    const { token_endpoint_auth_methods_supported: ways } = await issuer.metadata();
    if (Array.isArray(ways) && !ways.includes('client_secret_basic')) {
      form.set('client_id', clientId);
      form.set('client_secret', secret);
      return issuer.post(url, form, {});
    }
    const login = [clientId, secret].map((part) => new URLSearchParams({ _: part }).toString().slice(2)).join(':');
    return issuer.post(url, form, { authorization: `Basic ${Buffer.from(login).toString('base64')}` });
  }

  #refusal({ status }: IssuerAnswer, { error, error_description: why }: JsonObject, caller: string): UserError {
    const { issuer, audience, log } = this.#options;
    const code = typeof error === 'string' && /^[\w-]{1,60}$/.test(error) ? error : `status ${status}`;
    const said = typeof why === 'string' ? `: ${this.#described(why, caller)}` : '';
    const text = `the issuer ${quoted([issuer.url])} gives no token for ${quoted([audience])} (${code}${said})`;
    log('warning', `Tokens cannot be exchanged: ${text}`);
    const advice = Object.hasOwn(ADVICE, code) ? `. ${ADVICE[code]}` : '';
    return new UserError(`${text}${advice}`);
  }

  // An issuer may quote what it was sent.
  #described(text: string, caller: string): string {
    const parts = [caller, ...caller.split('.')].filter((part) => part.length > 8);
    const clean = parts.reduce((rest, part) => rest.replaceAll(part, BARE_MARKER), text);
    return redactText(shortened(oneLine(clean), MAX_DESCRIPTION));
  }

  /** What is wrong with an answer; it is named, never quoted. */
  #problemOf(content: JsonObject, caller: string): string | undefined {
    const { audience } = this.#options;
    const { access_token: token, token_type: type, issued_token_type: issued } = content;
    if (typeof token !== 'string' || !/^[\w\-.~+/]+=*$/.test(token)) return 'no token';
    if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') return 'a token that is no bearer token';
    if (!ISSUED_TYPES.includes(issued)) return 'a token of another type than asked for';
    // The API server is to see nothing that was meant for this server.
    if (token === caller) return 'the very token that it was to exchange';
    const claims = claimsOf(token);
    if (claims && !isFor(claims, [audience]))
      return `a token for ${quoted(audiencesOf(claims)) || 'nobody'} rather than for ${quoted([audience])}`;
    return (endOf(claims ?? {}) ?? Number.POSITIVE_INFINITY) <= Date.now() ? 'a token that has ended' : undefined;
  }
}

function jsonOf(text: string): JsonObject {
  try {
    const content: unknown = JSON.parse(text);
    return isObject(content) ? content : {};
  } catch {
    return {};
  }
}

function usableUntil({ access_token: token, expires_in: seconds }: JsonObject): number {
  const now = Date.now();
  const life = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : Number.POSITIVE_INFINITY;
  const end = Math.min(now + life, endOf(claimsOf(String(token)) ?? {}) ?? Number.POSITIVE_INFINITY);
  if (end === Number.POSITIVE_INFINITY) return now + UNKNOWN_LIFE_MS;
  return end - Math.min(MARGIN_MS, (end - now) / 10);
}
