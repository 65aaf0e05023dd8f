import { createHash } from 'node:crypto';
import { isApiError, messageOf } from '../../../kubernetes/apimachinery/errors.ts';
import type { JsonObject } from '../../../kubernetes/apimachinery/objects.ts';
import { Cluster, type ClusterOptions } from '../../../kubernetes/client/cluster.ts';
import type { Kubeconfig } from '../../../kubernetes/client/kubeconfig.ts';
import type { TokenReviewOptions } from '../../command-line/http-options.ts';
import type { RequiredAccess } from '../../command-line/required-access.ts';
import { HttpError } from '../base/http-error.ts';
import type { Log } from '../base/http-log.ts';
import { Limiter } from '../base/limiter.ts';
import type { Identity } from './identity.ts';
import { claimsOf, ended, endOf, isFor, wrongAudience } from './token-claims.ts';

const TOKEN_REVIEWS = '/apis/authentication.k8s.io/v1/tokenreviews';
const SUBJECT_ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
const SELF_SUBJECT_REVIEWS = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
/** How long an answer is cached, in milliseconds: a revoked token works that long. Same as the API server's. */
const CACHE_MS = 10_000;
/** The most cached answers. */
const MAX_ANSWERS = 10_000;
/** The most unknown tokens reviewed per second: anyone can invent more. */
const STRANGERS = 50;

interface UserInfo extends JsonObject {
  username?: string;
  uid?: string;
  groups?: unknown;
  extra?: unknown;
}

interface TokenReview {
  status?: { authenticated?: boolean; user?: UserInfo; audiences?: string[] };
}

interface SubjectAccessReview {
  status?: { allowed?: boolean; denied?: boolean };
}

interface SelfSubjectReview {
  status?: { userInfo?: UserInfo };
}

interface Answer {
  until: number;
  /** Did the token belong to someone? */
  valid: boolean;
  identity: Promise<Identity | undefined>;
}

export interface KubernetesTokensOptions {
  kubeconfig: readonly string[];
  permit: ClusterOptions['permit'];
  /** The context that reviews are made in. */
  context: (kubeconfig: Kubeconfig) => string | undefined;
  /** Undefined where callers are identified with their own tokens, which needs no permission of this server. */
  tokenReview: TokenReviewOptions | undefined;
  /** Called when a review waits for a login. */
  onLogin: ClusterOptions['onLogin'];
  log: Log;
}

/** Tokens that the API server knows: those of service accounts, and any others it accepts. */
export class KubernetesTokens {
  readonly #options: KubernetesTokensOptions;
  readonly #cluster: Cluster;
  readonly #answers = new Map<string, Answer>();
  readonly #strangers = new Limiter(STRANGERS);

  constructor(options: KubernetesTokensOptions) {
    this.#options = options;
    const paths = options.tokenReview ? [TOKEN_REVIEWS, SUBJECT_ACCESS_REVIEWS] : [SELF_SUBJECT_REVIEWS];
    this.#cluster = new Cluster({
      kubeconfig: options.kubeconfig,
      permit: options.permit,
      context: options.context,
      ...(options.onLogin && { onLogin: options.onLogin }),
      // A caller's question about itself is asked with its token alone.
      ...(!options.tokenReview && { userInfo: () => ({ name: 'caller', user: {} }) }),
      rules: {
        namespaces: [],
        requestRefusal: (_context, { target }) =>
          target && paths.some((path) => path.endsWith(`/${target.resource}`))
            ? undefined
            : 'Only tokens are looked at here.',
      },
    });
  }

  /**
   * The owner of a token, or why there is none, as far as the token itself says.
   * @throws HttpError 403 without the required access; another when the API server cannot be asked, or has been asked
   * about too many tokens.
   */
  async check(token: string): Promise<Identity | string | undefined> {
    return (await this.#owner(token)) ?? this.#why(token);
  }

  async #owner(token: string): Promise<Identity | undefined> {
    const now = performance.now();
    const key = createHash('sha256').update(token).digest('base64');
    const known = this.#answers.get(key);
    if (known && known.until > now) return known.identity;
    if (!known?.valid) this.#strangers.count('', 1);
    const identity = this.#ask(token);
    const answer = { until: now + CACHE_MS, valid: known?.valid ?? false, identity };
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    identity.then(
      (found) => {
        answer.valid = found !== undefined;
      },
      (error: unknown) => {
        // "Forbidden" is an answer too.
        if (!isForbidden(error)) answer.until = 0;
      },
    );
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MAX_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
    return identity;
  }

  #why(token: string): string | undefined {
    const claims = claimsOf(token);
    if (!claims) return undefined;
    if ((endOf(claims) ?? Number.POSITIVE_INFINITY) < Date.now()) return ended(claims);
    const { audiences = [] } = this.#options.tokenReview ?? {};
    return audiences.length > 0 && !isFor(claims, audiences) ? wrongAudience(claims, audiences) : undefined;
  }

  async #ask(token: string): Promise<Identity | undefined> {
    const { tokenReview, log } = this.#options;
    try {
      const user = await (tokenReview ? this.#review(token, tokenReview.audiences) : this.#self(token));
      const name = user?.username;
      if (!name || name === 'system:anonymous') return undefined;
      if (tokenReview?.access) await this.#assertAccess(user, tokenReview.access);
      return { name, user: name, owner: `kubernetes ${JSON.stringify([name, user.uid])}`, token, claims: user };
    } catch (error) {
      if (isForbidden(error)) throw error;
      if (!tokenReview && isApiError(error, 401)) return undefined;
      const advice = isApiError(error, 403) ? ' This server needs the ClusterRole system:auth-delegator.' : '';
      log('error', `Tokens cannot be reviewed: ${messageOf(error)}${advice}`);
      throw new HttpError(503, 'Kubernetes cannot be asked whose token this is.', { 'retry-after': '5' });
    }
  }

  async #review(token: string, audiences: readonly string[]): Promise<UserInfo | undefined> {
    const { client } = await this.#cluster.connect();
    const { status } = await client.json<TokenReview>({
      method: 'POST',
      path: TOKEN_REVIEWS,
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec: { token, ...(audiences.length > 0 && { audiences }) },
      },
    });
    // An API server without support for audiences returns none, so nobody has checked them.
    const meant = audiences.length === 0 || status?.audiences?.some((audience) => audiences.includes(audience));
    return status?.authenticated && meant ? status.user : undefined;
  }

  // A token proves identity; what its owner may do here is checked separately.
  async #assertAccess({ username, uid, groups, extra }: UserInfo, access: RequiredAccess): Promise<void> {
    const { client } = await this.#cluster.connect();
    const { status } = await client.json<SubjectAccessReview>({
      method: 'POST',
      path: SUBJECT_ACCESS_REVIEWS,
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user: username, uid, groups, extra, ...access },
      },
    });
    if (status?.allowed !== true || status.denied === true)
      throw new HttpError(403, `"${username}" is known, but may not use this server: its owner has to permit it.`);
  }

  async #self(token: string): Promise<UserInfo | undefined> {
    const { client } = await this.#cluster.connect();
    const { status } = await client.json<SelfSubjectReview>({
      method: 'POST',
      path: SELF_SUBJECT_REVIEWS,
      token,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    });
    return status?.userInfo;
  }
}

function isForbidden(error: unknown): boolean {
  return error instanceof HttpError && error.status === 403;
}
