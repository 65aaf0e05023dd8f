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

const TOKEN_REVIEWS = '/apis/authentication.k8s.io/v1/tokenreviews';
const SUBJECT_ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
const SELF_SUBJECT_REVIEWS = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
/** How long an answer counts, in milliseconds: a revoked token is good for as long. The API server's own time is the same. */
const CACHE_MS = 10_000;
/** How many answers are kept. */
const MAX_ANSWERS = 10_000;
/** How many tokens a second that nobody has come with before are asked about: anybody can make up more. */
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
  /** Was it the token of somebody? */
  valid: boolean;
  identity: Promise<Identity | undefined>;
}

export interface KubernetesTokensOptions {
  kubeconfig: readonly string[];
  permit: ClusterOptions['permit'];
  /** Which context the reviews are asked in. */
  context: (kubeconfig: Kubeconfig) => string | undefined;
  /** Undefined where callers are asked for by their own tokens, for which this server needs no right. */
  tokenReview: TokenReviewOptions | undefined;
  /** Told of a login that the reviews wait for. */
  onLogin: ClusterOptions['onLogin'];
  log: Log;
}

/** Tokens as the API server knows them: those of service accounts, and whatever else it lets in. */
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
      // The caller's token is all that a question about itself is asked with.
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
   * Whose token it is.
   * @throws HttpError 403 for one who lacks the access that is required; another when the API server cannot be asked, or has
   * been asked about too many.
   */
  async check(token: string): Promise<Identity | undefined> {
    const now = performance.now();
    const key = createHash('sha256').update(token).digest('base64');
    const known = this.#answers.get(key);
    if (known && known.until > now) return known.identity;
    if (!known?.valid) this.#strangers.take('', 1)();
    const identity = this.#ask(token);
    const answer = { until: now + CACHE_MS, valid: known?.valid ?? false, identity };
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    identity.then(
      (found) => {
        answer.valid = found !== undefined;
      },
      (error: unknown) => {
        // That somebody may not is an answer too.
        if (!isForbidden(error)) answer.until = 0;
      },
    );
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MAX_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
    return identity;
  }

  async #ask(token: string): Promise<Identity | undefined> {
    const { tokenReview, log } = this.#options;
    try {
      const user = await (tokenReview ? this.#review(token, tokenReview.audiences) : this.#self(token));
      const name = user?.username;
      if (!name || name === 'system:anonymous') return undefined;
      if (tokenReview?.access) await this.#assertAccess(user, tokenReview.access);
      return { name, owner: `kubernetes ${name} ${user.uid ?? ''}`, token, claims: user };
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
    // A server that knows nothing of audiences names none, and then nobody has checked them.
    const meant = audiences.length === 0 || status?.audiences?.some((audience) => audiences.includes(audience));
    return status?.authenticated && meant ? status.user : undefined;
  }

  // A token says who somebody is; what they may do here is a question of its own.
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
      headers: { authorization: `Bearer ${token}` },
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    });
    return status?.userInfo;
  }
}

function isForbidden(error: unknown): boolean {
  return error instanceof HttpError && error.status === 403;
}
