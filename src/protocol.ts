import type { WriteAccess } from './kubernetes/apimachinery/access.ts';

/**
 * The JSON-RPC protocol between server and editor, over a local socket. The extension listens; the server connects if
 * both variables below are set, and sends announcements.
 */
export const EDITOR_SOCKET_VARIABLE = 'MCP_K8S_EDITOR_SOCKET';
export const EDITOR_TOKEN_VARIABLE = 'MCP_K8S_EDITOR_TOKEN';

/**
 * For a server whose host did not let the extension add the two above: a folder with an `EditorPlace`, as JSON, for
 * each window that offers exactly this server. No secret, unlike what is in it.
 */
export const EDITORS_VARIABLE = 'MCP_K8S_EDITORS';
export interface EditorPlace {
  socket: string;
  token: string;
}
/** The name of a file that a window has written to its end. */
export const EDITOR_PLACE_NAME = /^[0-9a-f]{32}$/;

/**
 * Request, server → editor, first on every connection; answered with a `Welcome`, or the connection is closed. Each
 * proves that it knows the token, which neither sends: the socket may be another's by now. The token from the
 * environment is good for one answer only: every process of the user can read it.
 */
export const HELLO = 'hello';
export interface Hello {
  nonce: string;
  proof: string;
}
export interface Welcome {
  proof: string;
  /** Authenticates further connections of this server. */
  token: string;
}

/** Notification, server → editor: the agent was shown this object. Coordinates only, never content. */
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

/** Request, server → editor: may this kubeconfig be used? Answered with an `Agreement`. */
export const KUBECONFIG = 'kubeconfig';
export interface KubeconfigInQuestion {
  /** Absolute, symbolic links resolved. */
  path: string;
  /** Of the content read; see `KubeconfigRisk`. */
  fingerprint: string;
  /** The server was told that the file comes from a workspace: only the user's answer counts. */
  isStrange: boolean;
}
/** `waiting`: the user has not answered yet; `nobody`: no editor can vouch for it. */
export type Agreement = 'agreed' | 'refused' | 'waiting' | 'nobody';

/**
 * Request, server → editor: may these changes be written? Answered with a `Verdict`; only by an editor that can ask.
 */
export const REVIEW = 'review';
export interface Review {
  changes: ReviewedChange[];
}
/** One change: the operation and its target. */
export interface ReviewedChange {
  access: WriteAccess;
  context: string;
  kind: string;
  /** Absent for cluster-scoped kinds. */
  namespace?: string | undefined;
  /** Absent when the API server generates the name. */
  name?: string | undefined;
  /** The subresource written, such as `scale`; absent for the whole object. */
  subresource?: string | undefined;
  /** What the user must know first. */
  dangers: Danger[];
  /** YAML; empty if the object does not exist yet. Values the writer did not supply are redacted. */
  before: string;
  /** YAML; empty if the object will be gone. For exec: the command. */
  after: string;
}
/** A kind of danger, and the values for its message. */
export interface Danger {
  kind: string;
  values: string[];
}
export interface Verdict {
  applied: boolean;
  /** The user's message to the agent. */
  reason?: string;
}

/**
 * Request, server → editor: a credential plugin waits for the user to sign in. Answered when the user cancels;
 * withdrawn when the login is over. Unknown to an editor that cannot show it.
 */
export const LOGIN = 'login';
export interface LoginShown {
  context: string;
  /** The name of the plugin's program. */
  plugin: string;
  /** Where to sign in: http or https. */
  url?: string | undefined;
  /** The code to enter there. */
  code?: string | undefined;
  /** The plugin's own words, on one line; redacted. */
  text: string;
}

/** The stderr message of an HTTP server once clients can reach it. Every line it writes there is a JSON object. */
export const LISTENING = 'listening';
export interface Listening {
  address: string;
  port: number;
  /** One per endpoint. */
  urls: string[];
}
