import { apiVersionOf } from './api-resource.ts';
import type { RequestTarget } from './request-target.ts';

/** A remedy as data: the code that shows the error knows how its users call it. */
export type Remedy =
  | 'list the kinds'
  | 'read the object'
  | 'read an object of the kind'
  | 'create the object'
  | 'resume the rollout';

/** A mistake or a situation that the reader can act on; its message is shown to models and users as is. */
export class UserError extends Error {
  override name = 'UserError';
  readonly remedy: Remedy | undefined;

  constructor(message: string, remedy?: Remedy) {
    super(message);
    this.remedy = remedy;
  }
}

/** Refused by this server's policy, not by the cluster. */
export class RefusedError extends UserError {
  override name = 'RefusedError';
}

/** The cluster did not answer. */
export class UnreachableError extends UserError {
  /** A short form, for where the cluster is already named. */
  readonly reason: string;

  constructor(message: string, reason: string) {
    super(message);
    this.reason = reason;
  }
}

/** The connection broke while an answer was being received. */
export class ConnectionLostError extends UserError {
  override name = 'ConnectionLostError';
}

/** A write without an answer: it may or may not have been executed. */
export class UnknownOutcomeError extends UserError {
  override name = 'UnknownOutcomeError';
}

/** The reason of a failure where an APIService has no server that answers. */
export const SERVICE_UNAVAILABLE = 'APIServiceUnavailable';

/** One entry of `status.details.causes`. */
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

/** A failure answered by the API server: its `Status` object and the HTTP code. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly code: number;
  readonly reason: string;
  readonly causes: StatusCause[];
  /** Seconds to wait before the next attempt, if the server said so. */
  readonly retryAfter: number | undefined;
  /** What is uncertain when a server failed while handling a write; '' otherwise. */
  readonly doubt: string;

  constructor(
    code: number,
    reason: string,
    message: string,
    causes: StatusCause[] = [],
    retryAfter?: number,
    doubt = '',
  ) {
    super(wholeMessage(message, causes));
    this.code = code;
    this.reason = reason;
    this.causes = causes.map((cause) => (cause.message ? { ...cause, message: withoutDumps(cause.message) } : cause));
    this.retryAfter = retryAfter;
    this.doubt = doubt;
  }
}

/** A path that nobody serves: the API server says 404 of it too, but nothing of an object. */
export class NotServedError extends ApiError {
  override name = 'NotServedError';

  /** @param said what was answered. */
  constructor({ resource, subresource, ...served }: RequestTarget, said: string) {
    const what = subresource === undefined ? resource : `${resource}/${subresource}`;
    super(404, '', `the cluster does not serve ${what} in ${apiVersionOf(served)}: ${said}`);
  }
}

/** The message, or the causes one by one if removing dumps would remove its reasons. */
function wholeMessage(message: string, causes: readonly StatusCause[]): string {
  const short = withoutDumps(message);
  const [head = ''] = message.split(' is invalid: ');
  if (short === message || head === message || causes.length === 0) return short;
  const reasons = causes
    .map((cause) => [cause.field, withoutDumps(cause.message ?? '')].filter(Boolean).join(': '))
    .filter(Boolean);
  if (reasons.length === 0) return short;
  return `${withoutDumps(head)} is invalid: ${reasons.join('; ')}`;
}

/**
 * The message without the objects that the API server prints into some, as JSON or in Go's syntax: they are long, and
 * may contain secret values in a form redaction cannot find. An object's end cannot be detected, so everything up to
 * the last matching bracket is removed.
 */
function withoutDumps(message: string): string {
  const begin = message.search(/\{|map\[/);
  if (begin < 0) return message;
  const isBraced = /^(map\[[^\]]*\][\w.*]*)?\{/.test(message.slice(begin));
  const end = message.lastIndexOf(isBraced ? '}' : ']');
  return `${message.slice(0, begin)}{…}${end > begin ? withoutDumps(message.slice(end + 1)) : ''}`;
}

/** Is the error an answer of the API server with this HTTP code? A path of objects that is not served has none. */
export function isApiError(error: unknown, code: number): error is ApiError {
  return error instanceof ApiError && error.code === code && !(error instanceof NotServedError);
}

/** May a failed write have been executed nevertheless? */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof UnknownOutcomeError || (error instanceof ApiError && error.doubt !== '');
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The user rejected it; with their reason if they gave one. */
export class RejectedError extends UserError {
  override name = 'RejectedError';
}

/** The user's decision comes with another request; until then, nothing is written. */
export class UndecidedError extends UserError {
  override name = 'UndecidedError';
}

/** A login that waited for a person failed; a new attempt asks them again. */
export class LoginError extends UserError {
  override name = 'LoginError';
}
