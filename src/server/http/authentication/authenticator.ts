import { type AuthenticationOptions, isAuthenticated } from '../../command-line/http-options.ts';
import { HttpError, TokenError } from '../base/http-error.ts';
import type { Log } from '../base/http-log.ts';
import { ANYONE, type Identity, type TokenCheck } from './identity.ts';
import type { Issuer } from './issuer.ts';
import type { KubernetesTokensOptions } from './kubernetes-tokens.ts';
import { assertImpersonation } from './user-info.ts';

export interface AuthenticatorOptions {
  authentication: AuthenticationOptions;
  /** Checks the token that came over stdin. */
  stdin: TokenCheck | undefined;
  /** The issuer of `authentication.oidc`. */
  issuer: Issuer | undefined;
  cluster: Pick<KubernetesTokensOptions, 'kubeconfig' | 'permit' | 'context' | 'onLogin'>;
  /** The endpoints' public URLs: the required audience of tokens, unless configured otherwise. */
  resources: readonly string[];
  /** What the caller may do, as a text: who may do something else from one token to the next is another caller. */
  rights: (identity: Identity) => string;
  log: Log;
}

/** Identifies callers. */
export class Authenticator {
  readonly #options: AuthenticationOptions;
  readonly #rights: AuthenticatorOptions['rights'];
  readonly #checks: readonly TokenCheck[];

  private constructor({ authentication, rights }: AuthenticatorOptions, checks: readonly TokenCheck[]) {
    this.#options = authentication;
    this.#rights = rights;
    this.#checks = checks;
  }

  /** @throws Error for an unusable token file. */
  static async create(options: AuthenticatorOptions): Promise<Authenticator> {
    const { authentication, stdin, cluster, issuer, resources, log } = options;
    const { tokenFile, oidc, tokenReview, passThrough } = authentication;
    const checks: TokenCheck[] = stdin ? [stdin] : [];
    if (tokenFile) {
      const { TokenFile } = await import('./token-file.ts');
      const file = await TokenFile.open(tokenFile, log);
      checks.push((token) => file.check(token));
    }
    if (oidc && issuer) {
      const { JsonWebTokens } = await import('./json-web-token.ts');
      const audiences = oidc.audiences.length > 0 ? oidc.audiences : resources;
      const tokens = new JsonWebTokens({ issuer, audiences, scopes: oidc.scopes, log });
      checks.push((token) => tokens.check(token));
    }
    if (tokenReview || (passThrough && !oidc)) {
      const { KubernetesTokens } = await import('./kubernetes-tokens.ts');
      const tokens = new KubernetesTokens({ ...cluster, tokenReview, log });
      checks.push((token) => tokens.check(token));
    }
    return new Authenticator(options, checks);
  }

  /**
   * The caller behind this Authorization header.
   * @throws HttpError 401 when unknown, 403 when not permitted, 503 when this cannot be determined.
   */
  async authenticate(header: string | undefined): Promise<Identity> {
    if (!isAuthenticated(this.#options)) return ANYONE;
    const token = /^Bearer +([\w\-.~+/]+=*) *$/i.exec(header ?? '')?.[1];
    if (token === undefined) throw new HttpError(401, 'A bearer token is needed: Authorization: Bearer <token>.');
    const found = await this.#find(token);
    if (typeof found === 'string') throw new TokenError('invalid_token', found);
    return found;
  }

  /** The token's current owner; undefined for an invalid token. Errors are those of `authenticate`. */
  async identify(token: string): Promise<Identity | undefined> {
    const found = await this.#find(token);
    return typeof found === 'string' ? undefined : found;
  }

  /** The token's owner, or why it has none that counts here. */
  async #find(token: string): Promise<Identity | string> {
    const reasons = new Set<string>();
    for (const check of this.#checks) {
      const found = await check(token);
      if (typeof found === 'object') {
        assertImpersonation(found, this.#options);
        return { ...found, owner: `${found.owner}${this.#rights(found)}` };
      }
      if (found !== undefined) reasons.add(found);
    }
    return [...reasons].join(' ') || 'The token is not valid, or not any more.';
  }
}
