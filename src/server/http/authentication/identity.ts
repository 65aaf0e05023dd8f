import type { JsonObject } from '../../../kubernetes/apimachinery/objects.ts';

/** Who makes a request. */
export interface Identity {
  /** For the journal and the log; undefined where callers do not say who they are. */
  name: string | undefined;
  /** Tells callers apart: what one has begun no other goes on with. */
  owner: string;
  /** What it was proven with. */
  token: string | undefined;
  /** What is known of the caller: the claims of its token, or what Kubernetes says. */
  claims: JsonObject;
}

/** Whoever reaches a server that asks nobody who they are. */
export const ANYONE: Identity = { name: undefined, owner: '', token: undefined, claims: {} };

/** Finds out whose a token is; undefined for one that is not known or not valid (any more). */
export type TokenCheck = (token: string) => Promise<Identity | undefined>;
