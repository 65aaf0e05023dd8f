import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import type { Authenticator } from './authentication/authenticator.ts';
import type { Identity } from './authentication/identity.ts';
import { type HostNames, originOf } from './base/host-names.ts';
import { HttpError, sendError, sendJson, TokenError } from './base/http-error.ts';
import type { Log } from './base/http-log.ts';
import type { Limiter } from './base/limiter.ts';
import { onceClosed } from './base/once-closed.ts';
import type { Endpoint, Exchange } from './endpoint.ts';
import type { ProtectedResource } from './protected-resource.ts';
import { RequestBody } from './request-body.ts';
import { begins } from './session-id.ts';
import type { Sessions } from './sessions.ts';

/** How long a client may take to send a request, and its headers alone, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** How long an idle connection is kept, in milliseconds; longer than load balancers keep theirs. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/** When TCP keep-alive probes a quiet connection, in milliseconds. */
const TCP_KEEP_ALIVE_MS = 30_000;

export interface ListenerOptions {
  endpoints: ReadonlyMap<string, Endpoint>;
  /** Public documents, by path. */
  documents: ProtectedResource['documents'];
  authenticator: Authenticator;
  /** The challenge that says where tokens come from. */
  challenge: ProtectedResource['challenge'];
  /** Where clients reach this server, if not at the address that they send requests to. */
  publicUrl: string | undefined;
  hostNames: HostNames;
  limiter: Limiter;
  sessions: Sessions;
  /** The largest request, in bytes. */
  body: number;
  /** Is the process shutting down? Then no new session starts. */
  isShuttingDown(): boolean;
  log: Log;
}

/** Makes the HTTP or HTTPS server. */
export type CreateServer = (options: ServerOptions) => Server;

/** A server with time limits, so that it never waits forever, which no error of a single response ends. */
export function createHttpServer(log: Log, create: CreateServer = createServer): Server {
  const server = create({
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: 2_000,
    keepAlive: true,
    keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
  });
  server.on('request', (_: IncomingMessage, response: ServerResponse) =>
    response.on('error', (error) => log('error', `Unexpected error: ${messageOf(error)}`)),
  );
  return server;
}

/** Checks each request in turn: host, origin, path, caller, rate, body; then passes it to its endpoint. */
export class Listener {
  readonly #options: ListenerOptions;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Answers a request; never throws. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#handle(request, response);
    } catch (error) {
      if (error instanceof HttpError) return sendError(response, this.#withChallenge(error, request));
      this.#options.log('error', `Unexpected error: ${String(error)}`);
      sendError(response, new HttpError(500, 'Something went wrong here; the log of the server says what.'));
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { endpoints, documents, authenticator } = this.#options;
    const path = pathOf(request);
    this.#admit(request, response);
    const document = documents.get(path);
    const endpoint = endpoints.get(path);
    if (!endpoint && !document)
      throw new HttpError(404, `There is nothing here. MCP is at ${[...endpoints.keys()].join(' and ')}.`);
    if (request.method === 'OPTIONS') return preflight(response);
    if (document) return sendJson(response, 200, document(this.#base(request)));
    const identity = await this.#authenticate(authenticator, request);
    const body = new RequestBody(request, this.#options.body);
    try {
      const content = await this.#take({ request, response, identity, body });
      // Nobody is there to be answered.
      if (response.closed) return;
      await endpoint?.handle({ request, response, identity, body: content });
    } catch (error) {
      if (!(error instanceof HttpError) || !endpoint?.refuse || request.method !== 'POST') throw error;
      await endpoint.refuse({ request, response, identity, body: await body.outline() }, error);
    }
  }

  /** The content of a request that is within the limits of its caller. */
  async #take({ request, response, identity, body }: Omit<Exchange, 'body'> & { body: RequestBody }): Promise<unknown> {
    const { limiter, sessions, isShuttingDown } = this.#options;
    const client = clientOf(request, identity, sessions);
    const done = limiter.take(client);
    // A stream that waits for events is not a pending request.
    if (request.method === 'GET') done();
    else onceClosed(response, done);
    const content = request.method === 'POST' ? await body.message() : undefined;
    const messages = Array.isArray(content) ? content : [content];
    if (messages.length === 0) throw new HttpError(400, 'The body holds no message.', {}, ErrorCode.InvalidRequest);
    limiter.count(client, messages.length - 1);
    if (isShuttingDown()) {
      // Calls are still answered, as the client could not know; nothing that has to last is started.
      response.setHeader('connection', 'close');
      if (content === undefined || messages.some(begins))
        throw new HttpError(503, 'This server is about to end.', { 'retry-after': '1' });
    }
    return content;
  }

  #admit({ headers }: IncomingMessage, response: ServerResponse): void {
    const { hostNames } = this.#options;
    const { host, origin } = headers;
    if (!hostNames.allowsHost(host))
      throw new HttpError(403, `This server does not answer to the name ${host}: allow it with --allowed-host.`);
    if (!hostNames.allowsOrigin(origin, host))
      throw new HttpError(403, `Pages of ${origin} may not use this server: allow them with --allowed-origin.`);
    if (origin !== undefined && hostNames.isListed(origin)) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-expose-headers', 'Mcp-Session-Id, WWW-Authenticate');
      response.setHeader('vary', 'Origin');
    }
  }

  async #authenticate(authenticator: Authenticator, request: IncomingMessage): Promise<Identity> {
    try {
      return await authenticator.authenticate(request.headers.authorization);
    } catch (error) {
      const { status, message } = error as HttpError;
      this.#options.log('warning', 'not let in', { status, reason: message, address: request.socket.remoteAddress });
      throw error;
    }
  }

  #withChallenge(error: HttpError, request: IncomingMessage): HttpError {
    const isAboutToken = error instanceof TokenError;
    if (error.status !== 401 && !isAboutToken) return error;
    const challenge = this.#options.challenge(this.#base(request), pathOf(request), isAboutToken ? error : undefined);
    return new HttpError(error.status, error.message, { ...error.headers, 'www-authenticate': challenge });
  }

  #base(request: IncomingMessage): string {
    return this.#options.publicUrl ?? originOf(request);
  }
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.replace(/\?.*/s, '').replace(/(?<=.)\/$/, '');
}

// A caller may have many sessions, and an address many callers; an invented session id does not count.
function clientOf({ headers, url = '', socket }: IncomingMessage, identity: Identity, sessions: Sessions): string {
  const id = String(headers['mcp-session-id'] ?? /[?&]sessionId=([\w-]+)/.exec(url)?.[1] ?? '');
  return [identity.owner, socket.remoteAddress, sessions.isOf(id, identity) ? id : ''].join(' ');
}

// Only origins on the list get the headers that let a browser continue.
function preflight(response: ServerResponse): void {
  if (response.hasHeader('access-control-allow-origin')) {
    response.setHeader('access-control-allow-methods', 'GET, POST, DELETE');
    response.setHeader(
      'access-control-allow-headers',
      'Authorization, Content-Type, Mcp-Session-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name, Last-Event-ID',
    );
    response.setHeader('access-control-max-age', '600');
  }
  response.writeHead(204).end();
}
