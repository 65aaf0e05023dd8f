import type { JsonObject } from '../../../kubernetes/apimachinery/objects.ts';

/** The caller of a request. */
export interface Identity {
  /** For the journal and the log; undefined where callers do not authenticate. */
  name: string | undefined;
  /** Who it is, in the words of whoever vouches for it: nobody can choose it. */
  user: string | undefined;
  /** Separates callers: nobody can use what another has begun. */
  owner: string;
  /** The token that proved it. */
  token: string | undefined;
  /** What is known of the caller: the token's claims, or what Kubernetes says. */
  claims: JsonObject;
}

/** Any caller of a server without authentication. */
export const ANYONE: Identity = { name: undefined, user: undefined, owner: '', token: undefined, claims: {} };

/** Identifies a token's owner; for a token that is not valid (any more) says why, if more is known than that. */
export type TokenCheck = (token: string) => Promise<Identity | string | undefined>;
