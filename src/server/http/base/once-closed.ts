import type { ServerResponse } from 'node:http';

/** Calls once the response is closed; at once for one that is, as it tells that only once. */
export function onceClosed(response: ServerResponse, call: () => void): void {
  if (response.closed) call();
  else response.once('close', call);
}
