import { readFile } from 'node:fs/promises';
import { createRemoteJWKSet, customFetch, decodeJwt, errors, jwtVerify, type RemoteJWKSet } from 'jose';
import { Agent } from 'undici';
import { messageOf } from '../../../kubernetes/apimachinery/errors.ts';
import { isObject, type JsonObject } from '../../../kubernetes/apimachinery/objects.ts';
import { withoutEndingSlashes } from '../../../kubernetes/apimachinery/urls.ts';
import { HttpError } from '../base/http-error.ts';
import type { Log } from '../base/http-log.ts';
import type { Identity } from './identity.ts';

/** Only signatures that need the issuer's private key. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Errors that occur before the token is looked at. */
const ABOUT_KEYS = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']);
/** Allowed clock skew, in seconds. */
const CLOCKS = 30;
/** How long the issuer may take to answer, in milliseconds. */
const ISSUER_TIMEOUT_MS = 5_000;
/** The shortest interval between requests to the issuer, in milliseconds: anyone can trigger them with a token. */
const REST = 1_000;

export interface JsonWebTokensOptions {
  issuerUrl: string;
  audiences: readonly string[];
  caFile: string | undefined;
  log: Log;
}

/** Tokens of one OpenID Connect issuer. Its keys are read when first needed, and again when it signs with a new one. */
export class JsonWebTokens {
  readonly #options: JsonWebTokensOptions;
  #keys: Promise<RemoteJWKSet> | undefined;
  #agent: Promise<Agent> | undefined;
  /** Until when a failed issuer is not asked again, on the clock of `performance.now`. */
  #resting = 0;

  constructor(options: JsonWebTokensOptions) {
    this.#options = options;
  }

  /**
   * The owner of a token: of this issuer, for this server, signed and not expired.
   * @throws HttpError when the issuer's keys are unavailable.
   */
  async check(token: string): Promise<Identity | undefined> {
    const { issuerUrl, audiences, log } = this.#options;
    if (issuerOf(token) !== issuerUrl) return undefined;
    let keys: RemoteJWKSet | undefined;
    try {
      this.#keys ??= this.#discover();
      keys = await this.#keys;
      const { payload } = await jwtVerify(token, keys, {
        issuer: issuerUrl,
        audience: [...audiences],
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCKS,
      });
      const subject: unknown = payload.sub;
      // Two callers without a subject would be the same one, and could use each other's sessions.
      if (typeof subject !== 'string' || subject.trim() === '') return undefined;
      const name = [payload.preferred_username, payload.email].find(
        (claim) => typeof claim === 'string' && claim !== '',
      );
      // Users can often choose the other names themselves.
      return {
        name: name === undefined ? subject : `${subject} (${name})`,
        user: subject,
        owner: `${issuerUrl} ${subject}`,
        token,
        claims: payload,
      };
    } catch (error) {
      if (error instanceof errors.JOSEError && !ABOUT_KEYS.has(error.code)) return undefined;
      // A token with an unknown key must not discard the known keys.
      if (!keys?.fresh) this.#keys = undefined;
      log('error', `The keys of ${issuerUrl} cannot be had: ${messageOf(error)}`);
      throw new HttpError(503, 'The issuer of the tokens cannot be reached.', { 'retry-after': '5' });
    }
  }

  async #discover(): Promise<RemoteJWKSet> {
    const { issuerUrl } = this.#options;
    const base = withoutEndingSlashes(issuerUrl);
    const response = await this.#fetch(`${base}/.well-known/openid-configuration`);
    const metadata: unknown = await response.json();
    if (!response.ok || !isObject(metadata) || typeof metadata.jwks_uri !== 'string')
      throw new Error(`${base}/.well-known/openid-configuration answered ${response.status} and names no jwks_uri`);
    if (metadata.issuer !== issuerUrl) throw new Error(`it calls itself ${String(metadata.issuer)}`);
    return createRemoteJWKSet(new URL(metadata.jwks_uri), {
      cooldownDuration: REST,
      timeoutDuration: ISSUER_TIMEOUT_MS,
      [customFetch]: (url) => this.#fetch(url),
    });
  }

  async #fetch(url: string): Promise<Response> {
    if (performance.now() < this.#resting) throw new Error('it failed a moment ago');
    let status = 0;
    try {
      this.#agent ??= this.#connect();
      const agent = await this.#agent;
      const { origin, pathname, search } = new URL(url);
      const signal = AbortSignal.timeout(ISSUER_TIMEOUT_MS);
      const { statusCode, body } = await agent.request({ origin, path: pathname + search, method: 'GET', signal });
      const text = await body.text();
      status = statusCode;
      return new Response(text, { status });
    } finally {
      if (status !== 200) this.#resting = performance.now() + REST;
    }
  }

  async #connect(): Promise<Agent> {
    const { caFile } = this.#options;
    return new Agent(caFile ? { connect: { ca: await readFile(caFile) } } : {});
  }
}

function issuerOf(token: string): unknown {
  try {
    const claims: JsonObject = decodeJwt(token);
    return claims.iss;
  } catch {
    return undefined;
  }
}
