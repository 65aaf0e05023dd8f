import type { ApiClient } from './api-client.ts';
import type { User } from './users.ts';

/** A node whose containers are real. */
export interface RealNode {
  /** The part of a pod's specification that brings it there. */
  placement: object;
  /** Its address, and a proxy (CONNECT) for its network. */
  address: string;
  proxy: URL;
  /** It starts with the cluster, which does not wait for it. */
  ready: Promise<void>;
  /** Imports an archive as `docker save` writes it. */
  importImage(file: string): Promise<void>;
}

/** A cluster that tests may do anything with. */
export interface Cluster {
  /** The API server's URL. */
  server: string;
  /** The file with the certificate of its authority; undefined where an existing cluster keeps it elsewhere. */
  ca: string | undefined;
  /** The path of a kubectl of the cluster's version. */
  kubectl: string;
  /** The version of each program, and of the API server as it tells itself (`kubernetes`). */
  versions: Record<string, string>;
  /** How long each component took to be ready, in milliseconds from the start. */
  timings: Record<string, number>;
  /** The path of a user's kubeconfig, or of one that has all users as contexts of their names. */
  kubeconfig(user?: User): string;
  /** Set-up and seeds act through this, as admin. */
  client: ApiClient;
  /** Where containers run; undefined where this machine cannot have one. */
  node: RealNode | undefined;
  /** Ends the API server and starts it again, at the same address; all its connections break. */
  restartApiServer(): Promise<void>;
  /** Ends it and removes all its data; of an existing cluster, only what was added to it. */
  stop(): Promise<void>;
}
