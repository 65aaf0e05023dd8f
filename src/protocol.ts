import type { WriteAccess } from './kubernetes/apimachinery/access.ts';

/**
 * What the server and the editor say to each other, as JSON-RPC over a local socket. The extension listens; the server
 * connects when the two variables below are in its environment, introduces itself with the token, and announces.
 */
export const EDITOR_SOCKET_VARIABLE = 'MCP_K8S_EDITOR_SOCKET';
export const EDITOR_TOKEN_VARIABLE = 'MCP_K8S_EDITOR_TOKEN';

/**
 * Request, server → editor, first on every connection; answered with a `Welcome`, or the connection is closed. The token of
 * the environment, which every process of the user can read, is worth one answer.
 */
export const HELLO = 'hello';
export interface Hello {
  token: string;
}
export interface Welcome {
  /** For further connections of this server. */
  token: string;
}

/** Notification, server → editor: the agent was given this object. Coordinates only, never content. */
export const RESOURCE_SHOWN = 'resourceShown';
export interface ResourceShown {
  context: string;
  /** Plural name with group: `deployments.apps`, `pods`. */
  resource: string;
  apiVersion: string;
  kind: string;
  /** Absent for cluster-scoped kinds. */
  namespace?: string | undefined;
  name: string;
}

/** Request, server → editor: may what this kubeconfig says be used? Answered with an `Agreement`. */
export const KUBECONFIG = 'kubeconfig';
export interface KubeconfigInQuestion {
  /** Absolute, without links. */
  path: string;
  /** Of what was read from it; see `KubeconfigRisk`. */
  fingerprint: string;
  /** The server was told that a workspace provides it: then nothing but the user's answer counts. */
  isStrange: boolean;
}
/** `waiting`: the user has not answered yet; `nobody`: there is no editor that could vouch for it. */
export type Agreement = 'agreed' | 'refused' | 'waiting' | 'nobody';

/** Request, server → editor: may these changes be written? Answered with a `Verdict`; an editor that cannot ask does not know it. */
export const REVIEW = 'review';
export interface Review {
  changes: ReviewedChange[];
}
/** What is done to what, where. */
export interface ReviewedChange {
  access: WriteAccess;
  context: string;
  kind: string;
  /** Absent for cluster-scoped kinds. */
  namespace?: string | undefined;
  /** Absent when the API server makes the name. */
  name?: string | undefined;
  /** What of the object is written, such as `scale`; all of it unless given. */
  subresource?: string | undefined;
  /** What the user has to know before anything else. */
  dangers: Danger[];
  /** YAML; empty for what does not exist yet. Values are redacted that whoever writes has not given. */
  before: string;
  /** YAML; empty for what will be gone. For exec: the command. */
  after: string;
}
/** A kind of danger, and the values that belong into its words. */
export interface Danger {
  kind: string;
  values: string[];
}
export interface Verdict {
  applied: boolean;
  /** What the user wants the agent to know. */
  reason?: string;
}

/**
 * Request, server → editor: a credential plugin waits for the user to sign in. Answered when they have called it off; taken back
 * when the login is over. An editor that cannot show it does not know it.
 */
export const LOGIN = 'login';
export interface LoginShown {
  context: string;
  /** The name of the plugin's program. */
  plugin: string;
  /** Where to sign in: http or https. */
  url?: string | undefined;
  /** What to enter there. */
  code?: string | undefined;
  /** The plugin's own words, in a line; redacted. */
  text: string;
}

/** The message, on stderr, of a server for HTTP that clients can reach from now on. All its lines there are JSON objects. */
export const LISTENING = 'listening';
export interface Listening {
  address: string;
  port: number;
  /** One an endpoint. */
  urls: string[];
}
