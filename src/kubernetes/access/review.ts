import { isApiError, RefusedError } from '../apimachinery/errors.ts';
import type { ApiClient } from '../client/client.ts';
import type { Action, Identity, PolicyRule } from './rbac.ts';

const AUTHORIZATION = 'authorization.k8s.io/v1';

/** The API server's answer about an action. */
export interface Verdict {
  allowed: boolean;
  /** Which binding allows it, in the API server's words. */
  reason: string;
  /** What went wrong during the review. */
  problem: string;
}

interface ReviewStatus {
  allowed?: boolean;
  reason?: string;
  evaluationError?: string;
}

/**
 * Asks the API server whether the identity may do this in the namespace, or in all; undefined means the user of the
 * connection. The API server does not store reviews, so they count as reads.
 * @returns undefined where the user may not ask about others.
 */
export async function review(
  client: ApiClient,
  identity: Identity | undefined,
  action: Action,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<Verdict | undefined> {
  const attributes =
    'path' in action ? { nonResourceAttributes: action } : { resourceAttributes: { ...action, namespace } };
  const kind = identity ? 'SubjectAccessReview' : 'SelfSubjectAccessReview';
  try {
    const { status } = await send<{ status?: ReviewStatus }>(client, kind, { ...attributes, ...identity }, signal);
    const { allowed = false, reason = '', evaluationError = '' } = status ?? {};
    return { allowed, reason, problem: evaluationError };
  } catch (error) {
    if (identity && (isApiError(error, 403) || error instanceof RefusedError)) return undefined;
    throw error;
  }
}

/** What the user of the connection may do in a namespace, as far as the API server can tell. */
export async function ownRules(
  client: ApiClient,
  namespace: string,
  signal: AbortSignal,
): Promise<{ rules: PolicyRule[]; incomplete: boolean }> {
  const { status } = await send<{ status?: { resourceRules?: PolicyRule[] | null; incomplete?: boolean } }>(
    client,
    'SelfSubjectRulesReview',
    { namespace },
    signal,
  );
  return { rules: status?.resourceRules ?? [], incomplete: status?.incomplete ?? false };
}

function send<T>(client: ApiClient, kind: string, spec: object, signal: AbortSignal): Promise<T> {
  return client.json<T>({
    method: 'POST',
    path: `/apis/${AUTHORIZATION}/${kind.toLowerCase()}s`,
    body: { apiVersion: AUTHORIZATION, kind, spec },
    signal,
  });
}
