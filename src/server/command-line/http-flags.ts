import { HTTP_PATHS } from './http-paths.ts';
import type { Options, Values } from './option.ts';

/** Where and how an HTTP server is reached. */
export const LISTENING_FLAGS = {
  transport: {
    type: 'list',
    value: '<name>',
    default: 'stdio',
    help: 'stdio, streamable-http or sse; the last two also together: streamable-http,sse',
  },
  host: {
    type: 'text',
    value: '<address>',
    default: 'localhost',
    help: 'address to listen on; beyond this machine only with authentication',
  },
  port: { type: 'text', value: '<number>', default: '8080', help: 'port to listen on, 0 for any that is free' },
  'endpoint-path': {
    type: 'text',
    value: '<path>',
    default: '/mcp',
    help: `path of Streamable HTTP; that of SSE is always ${HTTP_PATHS.sse}, with ${HTTP_PATHS.message}`,
  },
  'public-url': {
    type: 'text',
    value: '<url>',
    help: 'where clients reach this server, if not at the address that it listens on',
  },
  stateless: {
    type: 'flag',
    help: 'no sessions: for load balancers without affinity',
  },
  insecure: {
    type: 'flag',
    help: 'listen beyond this machine without authentication: whoever reaches the port may use it',
  },
  'allowed-host': {
    type: 'list',
    value: '<name>',
    help: 'a further Host header that is answered, *.example.com for all names below; repeatable',
  },
  'allowed-origin': {
    type: 'list',
    value: '<url>',
    help: 'a web origin that may use this server from a browser; repeatable',
  },
  'tls-cert-file': {
    type: 'text',
    value: '<path>',
    help: 'certificate for HTTPS, with the next; read again when it changes',
  },
  'tls-private-key-file': { type: 'text', value: '<path>', help: 'private key of the certificate' },
  'review-key-file': {
    type: 'text',
    value: '<path>',
    help: 'at least 32 random bytes that all replicas share: then one recognizes the review that another asked for',
  },
} as const satisfies Options;

/** Who may use an HTTP server, and which user it is to the API server. */
export const AUTHENTICATION_FLAGS = {
  'auth-token-file': {
    type: 'text',
    value: '<path>',
    help: 'callers need one of the tokens in this file, one a line, a name after a comma',
  },
  'auth-token-stdin': {
    type: 'flag',
    help: 'callers need the token in the first line of stdin; the server ends when stdin does',
  },
  'oidc-issuer-url': {
    type: 'text',
    value: '<url>',
    help: "callers need a JWT of this issuer, signed with the issuer's keys",
  },
  'oidc-audience': {
    type: 'list',
    value: '<name>',
    help: 'whom such a JWT has to be for; repeatable (default: the URL of the endpoint)',
  },
  'oidc-scope': {
    type: 'list',
    value: '<name>',
    help: 'what such a JWT has to permit besides; clients are told to ask for it; repeatable',
  },
  'oidc-ca-file': { type: 'text', value: '<path>', help: "the authority of the issuer's certificate" },
  'token-review': {
    type: 'flag',
    help: "callers need a token that Kubernetes knows, such as a service account's",
  },
  'token-review-audience': {
    type: 'list',
    value: '<name>',
    help: "audience of such tokens; repeatable (default: the API server's own)",
  },
  'token-review-access': {
    type: 'text',
    value: '<right>',
    help: 'right that such callers need besides, e.g. "get /mcp" or "get services/mcp-k8s tools"',
  },
  'pass-through': { type: 'flag', help: "the caller's own Kubernetes token is what reaches the API server" },
  'token-exchange-audience': {
    type: 'text',
    value: '<name>',
    help: "the caller's token is exchanged at its issuer (RFC 8693) for one for this audience, which is what reaches the API server",
  },
  'token-exchange-client-id': {
    type: 'text',
    value: '<name>',
    help: 'as which client of the issuer this server does so',
  },
  'token-exchange-client-secret-file': {
    type: 'text',
    value: '<path>',
    help: "the client's secret; read again for each exchange",
  },
  'token-exchange-scope': { type: 'list', value: '<name>', help: 'what the exchanged token is to permit; repeatable' },
  'impersonate-user': {
    type: 'text',
    value: '<claim>',
    help: "requests are made as the user that this claim of the caller's token names",
  },
  'impersonate-group': { type: 'text', value: '<claim>', help: 'and the groups of this one' },
} as const satisfies Options;

/** Limits of an HTTP server. */
export const LIMIT_FLAGS = {
  'max-sessions': { type: 'text', value: '<number>', default: '1000', help: 'sessions at once' },
  'max-body': { type: 'text', value: '<bytes>', default: String(4 << 20), help: 'size of a request' },
  'rate-limit': {
    type: 'text',
    value: '<number>',
    default: '100',
    help: 'messages a second of one client, 0 for no limit',
  },
  'max-requests': {
    type: 'text',
    value: '<number>',
    default: '100',
    help: 'requests of one client under way at once, 0 for no limit',
  },
  'idle-timeout': {
    type: 'text',
    value: '<seconds>',
    default: '1800',
    help: 'a session without requests and streams ends after this',
  },
} as const satisfies Options;

/** All flags for HTTP. */
export const HTTP_FLAGS = { ...LISTENING_FLAGS, ...AUTHENTICATION_FLAGS, ...LIMIT_FLAGS };
export type HttpValues = Values<typeof HTTP_FLAGS>;
