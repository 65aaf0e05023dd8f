import { subscribe } from 'node:diagnostics_channel';

/** undici's message about a request; see its documentation on diagnostics channels. */
interface RequestMessage {
  request: { method: string; origin: string; path: string };
  response?: { statusCode: number };
  error?: Error;
}

/** A request to an API server, in the words of OpenTelemetry's conventions. */
export interface ClientRequest {
  method: string;
  /** Without the query, which may hold what someone searches for. */
  path: string;
  attributes: Record<string, string | number>;
}

/** How a request ended. */
export type RequestResult = { 'http.response.status_code'?: number; 'error.type'?: string };

/** Calls `begin` for each request that is sent, and what that returns when it has ended. */
export function onRequests(begin: (request: ClientRequest) => ((result: RequestResult) => void) | undefined): void {
  const open = new WeakMap<object, { end: (result: RequestResult) => void; status?: number }>();
  subscribe('undici:request:create', (message) => {
    const { request } = message as RequestMessage;
    const { method, path, origin } = request;
    const { hostname, port, protocol } = new URL(origin);
    const end = begin({
      method,
      path: path.replace(/\?.*/s, ''),
      attributes: {
        'http.request.method': method,
        'server.address': hostname,
        'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
      },
    });
    if (end) open.set(request, { end });
  });
  subscribe('undici:request:headers', (message) => {
    const { request, response } = message as RequestMessage;
    const found = open.get(request);
    if (found && response) found.status = response.statusCode;
  });
  const end = (message: unknown) => {
    const { request, error } = message as RequestMessage;
    const found = open.get(request);
    open.delete(request);
    found?.end({
      ...(found.status !== undefined && { 'http.response.status_code': found.status }),
      ...(error && { 'error.type': error.name }),
    });
  };
  subscribe('undici:request:trailers', end);
  subscribe('undici:request:error', end);
}
