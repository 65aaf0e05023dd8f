import type { IncomingMessage, ServerResponse } from 'node:http';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { HTTP_PATHS } from '../command-line/http-paths.ts';
import { answerId } from '../core/answer-id.ts';
import { PendingRequests } from '../mcp/pending-requests.ts';
import type { Identity } from './authentication/identity.ts';
import { originOf } from './base/host-names.ts';
import { HttpError } from './base/http-error.ts';
import { onceClosed } from './base/once-closed.ts';
import type { Endpoint, EndpointOptions, Exchange } from './endpoint.ts';
import { EVENT_COMMENT, startHeartbeat } from './heartbeat.ts';
import type { Session } from './sessions.ts';

/** A client with this many unread bytes has to catch up before it may ask for more. */
const MAX_BUFFERED_BYTES = 4 << 20;

/** The event stream of the older HTTP transport; the session lasts as long as the stream. */
export class SseStream implements Endpoint {
  readonly #options: EndpointOptions;
  readonly #messagePath: string;

  /** @param prefix the path under which clients reach this server, '' for none. */
  constructor(options: EndpointOptions, prefix: string) {
    this.#options = options;
    this.#messagePath = `${prefix}${HTTP_PATHS.message}`;
  }

  async handle({ request, response, identity }: Exchange): Promise<void> {
    const { sessions, connect } = this.#options;
    if (request.method !== 'GET') throw new HttpError(405, 'The event stream is read with GET.', { allow: 'GET' });
    sessions.makeRoom(identity);
    // Only a path, so that it works at whatever address the client used.
    const transport = new SSEServerTransport(this.#messagePath, response);
    const session: Session = {
      id: transport.sessionId,
      kind: 'sse',
      transport,
      identity,
      pending: new PendingRequests(transport),
      open: new Set([response]),
      used: performance.now(),
    };
    sessions.add(session);
    onceClosed(response, () => sessions.delete(session.id));
    await connect(session);
    startHeartbeat(response, EVENT_COMMENT);
  }
}

/** Where clients of the older HTTP transport send messages; answers come over the stream. */
export class SseMessages implements Endpoint {
  readonly #options: EndpointOptions;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  /** Some clients wait for the answer on their stream for ever, whatever the status of their request. */
  async refuse({ request, response, identity, body }: Exchange, error: HttpError): Promise<void> {
    const { transport } = this.#session(request, identity);
    const { code, message, headers } = error;
    const ids = (Array.isArray(body) ? body : [body]).map(answerId).filter((id) => id != null);
    if (ids.length === 0) throw error;
    for (const id of ids) await transport.send({ jsonrpc: '2.0', id, error: { code, message } });
    response.writeHead(202, headers).end('Accepted');
  }

  async handle({ request, response, identity, body }: Exchange): Promise<void> {
    if (request.method !== 'POST') throw new HttpError(405, 'Messages are sent with POST.', { allow: 'POST' });
    const url = new URL(request.url ?? '', originOf(request));
    const { transport, open } = this.#session(request, identity);
    if ([...open].some((stream) => behind(stream) > MAX_BUFFERED_BYTES))
      throw new HttpError(429, 'Read the answers that are waiting first.', { 'retry-after': '1' });
    try {
      await (transport as SSEServerTransport).handleMessage(body, { requestInfo: { headers: request.headers, url } });
    } catch {
      throw new HttpError(400, 'The body is not a JSON-RPC message.', {}, ErrorCode.InvalidRequest);
    }
    response.writeHead(202).end('Accepted');
  }

  #session(request: IncomingMessage, identity: Identity): Session {
    const url = new URL(request.url ?? '', originOf(request));
    return this.#options.sessions.get(url.searchParams.get('sessionId') ?? '', 'sse', identity);
  }
}

function behind({ writableLength, socket }: ServerResponse): number {
  return writableLength + (socket?.writableLength ?? 0);
}
