/**
 * For requests that have a time limit of their own. A timer of undici's would outlive an HTTP/2 stream that breaks, since
 * Node does not clear it, and hold for minutes all that its call has seen.
 */
export const NO_TIMERS = { headersTimeout: 0, bodyTimeout: 0 };
