/**
 * What the server and the editor say to each other, as JSON-RPC over a local socket. The extension listens; the server
 * connects when the two variables below are in its environment, introduces itself with the token, and announces.
 */
export const EDITOR_SOCKET_VARIABLE = 'MCP_K8S_EDITOR_SOCKET';
export const EDITOR_TOKEN_VARIABLE = 'MCP_K8S_EDITOR_TOKEN';

/** Request, server → editor, first on every connection; answered with null, or the connection is closed. */
export const HELLO = 'hello';
export interface Hello {
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
