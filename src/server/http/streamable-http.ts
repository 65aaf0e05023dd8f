import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { isInitializeRequest, isJSONRPCRequest } from '@modelcontextprotocol/sdk/types.js';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import { PendingRequests } from '../mcp/pending-requests.ts';
import type { Identity } from './authentication/identity.ts';
import { originOf } from './base/host-names.ts';
import { HttpError } from './base/http-error.ts';
import type { Endpoint, EndpointOptions, Exchange } from './endpoint.ts';
import { RecentEvents } from './recent-events.ts';
import type { Session } from './sessions.ts';

/** Most calls are answered sooner, in milliseconds. */
const SOON_MS = 50;

interface StreamableSession extends Session<WebStandardStreamableHTTPServerTransport> {
  events: RecentEvents;
}

/** Streamable HTTP with sessions: a client that loses a stream reconnects and gets what it missed. */
export class StreamableHttp implements Endpoint {
  readonly #options: EndpointOptions;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  async handle({ request, response, identity, body }: Exchange): Promise<void> {
    const { sessions } = this.#options;
    const id = request.headers['mcp-session-id'];
    const messages = Array.isArray(body) ? body : [body];
    const isBeginning = request.method === 'POST' && messages.some(begins);
    // Some clients send the id of their last session when they begin anew.
    if (typeof id === 'string' && !isBeginning) {
      const session = sessions.get(id, 'streamable-http', identity) as StreamableSession;
      await this.#answer(session, { request, response, body, isBeginning });
      return;
    }
    if (!isBeginning)
      throw new HttpError(
        400,
        'The header Mcp-Session-Id is missing: a client begins with initialize, which gives it.',
      );
    sessions.makeRoom(identity);
    await this.#answer(await this.#begin(identity), { request, response, body, isBeginning });
  }

  async #begin(identity: Identity): Promise<StreamableSession> {
    const { sessions, connect } = this.#options;
    const id = randomUUID();
    const events = new RecentEvents();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      eventStore: events,
      onsessioninitialized: () => sessions.add(session),
    });
    const session: StreamableSession = {
      id,
      kind: 'streamable-http',
      transport,
      events,
      identity,
      pending: new PendingRequests(transport),
      open: new Set(),
      used: performance.now(),
      sweep: () => events.sweep(),
    };
    transport.onclose = () => sessions.delete(id);
    await connect(session);
    return session;
  }

  async #answer(
    { transport, events, open }: StreamableSession,
    { request, response, body, isBeginning }: Omit<Exchange, 'identity'> & { isBeginning: boolean },
  ): Promise<void> {
    const last = request.headers['last-event-id'];
    if (typeof last === 'string' && !events.has(last))
      throw new HttpError(400, `What came after the event ${last} is not kept any more.`);
    open.add(response);
    response.once('close', () => open.delete(response));
    const messages = Array.isArray(body) ? body : [body];
    response.once('finish', () => {
      for (const message of messages) if (isJSONRPCRequest(message)) events.sent(message.id);
    });
    const answer = await transport.handleRequest(toWebRequest(request, isBeginning), { parsedBody: body });
    const isPost = request.method === 'POST';
    await send(isPost && !takesStreams(request) ? await asJson(answer) : answer, response, isPost);
  }
}

/** Stateless Streamable HTTP: no sessions, no streams, plain JSON. */
export class StatelessHttp implements Endpoint {
  readonly #options: EndpointOptions;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  async handle({ request, response, identity, body }: Exchange): Promise<void> {
    if (request.method !== 'POST') throw new HttpError(405, 'Without sessions there is only POST.', { allow: 'POST' });
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await this.#options.connect({ transport, identity, isSingle: true });
    // Nobody else can ask for the answer, so stop when the client disconnects.
    response.once('close', () => void transport.close());
    const gone = new Promise<undefined>((resolve) => response.once('close', () => resolve(undefined)));
    const answer = await Promise.race([transport.handleRequest(toWebRequest(request), { parsedBody: body }), gone]);
    if (answer) await send(answer, response);
  }
}

// The method tells most messages apart without a schema.
function begins(message: unknown): boolean {
  return isObject(message) && message.method === 'initialize' && isInitializeRequest(message);
}

/** May the answer be a stream of events? */
function takesStreams({ headers: { accept = '' } }: IncomingMessage): boolean {
  return /^\s*$|\*\/\*|text\/(event-stream|\*)/.test(accept);
}

/** An answer as JSON, for a client that reads no streams: what is told meanwhile is left out. */
async function asJson(answer: Response): Promise<Response> {
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) return answer;
  const answers = (await answer.text())
    .split('\n')
    .flatMap((line) => (/^data: ?\{/.test(line) ? [JSON.parse(line.slice(5))] : []))
    .filter((message) => !('method' in message));
  const headers = new Headers({ 'content-type': 'application/json' });
  const session = answer.headers.get('mcp-session-id');
  if (session !== null) headers.set('mcp-session-id', session);
  return new Response(JSON.stringify(answers.length === 1 ? answers[0] : answers), { status: answer.status, headers });
}

/** The request as the SDK takes it; its body has been read. */
function toWebRequest(request: IncomingMessage, isBeginning = false): Request {
  const { method = '', url = '', headers } = request;
  const own = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) own.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  // The SDK insists on both forms of answer; which one is sent is decided here.
  if (method === 'POST') own.set('accept', 'application/json, text/event-stream');
  else if (method === 'GET' && takesStreams(request)) own.set('accept', 'text/event-stream');
  // What is left of an earlier session.
  if (isBeginning) own.delete('mcp-session-id');
  return new Request(new URL(url, originOf(request)), { method, headers: own });
}

/** @param isSoon headers wait a moment for the first event, to leave with it. */
async function send(answer: Response, response: ServerResponse, isSoon = false): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream') || !answer.body) {
    response.end(await answer.text());
    return;
  }
  if (isSoon) {
    const late = setTimeout(() => response.flushHeaders(), SOON_MS);
    response.once('close', () => clearTimeout(late));
  } else response.flushHeaders();
  // A client that disconnects ends its stream and nothing else.
  const reader = answer.body.getReader();
  response.once('close', () => void reader.cancel().catch(() => undefined));
  for (;;) {
    const { done, value } = await reader.read();
    if (done || response.destroyed) break;
    // What belongs together leaves together: each piece would cost the system, and the client, as much as all.
    const { socket } = response;
    socket?.cork();
    setImmediate(() => socket?.uncork());
    if (!response.write(value)) await writable(response);
  }
  response.end();
}

/** Resolves when there is room again or the reader is gone. */
function writable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.once('drain', go).once('close', go);
  });
}
