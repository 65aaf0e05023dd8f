/** A mistake or a situation that the reader can act on; its message is meant for models and humans as it stands. */
export class UserError extends Error {
  override name = 'UserError';
}

/** What the policy of this server, not the cluster, does not permit. */
export class RefusedError extends UserError {
  override name = 'RefusedError';
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

  constructor(code: number, reason: string, message: string, causes: StatusCause[] = [], retryAfter?: number) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.causes = causes;
    this.retryAfter = retryAfter;
  }
}

/** True when `error` is an answer of the API server with this HTTP code. */
export function isApiError(error: unknown, code: number): error is ApiError {
  return error instanceof ApiError && error.code === code;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the human said no to, with the reason if there was one. */
export class RejectedError extends UserError {
  override name = 'RejectedError';
}
