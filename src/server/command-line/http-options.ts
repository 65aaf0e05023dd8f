import { isIP } from 'node:net';
import { withoutEndingSlashes } from '../../kubernetes/apimachinery/urls.ts';
import { isLoopback } from '../core/loopback.ts';
import { HTTP_FLAGS, type HttpValues, type LIMIT_FLAGS } from './http-flags.ts';
import { HTTP_PATHS } from './http-paths.ts';
import { parseRequiredAccess, type RequiredAccess } from './required-access.ts';

/** The HTTP part of the command line. */
export interface HttpOptions {
  transports: readonly HttpTransport[];
  host: string;
  port: number;
  /** Path of Streamable HTTP: `/mcp`. */
  endpointPath: string;
  /** Where clients reach this server, if not at its listening address; without a trailing slash. */
  publicUrl: string | undefined;
  /** Every request is independent. */
  stateless: boolean;
  allowedHosts: readonly string[];
  allowedOrigins: readonly string[];
  tls: { certFile: string; keyFile: string } | undefined;
  /** A secret of all replicas, by which each recognizes the reviews that another asked for. */
  reviewKeyFile: string | undefined;
  authentication: AuthenticationOptions;
  limits: Limits;
}

export type HttpTransport = 'sse' | 'streamable-http';

/** How callers authenticate; with nothing set, they do not. */
export interface AuthenticationOptions {
  tokenFile: string | undefined;
  /** The first line of stdin is a token, and the server ends when stdin does. */
  tokenStdin: boolean;
  oidc: OidcOptions | undefined;
  /** Kubernetes validates tokens, for one of `audiences`; with none, for those of the API server. */
  tokenReview: TokenReviewOptions | undefined;
  /** The caller's own token goes to the API server. */
  passThrough: boolean;
  /** The caller's token is exchanged for one that goes to the API server. */
  tokenExchange: TokenExchangeOptions | undefined;
  /** The claims that name the user and groups to impersonate. */
  impersonate: { user: string; group: string | undefined } | undefined;
}

export interface OidcOptions {
  issuerUrl: string;
  audiences: readonly string[];
  /** What a token has to permit. */
  scopes: readonly string[];
  caFile: string | undefined;
}

export interface TokenExchangeOptions {
  /** Whom the new token has to be for. */
  audience: string;
  clientId: string;
  secretFile: string | undefined;
  scopes: readonly string[];
}

export interface TokenReviewOptions {
  audiences: readonly string[];
  /** The access that callers also need; undefined: a valid token is enough. */
  access: RequiredAccess | undefined;
}

export interface Limits {
  sessions: number;
  /** Of one request, in bytes. */
  body: number;
  /** Messages per second and client; 0: no limit. */
  rate: number;
  /** Requests of one client under way; 0: no limit. */
  atOnce: number;
  /** Seconds after which a session without a request or an open stream ends. */
  idle: number;
}

const TAKEN: ReadonlySet<string> = new Set(Object.values(HTTP_PATHS));

/**
 * The options for serving over HTTP; undefined for stdio.
 * @throws Error for contradictory or unsafe options.
 */
export function toHttpOptions(values: HttpValues): HttpOptions | undefined {
  const transports = toTransports(values.transport ?? [HTTP_FLAGS.transport.default]);
  if (!transports) {
    const stray = Object.keys(values).find((name) => name in HTTP_FLAGS && name !== 'transport');
    if (stray) throw new Error(`--${stray} is for HTTP: add --transport streamable-http or --transport sse.`);
    return undefined;
  }
  const publicUrl = values['public-url'] === undefined ? undefined : toUrl('--public-url', values['public-url']);
  const options: HttpOptions = {
    transports,
    host: values.host ?? HTTP_FLAGS.host.default,
    port: toNumber('port', values, 0, 65_535),
    endpointPath: toPath(values['endpoint-path'] ?? HTTP_FLAGS['endpoint-path'].default),
    publicUrl: publicUrl && withoutEndingSlashes(publicUrl.href),
    stateless: values.stateless ?? false,
    allowedHosts: values['allowed-host'] ?? [],
    allowedOrigins: (values['allowed-origin'] ?? []).map((origin) => toUrl('--allowed-origin', origin).origin),
    tls: toTls(values),
    reviewKeyFile: values['review-key-file'],
    authentication: toAuthentication(values),
    limits: {
      sessions: toNumber('max-sessions', values, 1),
      body: toNumber('max-body', values, 1),
      rate: toNumber('rate-limit', values, 0),
      atOnce: toNumber('max-requests', values, 0),
      idle: toNumber('idle-timeout', values, 1),
    },
  };
  const { oidc } = options.authentication;
  if (oidc && oidc.audiences.length === 0 && !publicUrl)
    throw new Error(
      '--oidc-issuer-url needs --oidc-audience, or --public-url: that is whom the tokens have to be for.',
    );
  if (!isLoopback(options.host) && !values.insecure && !isAuthenticated(options.authentication)) {
    throw new Error(
      `--host ${options.host} lets other machines use this server, so it needs authentication: --auth-token-file, --oidc-issuer-url, --token-review or --pass-through. ` +
        '--insecure allows it without: then whoever reaches the port acts with the rights of this server.',
    );
  }
  return options;
}

/** Do callers have to authenticate? */
export function isAuthenticated(options: AuthenticationOptions): boolean {
  const { tokenFile, tokenStdin, oidc, tokenReview, passThrough } = options;
  return tokenStdin || passThrough || [tokenFile, oidc, tokenReview].some((way) => way !== undefined);
}

