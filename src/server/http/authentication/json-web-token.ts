import { errors, jwtVerify, type RemoteJWKSet } from 'jose';
import { messageOf } from '../../../kubernetes/apimachinery/errors.ts';
import type { JsonObject } from '../../../kubernetes/apimachinery/objects.ts';
import { HttpError, TokenError } from '../base/http-error.ts';
import type { Log } from '../base/http-log.ts';
import type { Identity } from './identity.ts';
import type { Issuer } from './issuer.ts';
import { claimsOf, ended, quoted, scopesOf, wrongAudience, wrongIssuer } from './token-claims.ts';

/** Only signatures that need the issuer's private key. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Errors that occur before the token is looked at. */
const ABOUT_KEYS = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']);
/** Allowed clock skew, in seconds. */
const CLOCKS = 30;

export interface JsonWebTokensOptions {
  issuer: Issuer;
  audiences: readonly string[];
  /** What callers have to have been granted. */
  scopes: readonly string[];
  log: Log;
}

/** Tokens of one OpenID Connect issuer. */
export class JsonWebTokens {
  readonly #options: JsonWebTokensOptions;

  constructor(options: JsonWebTokensOptions) {
    this.#options = options;
  }

  /**
   * The owner of a token: of this issuer, for this server, signed and not expired; or why there is none.
   * @throws HttpError when the issuer's keys are unavailable, or the token lacks a scope.
   */
  async check(token: string): Promise<Identity | string | undefined> {
    const { issuer, audiences, scopes, log } = this.#options;
    const claims = claimsOf(token);
    if (!claims) return undefined;
    if (claims.iss !== issuer.url) return wrongIssuer(claims, issuer.url);
    let keys: RemoteJWKSet | undefined;
    let payload: JsonObject;
    try {
      keys = await issuer.keys();
      ({ payload } = await jwtVerify(token, keys, {
        issuer: issuer.url,
        audience: [...audiences],
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCKS,
      }));
    } catch (error) {
      if (error instanceof errors.JOSEError && !ABOUT_KEYS.has(error.code)) return this.#why(error, claims);
      // A token with an unknown key must not discard the known keys.
      if (keys && !keys.fresh) issuer.forgetKeys();
      log('error', `The keys of ${issuer.url} cannot be had: ${messageOf(error)}`);
      throw new HttpError(503, 'The issuer of the tokens cannot be reached.', { 'retry-after': '5' });
    }
    const subject = payload.sub;
    // Two callers without a subject would be the same one, and could use each other's sessions.
    if (typeof subject !== 'string' || subject.trim() === '') return 'The token does not say whose it is.';
    const granted = scopesOf(payload);
    const missing = scopes.filter((scope) => !granted.includes(scope));
    if (missing.length > 0)
      throw new TokenError(
        'insufficient_scope',
        `The token lacks the scope ${quoted(missing)}: sign in again and grant it.`,
      );
    const name = [payload.preferred_username, payload.email].find((claim) => typeof claim === 'string' && claim !== '');
    // Users can often choose the other names themselves.
    return {
      name: name === undefined ? subject : `${subject} (${name})`,
      user: subject,
      owner: `${issuer.url} ${subject}`,
      token,
      claims: payload,
    };
  }

  #why(error: errors.JOSEError, claims: JsonObject): string {
    const { issuer, audiences } = this.#options;
    if (error instanceof errors.JWTExpired) return ended(claims);
    if (!(error instanceof errors.JWTClaimValidationFailed))
      return `The token is not signed with a key of ${quoted([issuer.url])}.`;
    if (error.claim === 'aud') return wrongAudience(claims, audiences);
    return error.claim === 'nbf' ? 'The token is not valid yet.' : `The token has no usable claim "${error.claim}".`;
  }
}
