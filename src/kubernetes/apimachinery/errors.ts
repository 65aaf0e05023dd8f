/** What helps, as a fact: whoever shows an error knows what the way there is called. */
export type Remedy =
  | 'list the kinds'
  | 'read the object'
  | 'read an object of the kind'
  | 'create the object'
  | 'resume the rollout';

/** A mistake or a situation that the reader can act on; its message is meant for models and users as it stands. */
export class UserError extends Error {
  override name = 'UserError';
  readonly remedy: Remedy | undefined;

  constructor(message: string, remedy?: Remedy) {
    super(message);
    this.remedy = remedy;
  }
}

/** What the policy of this server, not the cluster, does not permit. */
export class RefusedError extends UserError {
  override name = 'RefusedError';
}

/** There was no answer from the cluster. */
export class UnreachableError extends UserError {
  /** The same in a few words, for where the cluster is named already. */
  readonly reason: string;

  constructor(message: string, reason: string) {
    super(message);
    this.reason = reason;
  }
}

/** The connection broke while an answer came in. */
export class ConnectionLostError extends UserError {
  override name = 'ConnectionLostError';
}

/** A write that was not answered: it may have been executed or not. */
export class UnknownOutcomeError extends UserError {
  override name = 'UnknownOutcomeError';
}

/** One entry of `status.details.causes`. */
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

/** What the API server answered instead of success: its `Status` object and the HTTP code. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly code: number;
  readonly reason: string;
  readonly causes: StatusCause[];
  /** Seconds after which the server wants to be asked again, when it said so. */
  readonly retryAfter: number | undefined;
  /** What nobody knows when a server failed with a write in its hands; '' otherwise. */
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

/** The message, or, where dumps would take its reasons with them, the causes one by one. */
function wholeMessage(message: string, causes: readonly StatusCause[]): string {
  const short = withoutDumps(message);
  const [head = ''] = message.split(' is invalid: ');
  if (short === message || head === message || causes.length === 0) return short;
  const reasons = causes.map((cause) => [cause.field, withoutDumps(cause.message ?? '')].filter(Boolean).join(': '));
  return `${withoutDumps(head)} is invalid: ${reasons.join('; ')}`;
}

/**
 * The message without the objects that the API server prints into some, as JSON or in Go's syntax: they are long, and may
 * hold secret values in a form in which nobody could find them. Where an object ends cannot be told, so all up to the last
 * bracket of its kind goes.
 */
function withoutDumps(message: string): string {
  const begin = message.search(/\{|map\[/);
  if (begin < 0) return message;
  const isBraced = /^(map\[[^\]]*\][\w.*]*)?\{/.test(message.slice(begin));
  const end = message.lastIndexOf(isBraced ? '}' : ']');
  return `${message.slice(0, begin)}{…}${end > begin ? withoutDumps(message.slice(end + 1)) : ''}`;
}

/** True when `error` is an answer of the API server with this HTTP code. */
export function isApiError(error: unknown, code: number): error is ApiError {
  return error instanceof ApiError && error.code === code;
}

/** True when a write may have been executed although it failed. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof UnknownOutcomeError || (error instanceof ApiError && error.doubt !== '');
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the user said no to, with the reason if there was one. */
export class RejectedError extends UserError {
  override name = 'RejectedError';
}

/** A login that waited for a person did not come about; whoever begins another one asks them again. */
export class LoginError extends UserError {
  override name = 'LoginError';
}
