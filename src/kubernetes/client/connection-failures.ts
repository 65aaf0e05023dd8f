import { ApiError, messageOf, type StatusCause } from '../apimachinery/errors.ts';
import { LIMITS } from '../apimachinery/limits.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { parseBoundedJson } from '../text/json-reader.ts';
import { oneLine } from '../text/one-line.ts';
import { shortened } from '../text/shortened.ts';
import { foreignAnswer, foreignFailure } from './foreign-answers.ts';

type Headers = Record<string, string | string[] | undefined>;

/** Limit on the text of a failure. */
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
  // HTTP/2: how undici reports a connection, or a request on it, that has ended.
  'UND_ERR_INFO',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_HTTP2_SESSION_ERROR',
  'ERR_HTTP2_GOAWAY_SESSION',
]);
/** The HTTP/2 error code that guarantees a request was not executed. */
const REFUSED_STREAM = 7;
/** What undici says of a request that it does not begin to send: it is closed, or the request cannot be written. */
const NOT_BEGUN = new Set(['UND_ERR_CLOSED', 'UND_ERR_INVALID_ARG']);
/** Why there is no connection. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'its host name does not resolve',
  EAI_AGAIN: 'its host name does not resolve',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_CLOSED: 'the connection was closed',
  EPROTO: 'it does not answer with TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not answer with TLS',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it speaks no version of TLS that is safe',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks no version of TLS that is safe',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the client key belongs to another certificate',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  DEPTH_ZERO_SELF_SIGNED_CERT: FOREIGN_CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: FOREIGN_CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: FOREIGN_CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: FOREIGN_CERTIFICATE,
};
/** What undici and hpagent say of a proxy that makes no connection. */
const PROXY_ANSWER = /^(?:Proxy response \(|Bad response: )(\d+)/;
/** What zlib says of an answer that is not compressed as its header says, or breaks off. */
const BROKEN_COMPRESSION = /^Z_(?:DATA|BUF)_ERROR$/;

const unsent = new WeakSet<Error>();

/** Marks why a connection was not made: nothing of the requests that waited for it was sent. */
export function neverSent<E extends Error>(error: E): E {
  unsent.add(error);
  return error;
}

/** Did the connection fail before anything was sent, or does the server guarantee it did not process the request? */
export function isNeverSent(error: unknown): boolean {
  if (error instanceof Error && (unsent.has(error) || isNeverSent(error.cause))) return true;
  const { code, http2ErrorCode } = causeOf(error);
  return http2ErrorCode === REFUSED_STREAM || NOT_BEGUN.has(code);
}

/** Did the connection break, and may the request be sent again because it changes nothing or was never sent? */
export function isWorthAnother(error: unknown, harmless: boolean): boolean {
  return CONNECTION_LOST.has(causeOf(error).code) && (harmless || isNeverSent(error));
}

/** What happened to the connection, in words; `namesAuthority`: does the kubeconfig name a certificate authority? */
export function connectionProblem(error: unknown, namesAuthority = true): string {
  const { code, http2ErrorCode, library, reason } = causeOf(error);
  if (http2ErrorCode === REFUSED_STREAM) return 'the server refused the request without a look at it';
  if (BROKEN_COMPRESSION.test(code)) return 'its answer is not compressed as it says, or breaks off';
  if (!namesAuthority && REASONS[code] === FOREIGN_CERTIFICATE) return UNTRUSTED_CERTIFICATE;
  if (CONNECTION_LOST.has(code))
    return REASONS[code] ?? (isNeverSent(error) ? 'it hung up before anything was sent' : 'the connection was lost');
  // OpenSSL's own message names files of its source.
  return REASONS[code] ?? (library ? `TLS failed with "${reason}"` : foreignProblem(messageOf(error)));
}

function foreignProblem(message: string): string {
  const [, status] = PROXY_ANSWER.exec(message) ?? [];
  if (status === undefined) return oneLine(message.trim());
  return `the proxy answered ${status}${status === '407' ? ': it wants a login' : ''}`;
}

/** Seconds to wait before the next attempt, as the server asks; undefined when it does not say. */
export function retryAfterOf(headers: Headers): number | undefined {
  const text = String(headers['retry-after'] ?? '');
  // API servers send seconds; a proxy in front of them may send a date.
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return seconds > 0 ? seconds : undefined;
}

/**
 * The answer of the API server, or of something in front of it, as an error. `unknown` says what is uncertain when the
 * server failed (500 and above) while handling the request.
 */
export function apiError(status: number, headers: Headers, text: string, unknown: string): ApiError {
  const retryAfter = retryAfterOf(headers);
  const doubt = status >= 500 ? unknown : '';
  if (status < 400) return new ApiError(status, '', `It was answered with ${foreignAnswer(status, headers, text)}`);
  const body = jsonIn(text);
  const message = shortened(foreignFailure(status, text, body), MAX_CHARACTERS);
  if (!isObject(body)) return new ApiError(status, '', message, [], retryAfter, doubt);
  const details = isObject(body.details) ? body.details : {};
  const causes = Array.isArray(details.causes) ? details.causes.filter(isObject).map(causeIn) : [];
  const reason = typeof body.reason === 'string' ? body.reason : '';
  return new ApiError(status, reason, message, causes.slice(0, MAX_CAUSES), retryAfter, doubt);
}

function jsonIn(text: string): unknown {
  try {
    return parseBoundedJson(text, LIMITS.failure);
  } catch {
    // It comes from a proxy or an aggregated API.
    return undefined;
  }
}

function causeIn(cause: JsonObject): StatusCause {
  return Object.fromEntries(Object.entries(cause).filter(([, value]) => typeof value === 'string'));
}

interface Cause {
  code: string;
  http2ErrorCode?: unknown;
  /** The part of OpenSSL that failed, and why. */
  library?: unknown;
  reason?: unknown;
}

function causeOf(error: unknown): Cause {
  const own = isObject(error) || error instanceof Error ? (error as Partial<Cause>) : {};
  if (typeof own.code === 'string') return own as Cause;
  const cause = error instanceof AggregateError ? error.errors[0] : error instanceof Error ? error.cause : undefined;
  return cause ? causeOf(cause) : { code: '' };
}
