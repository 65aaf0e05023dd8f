import { ApiError, messageOf, type StatusCause } from '../apimachinery/errors.ts';
import { LIMITS } from '../apimachinery/limits.ts';
import { isObject } from '../apimachinery/objects.ts';
import { parseBoundedJson } from '../text/json-reader.ts';

type Headers = Record<string, string | string[] | undefined>;

/** As much of a failure as anybody reads. */
const MAX_CHARACTERS = 20_000;
const MAX_CAUSES = 100;
const FOREIGN_CERTIFICATE = 'its certificate is not signed by the authority that the kubeconfig names';
const UNTRUSTED_CERTIFICATE =
  'its certificate is not signed by an authority that this machine trusts, and the kubeconfig names none';
const CONNECTION_LOST = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
  // Over HTTP/2: what a connection that ends, or ends one request, leaves behind.
  'UND_ERR_INFO',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_HTTP2_SESSION_ERROR',
  'ERR_HTTP2_GOAWAY_SESSION',
]);
/** The error code with which HTTP/2 promises that a request was not executed. */
const REFUSED_STREAM = 7;
/** Why there was no connection, so that nothing can have been sent. */
const NOT_CONNECTED: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'its host name does not resolve',
  EAI_AGAIN: 'its host name does not resolve',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_CLOSED: 'the connection was closed',
  EPROTO: 'it does not answer with TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not answer with TLS',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  DEPTH_ZERO_SELF_SIGNED_CERT: FOREIGN_CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: FOREIGN_CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: FOREIGN_CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: FOREIGN_CERTIFICATE,
};

/** Whether the connection failed before anything was sent, or the server promises that it did not look at the request. */
export function isNeverSent(error: unknown): boolean {
  const { code, syscall, http2ErrorCode } = causeOf(error);
  if (http2ErrorCode === REFUSED_STREAM) return true;
  // A connection in use can lose its route, or its sense, too.
  return code in NOT_CONNECTED && (syscall === undefined || syscall === 'connect' || syscall === 'getaddrinfo');
}

/** Whether the connection broke and the request may be sent again: one that changes nothing, or was never sent. */
export function isWorthAnother(error: unknown, harmless: boolean): boolean {
  return CONNECTION_LOST.has(causeOf(error).code) && (harmless || isNeverSent(error));
}

/** In words, what happened to the connection; `namesAuthority` says whose signature was asked for. */
export function connectionProblem(error: unknown, namesAuthority = true): string {
  const { code, http2ErrorCode } = causeOf(error);
  if (http2ErrorCode === REFUSED_STREAM) return 'the server refused the request without a look at it';
  if (code === 'ETIMEDOUT') return 'the connection timed out';
  if (!namesAuthority && NOT_CONNECTED[code] === FOREIGN_CERTIFICATE) return UNTRUSTED_CERTIFICATE;
  return NOT_CONNECTED[code] ?? (CONNECTION_LOST.has(code) ? 'the connection was lost' : messageOf(error));
}

/** In how many seconds the server wants to be asked again; undefined when it does not say. */
export function retryAfterOf(headers: Headers): number | undefined {
  const text = String(headers['retry-after'] ?? '');
  // API servers give seconds; what stands in front of them may give a date.
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return seconds > 0 ? seconds : undefined;
}

/**
 * What the API server answered, or something in front of it, as an error. `unknown` says what nobody knows when a server
 * failed (500 and above) with the request in its hands.
 */
export function apiError(status: number, headers: Headers, text: string, unknown: string): ApiError {
  const retryAfter = retryAfterOf(headers);
  const doubt = status >= 500 ? unknown : '';
  try {
    const body = parseBoundedJson(text, LIMITS.failure);
    if (isObject(body) && typeof body.message === 'string') {
      const details = isObject(body.details) ? body.details : {};
      const causes = Array.isArray(details.causes) ? (details.causes as StatusCause[]) : [];
      const message = body.message.slice(0, MAX_CHARACTERS);
      return new ApiError(status, String(body.reason ?? ''), message, causes.slice(0, MAX_CAUSES), retryAfter, doubt);
    }
  } catch {
    // Not a Status object: a proxy or an aggregated API answered.
  }
  return new ApiError(status, '', text.trim().slice(0, 300) || `HTTP ${status}`, [], retryAfter, doubt);
}

interface Cause {
  code: string;
  /** What the system was asked to do. */
  syscall?: unknown;
  http2ErrorCode?: unknown;
}

function causeOf(error: unknown): Cause {
  const own = isObject(error) || error instanceof Error ? (error as Partial<Cause>) : {};
  if (typeof own.code === 'string') return own as Cause;
  const cause = error instanceof AggregateError ? error.errors[0] : error instanceof Error ? error.cause : undefined;
  return cause ? causeOf(cause) : { code: '' };
}
