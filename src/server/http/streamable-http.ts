import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import {
  ErrorCode,
  type InitializeRequest,
  isInitializeRequest,
  isJSONRPCRequest,
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCResponse,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js';
import type { JsonObject } from '../../kubernetes/apimachinery/objects.ts';
import { streamLines } from '../../kubernetes/text/stream-lines.ts';
import { PendingRequests } from '../mcp/pending-requests.ts';
import { takesStreams } from './accept.ts';
import type { Identity } from './authentication/identity.ts';
import { HttpError } from './base/http-error.ts';
import { onceClosed } from './base/once-closed.ts';
import { answerCancelled } from './cancelled-requests.ts';
import type { Endpoint, EndpointOptions, Exchange } from './endpoint.ts';
import { isOfStandingStream, RecentEvents } from './recent-events.ts';
import { begins, handshakeIn, newSessionId } from './session-id.ts';
import type { Session } from './sessions.ts';
import { SlowAnswer } from './slow-answer.ts';
import { StatelessHttp } from './stateless-http.ts';
import { isStream, ownRequest, sendAnswer, sendRest, toWebRequest } from './web-exchange.ts';

/** A request of a known session. */
interface SessionExchange extends Omit<Exchange, 'identity'> {
  isBeginning: boolean;
}

interface StreamableSession extends Session<WebStandardStreamableHTTPServerTransport> {
  events: RecentEvents;
  /** Another process began it, or this one had dropped it: the client may have missed changes. */
  isContinued?: boolean;
}

const METHODS = ['GET', 'POST', 'DELETE'];
const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' };
const TOOLS_CHANGED: JSONRPCNotification = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' };

/** What a client is told whose stream, which it does not read, ended without an answer. */
const ENDED = { code: ErrorCode.ConnectionClosed, message: 'The session has ended.' };
/** What a client is told that cannot be asked because it reads no streams. */
const READS_JSON_ONLY =
  'The client cannot be asked: it accepts application/json only, and questions come on streams (text/event-stream).';

/**
 * Streamable HTTP with sessions: a client that loses a stream reconnects and gets what it missed. Sessions outlive the
 * process, and what needs none is answered without: many clients never begin anew, whatever they are told.
 */
export class StreamableHttp implements Endpoint {
  readonly #options: EndpointOptions;
  readonly #stateless: StatelessHttp;
  /** Sessions that are being continued, by id. */
  readonly #continuing = new Map<string, Promise<void>>();

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.#stateless = new StatelessHttp(options);
  }

  async handle(exchange: Exchange): Promise<void> {
    const { request, response, identity, body } = exchange;
    const { sessions } = this.#options;
    if (!METHODS.includes(request.method ?? ''))
      throw new HttpError(405, `There is only ${METHODS.join(', ')}.`, { allow: METHODS.join(', ') });
    const id = request.headers['mcp-session-id'];
    const messages = Array.isArray(body) ? body : [body];
    const beginning = request.method === 'POST' ? messages.find(isInitialize) : undefined;
    // Some clients send the id of their last session when they begin anew.
    if (beginning !== undefined) {
      sessions.makeRoom(identity);
      const session = await this.#open(newSessionId(beginning.params, identity), identity);
      await this.#answer(session, { request, response, body, isBeginning: true });
    } else if (typeof id === 'string' && id !== '') {
      await this.#continued(id, identity);
      const session = sessions.get(id, 'streamable-http', identity) as StreamableSession;
      await this.#answer(session, { request, response, body, isBeginning: false });
    } else await this.#stateless.handle(exchange);
  }

  async #open(id: string, identity: Identity): Promise<StreamableSession> {
    const { sessions, connect } = this.#options;
    const events = new RecentEvents();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      eventStore: events,
      onsessioninitialized: () => sessions.add(session),
      onsessionclosed: () => sessions.end(id),
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
    answerCancelled(transport);
    await connect(session);
    return session;
  }

  /** Continues the session with this id if it is not here and the caller began it somewhere. */
  async #continued(id: string, identity: Identity): Promise<void> {
    const { sessions } = this.#options;
    if (sessions.has(id) || sessions.hasEnded(id)) return;
    const params = handshakeIn(id, identity);
    if (!params) return;
    const continuing = this.#continuing.get(id) ?? this.#repeatHandshake(id, params, identity);
    this.#continuing.set(id, continuing);
    await continuing.finally(() => this.#continuing.delete(id));
  }

  async #repeatHandshake(id: string, params: JsonObject, identity: Identity): Promise<void> {
    this.#options.sessions.makeRoom(identity);
    const session = await this.#open(id, identity);
    session.isContinued = true;
    const { transport } = session;
    const initialize = { jsonrpc: '2.0', id: 'initialize', method: 'initialize', params };
    await (await transport.handleRequest(ownRequest(), { parsedBody: initialize })).text();
    await transport.handleRequest(ownRequest(id), { parsedBody: INITIALIZED });
  }

  async #answer(session: StreamableSession, exchange: SessionExchange): Promise<void> {
    const { events, open, pending } = session;
    const { request, response, body } = exchange;
    const last = request.headers['last-event-id'];
    const isLost = typeof last === 'string' && !events.has(last);
    // Whoever waits for an answer would wait in vain; whoever waits for anything can go on waiting.
    if (isLost && !isOfStandingStream(last))
      throw new HttpError(400, `What came after the event ${last} is not kept any more.`);
    const messages = Array.isArray(body) ? body : [body];
    const asked = messages.filter((message) => isJSONRPCRequest(message)).map(({ id }) => id);
    // Two answers with one id could not be told apart.
    if (asked.some((id) => pending.has(id)))
      throw new HttpError(400, 'A request with this id is under way already.', {}, ErrorCode.InvalidRequest);
    open.add(response);
    onceClosed(response, () => open.delete(response));
    response.once('finish', () => {
      for (const id of asked) events.sent(id);
    });
    if (request.method === 'GET') await this.#sendStream(session, exchange, isLost);
    else await this.#sendAnswer(session, exchange, asked);
  }

  async #sendStream(
    session: StreamableSession,
    { request, response }: SessionExchange,
    isLost: boolean,
  ): Promise<void> {
    const { transport, events } = session;
    const own = toWebRequest(request, { isLost });
    const last = own.headers.get('last-event-id');
    const restOf = () => (last !== null && takesStreams(request) ? events.restAfter(last) : undefined);
    // The SDK would let the client wait for more, and may answer the last request while it resumes the stream.
    const answer = restOf() ? undefined : await transport.handleRequest(own);
    const rest = restOf();
    if (!answer || rest) {
      await answer?.body?.cancel();
      sendRest(rest ?? [], response);
      return;
    }
    const sent = sendAnswer(answer, response);
    if (answer.ok && session.isContinued) {
      session.isContinued = false;
      await transport.send(TOOLS_CHANGED);
    }
    await sent;
  }

  async #sendAnswer(
    { transport, events }: StreamableSession,
    { request, response, body, isBeginning }: SessionExchange,
    asked: readonly RequestId[],
  ): Promise<void> {
    const jsonOnly = request.method === 'POST' && !takesStreams(request) ? new SlowAnswer(response) : undefined;
    const own = toWebRequest(request, { isBeginning });
    const answer = await events.opening(asked, () => transport.handleRequest(own, { parsedBody: body }));
    if (jsonOnly && isStream(answer)) {
      const found = await answersIn(answer, (question) => transport.onmessage?.(question));
      const answers = asked.map((id) => found.find((one) => one.id === id) ?? { jsonrpc: '2.0', id, error: ENDED });
      const id = answer.headers.get('mcp-session-id');
      const text = JSON.stringify(Array.isArray(body) ? answers : answers[0]);
      jsonOnly.send(answer.status, text, id === null ? {} : { 'mcp-session-id': id });
      return;
    }
    jsonOnly?.stop();
    await sendAnswer(answer, response, request.method === 'POST');
  }
}

// The method tells most messages apart without a schema.
function isInitialize(message: unknown): message is InitializeRequest {
  return begins(message) && isInitializeRequest(message);
}

/**
 * The answers on a stream, for a client that reads none. What is told meanwhile is left out, and what is asked is
 * answered for the client, or both would wait.
 */
async function answersIn({ body }: Response, answer: (message: JSONRPCMessage) => void): Promise<JSONRPCResponse[]> {
  const answers: JSONRPCResponse[] = [];
  if (!body) return answers;
  for await (const line of streamLines(body)) {
    const message = /^data: ?\{/.test(line) ? JSON.parse(line.slice(5)) : undefined;
    if (isJSONRPCRequest(message))
      answer({
        jsonrpc: '2.0',
        id: message.id,
        error: { code: ErrorCode.MethodNotFound, message: READS_JSON_ONLY },
      });
    else if (message !== undefined && !('method' in message)) answers.push(message);
  }
  return answers;
}