/** The server's URL, as far as it is known. */
export function baseUrl({ publicUrl, tls, host }: HttpOptions, port: number): string {
  return publicUrl ?? `${tls ? 'https' : 'http'}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

function toTransports(given: readonly string[]): HttpTransport[] | undefined {
  const names = new Set(given.flatMap((value) => value.split(',')).map((name) => name.trim()));
  if (names.size === 0 || (names.size === 1 && names.has('stdio'))) return undefined;
  if (names.has('stdio'))
    throw new Error('--transport stdio serves one client by itself: start another server for HTTP.');
  return [...names].map((name) => {
    if (name !== 'sse' && name !== 'streamable-http')
      throw new Error(`--transport takes stdio, streamable-http or sse, not "${name}".`);
    return name;
  });
}

function toAuthentication(values: HttpValues): AuthenticationOptions {
  const tokenFile = values['auth-token-file'];
  const tokenStdin = values['auth-token-stdin'] ?? false;
  const issuerUrl = values['oidc-issuer-url'];
  const audiences = values['token-review-audience'] ?? [];
  const access = values['token-review-access'];
  const passThrough = values['pass-through'] ?? false;
  const [user, group] = [values['impersonate-user'], values['impersonate-group']];
  if (!issuerUrl && (values['oidc-audience'] || values['oidc-scope'] || values['oidc-ca-file']))
    throw new Error('--oidc-audience, --oidc-scope and --oidc-ca-file need --oidc-issuer-url.');
  if (audiences.length > 0 && !values['token-review']) throw new Error('--token-review-audience needs --token-review.');
  if (access !== undefined && !values['token-review']) throw new Error('--token-review-access needs --token-review.');
  if (group && !user) throw new Error('--impersonate-group needs --impersonate-user.');
  if (passThrough && (tokenFile || tokenStdin || user || audiences.length > 0))
    throw new Error(
      '--pass-through hands the token of the caller to the API server: it goes neither with --auth-token-file nor --auth-token-stdin, whose tokens the API server does not know, nor with --token-review-audience or --impersonate-user.',
    );
  if (user && !issuerUrl && !values['token-review'])
    throw new Error('--impersonate-user takes a claim from a token: it needs --oidc-issuer-url or --token-review.');
  return {
    tokenFile,
    tokenStdin,
    oidc: issuerUrl
      ? {
          issuerUrl: toIssuer(issuerUrl),
          audiences: values['oidc-audience'] ?? [],
          scopes: toScopes('--oidc-scope', values['oidc-scope']),
          caFile: values['oidc-ca-file'],
        }
      : undefined,
    tokenReview: values['token-review']
      ? { audiences, access: access === undefined ? undefined : parseRequiredAccess('--token-review-access', access) }
      : undefined,
    passThrough,
    tokenExchange: toTokenExchange(values),
    impersonate: user ? { user, group } : undefined,
  };
}

function toTokenExchange(values: HttpValues): TokenExchangeOptions | undefined {
  const audience = values['token-exchange-audience'];
  const clientId = values['token-exchange-client-id'];
  const secretFile = values['token-exchange-client-secret-file'];
  const scopes = toScopes('--token-exchange-scope', values['token-exchange-scope']);
  if (!audience) {
    if (clientId || secretFile || scopes.length > 0)
      throw new Error('--token-exchange-client-id and the like need --token-exchange-audience.');
    return undefined;
  }
  if (!clientId) throw new Error('--token-exchange-audience needs --token-exchange-client-id.');
  if (!values['oidc-issuer-url']) throw new Error('--token-exchange-audience needs --oidc-issuer-url.');
  const others = ['auth-token-file', 'auth-token-stdin', 'token-review', 'pass-through', 'impersonate-user'] as const;
  const other = others.find((name) => values[name]);
  if (other)
    throw new Error(
      `--token-exchange-audience sends what the issuer makes of the caller's token: it does not go with --${other}.`,
    );
  return { audience, clientId, secretFile, scopes };
}

function toScopes(option: string, values: readonly string[] = []): string[] {
  const scopes = values.flatMap((value) => value.split(' ')).filter((scope) => scope !== '');
  const wrong = scopes.find((scope) => !/^[!#-[\]-~]+$/.test(scope));
  if (wrong !== undefined) throw new Error(`${option} takes names of scopes, not "${wrong}".`);
  return scopes;
}

function toIssuer(value: string): string {
  const { protocol, hostname } = toUrl('--oidc-issuer-url', value);
  if (protocol !== 'https:' && !isLoopback(hostname))
    throw new Error('--oidc-issuer-url has to be an https URL: its keys decide who is let in.');
  return value;
}

function toTls(values: HttpValues): HttpOptions['tls'] {
  const [certFile, keyFile] = [values['tls-cert-file'], values['tls-private-key-file']];
  if (certFile && keyFile) return { certFile, keyFile };
  if (certFile || keyFile) throw new Error('--tls-cert-file and --tls-private-key-file go together.');
  return undefined;
}

function toPath(value: string): string {
  const path = withoutEndingSlashes(value);
  if (!/^\/[\w\-./]+$/.test(path)) throw new Error(`--endpoint-path takes a path such as /mcp, not "${value}".`);
  if (TAKEN.has(path)) throw new Error(`--endpoint-path cannot be ${path}: something else is there.`);
  return path;
}

function toUrl(option: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new Error(`${option} takes a URL such as https://mcp.example.com, not "${value}".`);
  return url;
}

function toNumber(name: 'port' | keyof typeof LIMIT_FLAGS, values: HttpValues, least: number, most = 1e9): number {
  const value = values[name] ?? HTTP_FLAGS[name].default;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most)
    throw new Error(`--${name} takes a number from ${least} to ${most}, not "${value}".`);
  return number;
}
