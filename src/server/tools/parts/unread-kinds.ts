import { isApiError, LoginError } from '../../../kubernetes/apimachinery/errors.ts';

/**
 * Would other kinds fail in the same way, so that a call about many fails whole? So it is with a wrong selector (400),
 * without a valid login (401), and once the call is cancelled; any other failure leaves one kind unread.
 */
export function concernsEveryKind(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || error instanceof LoginError || isApiError(error, 400) || isApiError(error, 401);
}
