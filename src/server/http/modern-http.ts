import { ErrorCode, isJSONRPCNotification, isJSONRPCRequest, type RequestId } from '@modelcontextprotocol/sdk/types.js';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import { claimedRevision, envelopeOf, isModern, isModernRevision } from '../core/modern.ts';
import { RequestError } from '../core/request-error.ts';
import { sendJson } from './base/http-error.ts';
import type { Endpoint, EndpointOptions, Exchange } from './endpoint.ts';
import { assertSameHeaders } from './modern-headers.ts';
import { SingleRequest } from './single-request.ts';

/** Does the client speak a modern revision of MCP? The body decides; a header alone is a mistake to be told. */
export function speaksModern({ request, body }: Exchange): boolean {
  if (request.method !== 'POST') return false;
  if (Array.isArray(body)) return body.some((message) => isObject(message) && isModern(message.params));
  if (!isObject(body)) return false;
  const header = request.headers['mcp-protocol-version'];
  return isModern(body.params) || (isModernRevision(header) && body.method !== 'initialize');
}

/** Streamable HTTP of modern revisions: no sessions; each request is answered by itself, by any replica. */
export class ModernHttp implements Endpoint {
  readonly #options: EndpointOptions;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  async handle({ request, response, identity, body }: Exchange): Promise<void> {
    const refuse = (message: string, code: number, data?: unknown, id: RequestId | null = null) =>
      sendJson(response, 400, { jsonrpc: '2.0', id, error: { code, message, ...(data !== undefined && { data }) } });
    if (Array.isArray(body)) return refuse('Batches are not supported: POST each message.', ErrorCode.InvalidRequest);
    // Nothing that a client could notify of concerns a request of its own connection.
    if (isJSONRPCNotification(body)) {
      response.writeHead(202).end();
      return;
    }
    if (!isJSONRPCRequest(body)) return refuse('The body is not a request of JSON-RPC.', ErrorCode.InvalidRequest);
    const { id, method, params } = body;
    try {
      const version = claimedRevision(params);
      if (typeof version === 'string') assertSameHeaders(request.headers, { method, params, version });
      envelopeOf(params);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return refuse(error.message, error.code, error.data, id);
    }
    const { sessions, connect } = this.#options;
    sessions.addStream({ response, identity });
    const transport = new SingleRequest(request, response, body);
    await connect({ transport, identity, isSingle: true });
  }
}
