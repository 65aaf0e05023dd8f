import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** JSON-RPC's code for errors of the transport rather than of a method. */
const TRANSPORT_ERROR = -32_000;

/** A request that is answered with a status and a text. */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly code: number;

  constructor(status: number, message: string, headers: OutgoingHttpHeaders = {}, code = TRANSPORT_ERROR) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.code = code;
  }
}

/** A token that is not enough, with OAuth's word for it (RFC 6750). */
export class TokenError extends HttpError {
  readonly error: 'invalid_token' | 'insufficient_scope';

  constructor(error: TokenError['error'], message: string) {
    super(error === 'invalid_token' ? 401 : 403, message);
    this.error = error;
  }
}

/** Sends an error in the form that MCP clients read. An answer that has begun can only be cut off. */
export function sendError(response: ServerResponse, { status, message, headers, code }: HttpError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendJson(response, status, { jsonrpc: '2.0', error: { code, message }, id: null }, headers);
}

/** Sends JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
