import { isObject } from '../apimachinery/objects.ts';
import { isWorthAnother, retryAfterOf } from './connection-failures.ts';
import { accessOf } from './guard.ts';
import type { ApiRequest, ApiResponse } from './request.ts';

/** How often a Retry-After is obeyed. */
const MAX_PAUSES = 3;
const MAX_PAUSE_MS = 5_000;

/** What comes before the next attempt: a pause, or new credentials. */
export type Retry = { pauseMs: number } | 'new credentials';

/** Decides whether one request is sent again. */
export class RetryPolicy {
  readonly #isIdempotent: boolean;
  #pauses = 0;
  #wasUnauthorized = false;
  #wasLost = false;

  constructor(request: Pick<ApiRequest, 'method' | 'path' | 'query' | 'body'>) {
    this.#isIdempotent = isIdempotent(request);
  }

  /**
   * After an answer: any request is sent once more if the credentials were refused, or after the pause a busy server
   * asks for if it executed nothing. Undefined: the answer stands.
   * @param leftMs the time left.
   */
  afterAnswer(statusCode: number, headers: ApiResponse['headers'], leftMs: number): Retry | undefined {
    if (statusCode === 401 && !this.#wasUnauthorized) {
      this.#wasUnauthorized = true;
      return 'new credentials';
    }
    const pauseMs = this.#pauses < MAX_PAUSES ? this.#pauseOf(statusCode, headers) : undefined;
    if (pauseMs === undefined || pauseMs >= leftMs) return undefined;
    this.#pauses += 1;
    return { pauseMs };
  }

  /** After a broken connection: a request that changes nothing, or was never sent, is sent once more. */
  afterFailure(error: unknown): boolean {
    if (this.#wasLost || !isWorthAnother(error, this.#isIdempotent)) return false;
    this.#wasLost = true;
    return true;
  }

  // 429: certainly not executed. 503 may also mean that a proxy lost the answer to a write.
  #pauseOf(statusCode: number, headers: ApiResponse['headers']): number | undefined {
    const seconds = retryAfterOf(headers);
    const wanted = statusCode === 429 ? (seconds ?? 1) : statusCode === 503 && this.#isIdempotent ? seconds : undefined;
    return wanted === undefined || wanted * 1_000 > MAX_PAUSE_MS ? undefined : wanted * 1_000;
  }
}

/** Is it safe to execute the request more than once? True if it changes nothing: reads and dry runs. */
export function isIdempotent(request: Pick<ApiRequest, 'method' | 'path' | 'query' | 'body'>): boolean {
  return accessOf(request) === 'read' || isDryRun(request);
}

// A deletion has dryRun in its body.
function isDryRun({ query, body }: Pick<ApiRequest, 'query' | 'body'>): boolean {
  return query?.dryRun === 'All' || (isObject(body) && body.kind === 'DeleteOptions' && Array.isArray(body.dryRun));
}
