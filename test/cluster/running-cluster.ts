import type { ApiClient } from './api-client.ts';
import type { User } from './users.ts';

/** A node whose containers are real. */
export interface RealNode {
  /** The part of a pod's spec that schedules it there. */
  placement: object;
  /** Its address, and a CONNECT proxy into its network. */
  address: string;
  proxy: URL;
  /** Starts with the cluster, which does not wait for it. */
  ready: Promise<void>;
  /** Imports a `docker save` archive. */
  importImage(file: string): Promise<void>;
}

/** An OpenID issuer, as the API server gets to know it. */
export interface TokenIssuer {
  url: string;
  /** The authority of its certificate, in PEM. */
  ca: string;
  /** Whom its tokens have to be for. */
  audience: string;
}

/** A cluster that tests may do anything with. */
export interface Cluster {
  /** The API server's URL. */
  server: string;
  /** The CA certificate file; undefined if an existing cluster keeps it elsewhere. */
  ca: string | undefined;
  /** The path of a kubectl of the cluster's version. */
  kubectl: string;
  /** The version of each program, and the one that the API server reports (`kubernetes`). */
  versions: Record<string, string>;
  /** How long each component took to become ready, in milliseconds from the start. */
  timings: Record<string, number>;
  /** The path of a user's kubeconfig, or of one with a context for each user. */
  kubeconfig(user?: User): string;
  /** Set-up and seeds use this, as admin. */
  client: ApiClient;
  /** Where containers run; undefined if this machine does not support it. */
  node: RealNode | undefined;
  /** Makes the API server take the tokens of an issuer, in place of any other's, at some time after. */
  trustIssuer(issuer: TokenIssuer): void;
  /** Restarts the API server at the same address; all its connections break, and `meanwhile` runs while there is none. */
  restartApiServer(meanwhile?: () => Promise<void>): Promise<void>;
  /** Ends it and removes all its data; of an existing cluster, only what was added. */
  stop(): Promise<void>;
}
