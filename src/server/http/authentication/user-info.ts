import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from '../../../kubernetes/apimachinery/objects.ts';
import type { NamedEntry } from '../../../kubernetes/client/kubeconfig.ts';
import type { TokenSource } from '../../../kubernetes/client/token-source.ts';
import type { AuthenticationOptions } from '../../command-line/http-options.ts';
import { HttpError } from '../base/http-error.ts';
import type { Identity } from './identity.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant.
const CONTROL = /[\x00-\x1f\x7f]/;

/** The user that a caller's requests have at the API server. */
export interface UserInfo {
  /** The same for callers who are the same user to the API server and may therefore share its cached data. */
  key: string;
  /** Replaces the kubeconfig's user; absent when that one is used. */
  userInfo?: (user: NamedEntry) => NamedEntry;
}

/**
 * The user info of an authenticated caller.
 * @param exchanged the tokens that a caller's token is exchanged for, if it is.
 */
export function userInfoOf(
  identity: Identity,
  { passThrough, impersonate }: Pick<AuthenticationOptions, 'passThrough' | 'impersonate'>,
  exchanged?: (token: string) => TokenSource,
): UserInfo {
  const { token, name = 'caller' } = identity;
  if (passThrough || exchanged) {
    if (token === undefined) throw new HttpError(401, 'A bearer token is needed: Authorization: Bearer <token>.');
    const tokens = exchanged?.(token) ?? { token: async () => token };
    const key = createHash('sha256').update(token).digest('hex');
    return { key: `token ${key}`, userInfo: () => ({ name, user: {}, tokens }) };
  }
  if (!impersonate) return { key: 'own' };
  const { user, groups } = impersonated(identity, impersonate);
  return {
    key: `as ${JSON.stringify([user, groups])}`,
    userInfo: (own) => ({ ...own, user: { ...withoutImpersonation(own.user), as: user, 'as-groups': groups } }),
  };
}

// The kubeconfig user's impersonation names one person; what is left of it must not describe another.
function withoutImpersonation(user: unknown): JsonObject {
  return isObject(user) ? Object.fromEntries(Object.entries(user).filter(([key]) => !/^as(-|$)/.test(key))) : {};
}

/** @throws HttpError when the claims name no user that the caller may be. */
export function assertImpersonation(identity: Identity, { impersonate }: AuthenticationOptions): void {
  if (impersonate) impersonated(identity, impersonate);
}

function impersonated(
  { claims, token }: Identity,
  { user: userClaim, group }: NonNullable<AuthenticationOptions['impersonate']>,
): { user: string; groups: string[] } {
  const user = claims[userClaim];
  if (typeof user !== 'string' || user === '' || token === undefined)
    throw new HttpError(403, `The token has no claim "${userClaim}", which says as whom to act.`);
  // As the API server treats this claim.
  if (userClaim === 'email' && claims.email_verified !== undefined && claims.email_verified !== true)
    throw new HttpError(403, 'The address in the claim "email" has not been verified.');
  const value = group ? claims[group] : undefined;
  const groups = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' && one !== '');
  // In a header, a name would lose its outer spaces and become another's.
  const unclear = [user, ...groups].find((one) => one !== one.trim() || CONTROL.test(one));
  if (unclear !== undefined)
    throw new HttpError(403, `The token says ${JSON.stringify(unclear)}, which cannot be a name.`);
  // Names reserved by Kubernetes: only Kubernetes can grant them.
  const reserved = [user, ...groups].find((one) => one.startsWith('system:'));
  if (reserved !== undefined && claims.iss !== undefined)
    throw new HttpError(403, `The token says "${reserved}", a name that only Kubernetes gives.`);
  return { user, groups };
}
