import { isObject } from '../apimachinery/objects.ts';
import { isWorthAnother, retryAfterOf } from './connection-failures.ts';
import { accessOf } from './guard.ts';
import type { ApiRequest, ApiResponse } from './request.ts';

/** How often a server that asks for patience gets it. */
const MAX_PAUSES = 3;
const MAX_PAUSE_MS = 5_000;

/** What comes before the next attempt: a pause, or other credentials. */
export type Retry = { pauseMs: number } | 'new credentials';

/** Whether one request is sent again. */
export class RetryPolicy {
  readonly #isIdempotent: boolean;
  #pauses = 0;
  #wasUnauthorized = false;
  #wasLost = false;

  constructor(request: Pick<ApiRequest, 'method' | 'path' | 'query' | 'body'>) {
    this.#isIdempotent = isIdempotent(request);
  }

  /**
   * After an answer: any request goes once more when the credentials were refused, and after the pause that a busy server asks
   * for when it executed nothing. Undefined: the answer stands.
   * @param leftMs how much time there is.
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

  /** After a failure: what changes nothing, or was never sent, goes once more when the connection broke. */
  afterFailure(error: unknown): boolean {
    if (this.#wasLost || !isWorthAnother(error, this.#isIdempotent)) return false;
    this.#wasLost = true;
    return true;
  }

  // Too many requests: certainly not executed. Unavailable may also mean that a proxy lost the answer to a write.
  #pauseOf(statusCode: number, headers: ApiResponse['headers']): number | undefined {
    const seconds = retryAfterOf(headers);
    const wanted = statusCode === 429 ? (seconds ?? 1) : statusCode === 503 && this.#isIdempotent ? seconds : undefined;
    return wanted === undefined || wanted * 1_000 > MAX_PAUSE_MS ? undefined : wanted * 1_000;
  }
}

/** Is it all the same how often the request is executed? So it is with what changes nothing: reads and dry runs. */
export function isIdempotent(request: Pick<ApiRequest, 'method' | 'path' | 'query' | 'body'>): boolean {
  return accessOf(request) === 'read' || isDryRun(request);
}

// A deletion carries it in its body.
function isDryRun({ query, body }: Pick<ApiRequest, 'query' | 'body'>): boolean {
  return query?.dryRun === 'All' || (isObject(body) && body.kind === 'DeleteOptions' && Array.isArray(body.dryRun));
}
