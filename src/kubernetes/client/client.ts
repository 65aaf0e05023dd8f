import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { WebSocket } from 'ws';
import {
  ApiError,
  ConnectionLostError,
  UnknownOutcomeError,
  UnreachableError,
  UserError,
} from '../apimachinery/errors.ts';
import { jsonText } from '../apimachinery/json.ts';
import { LIMITS, LimitError } from '../apimachinery/limits.ts';
import { JSON_TYPE } from '../apimachinery/media-types.ts';
import { isObject } from '../apimachinery/objects.ts';
import { giveWay } from '../apimachinery/unhurried.ts';
import { JsonReader } from '../text/json-reader.ts';
import { type Answer, textOf, unpacked, untilSilent } from './answer-body.ts';
import { withLists } from './answers.ts';
import { apiError, connectionProblem, isNeverSent } from './connection-failures.ts';
import { type ContextLoginListener, Credentials } from './credentials.ts';
import { Deadline } from './deadline.ts';
import { listInNamespaces } from './fan-out.ts';
import { accessOf, type RequestGuard } from './guard.ts';
import { type ContextEntry, describeShadowed, serverOf } from './kubeconfig.ts';
import type { ApiRequest, ApiResponse, RelayedAnswer, WebSocketRequest, Witness } from './request.ts';
import { isIdempotent, RetryPolicy } from './retry.ts';
import { namesAuthority } from './system-authorities.ts';

/** In characters of path and query. */
const MAX_URL_LENGTH = 32_000;

/** The one way to the API server: nothing leaves the process but through `send`, `stream` and `webSocket`. */
export class ApiClient {
  readonly context: ContextEntry;
  readonly #credentials: Credentials;
  readonly #guard: Pick<RequestGuard, 'check' | 'limitOf'>;
  /** Told of each JSON answer; whoever reads another one, piece by piece, tells it of the objects in it. */
  readonly witness: Witness;
  readonly #server: string;
  readonly #acceptEncoding: string | undefined;
  #answersPings = true;

  /**
   * @param guard asked for every request.
   * @param witness sees every object that is read or written.
   * @param onLogin told of a login that a request waits for.
   */
  constructor(
    context: ContextEntry,
    guard: Pick<RequestGuard, 'check' | 'limitOf'>,
    witness: Witness = () => undefined,
    onLogin?: ContextLoginListener,
  ) {
    this.context = context;
    this.#guard = guard;
    this.witness = witness;
    this.#credentials = new Credentials(context, onLogin);
    const cluster = isObject(context.cluster.cluster) ? context.cluster.cluster : {};
    this.#server = String(cluster.server).replace(/\/+$/, '');
    // On the same machine compression costs time and saves none.
    const loopback = /^https?:\/\/(localhost|127\.|\[::1\])/.test(this.#server);
    this.#acceptEncoding = loopback || cluster['disable-compression'] === true ? undefined : 'gzip';
  }

  /**
   * Sends the request and parses the JSON answer. A list of all namespaces where only some are allowed becomes a list of those.
   * Errors are those of `send`.
   */
  async json<T>(request: ApiRequest): Promise<T> {
    const namespaces = this.#guard.limitOf(request);
    if (namespaces) return listInNamespaces<T>(request, namespaces, (part) => this.json<T>(part));
    return (await this.answer<T>(request)).body;
  }

  /** The same with the headers, which carry the server's warnings. */
  async answer<T>(request: ApiRequest): Promise<{ body: T; headers: ApiResponse['headers'] }> {
    // Also what is refused was sent.
    if (request.body !== undefined) this.witness(request, undefined);
    const problem = (what: string) => failure(`${this.#where()} answered ${request.path} ${what}.`, doubt(request));
    const exchange = (signal: AbortSignal) => this.#exchange(request, signal);
    let body: T;
    let headers: ApiResponse['headers'];
    try {
      const answer = await this.#attempt(request, exchange, async (response) => {
        const reader = new JsonReader(LIMITS.answer);
        for await (const piece of unpacked(response)) reader.push(piece);
        return { reader, headers: response.headers };
      });
      headers = answer.headers;
      body = withLists(await answer.reader.read()) as T;
    } catch (error) {
      if (error instanceof SyntaxError) throw problem('with something that is not JSON');
      if (error instanceof LimitError)
        throw problem(
          `with too much: ${error.message}. Ask for less: a name, a namespace, a selector or a lower limit`,
        );
      throw error;
    }
    await giveWay();
    this.witness({ method: request.method, path: request.path }, body);
    await giveWay();
    return { body, headers };
  }

  /**
   * Sends the request, again where its `RetryPolicy` says so, and reads the answer, of which nobody needs more than
   * `LIMITS.failure`.
   * @throws ApiError for an answer of 400 or above; UserError when there was no answer, UnknownOutcomeError after a write.
   */
  send(request: ApiRequest): Promise<ApiResponse> {
    const exchange = (signal: AbortSignal) => this.#exchange(request, signal);
    return this.#attempt(request, exchange, async (response) => ({
      status: response.statusCode,
      headers: response.headers,
      text: await textOf(response),
    }));
  }

  /**
   * Sends a read and hands out its answer piece by piece, for logs and watches. The timeout is that of the first byte; from
   * then on only the signal ends it. Errors before the first byte are those of `send`; later the iteration throws ConnectionLostError.
   */
  async stream(request: ApiRequest): Promise<AsyncIterable<Buffer>> {
    // What is quiet for long is no less alive.
    const exchange = (signal: AbortSignal) => this.#exchange(request, signal, { bodyTimeout: 0 });
    const body = await this.#attempt(request, exchange, async (response) => response.body, true);
    return this.#pieces(this.answersPings ? body : untilSilent(body), request.signal);
  }

  /**
   * Sends the request of another program, and hands out the answer as it is, piece by piece: its reader is that program. The
   * timeout is that of the first byte. Errors are those of `send`.
   */
  relay(request: ApiRequest): Promise<RelayedAnswer> {
    const exchange = (signal: AbortSignal) => this.#exchange(request, signal);
    const read = async (response: Answer) => ({
      status: response.statusCode,
      headers: response.headers,
      body: unpacked(response),
    });
    return this.#attempt(request, exchange, read, true);
  }

  /**
   * Opens a WebSocket, paused until its reader resumes it. The timeout is that of the opening; from then on the reader closes
   * it. Errors are those of `send`.
   */
  async webSocket({ query, protocols, ...request }: WebSocketRequest): Promise<WebSocket> {
    const url = new URL(`${this.#server}${request.path}?${query}`);
    refuseTooLong(url);
    const open = async (signal: AbortSignal) => {
      const options = await this.#login(this.#credentials.socketOptions(), request, signal);
      const { openWebSocket } = await import('./web-socket.ts');
      return openWebSocket(url, protocols, options, signal);
    };
    return this.#attempt(request, open, async ({ socket }) => socket, true);
  }

  async *#pieces(body: AsyncIterable<Buffer>, signal: AbortSignal | undefined): AsyncIterable<Buffer> {
    try {
      yield* body;
    } catch (error) {
      signal?.throwIfAborted();
      throw new ConnectionLostError(`${this.#where()} cannot be reached: ${connectionProblem(error)}.`);
    }
  }

  async #attempt<T, A extends Answer>(
    request: ApiRequest,
    exchange: (signal: AbortSignal) => Promise<A>,
    read: (response: A) => Promise<T>,
    endless = false,
  ): Promise<T> {
    this.#guard.check(request);
    const retries = new RetryPolicy(request);
    const timeout = request.timeout ?? 30_000;
    const deadline = new Deadline(timeout);
    const signal = request.signal ? AbortSignal.any([request.signal, deadline.signal]) : deadline.signal;
    try {
      for (;;) {
        // A person who has to sign in takes longer than any request, and then it goes on by itself.
        await deadline.without(() => this.login(request.signal));
        const { generation } = this.#credentials;
        try {
          const answer = await exchange(signal);
          if (answer.statusCode !== 401) this.#credentials.accept();
          const retry = retries.afterAnswer(answer.statusCode, answer.headers, deadline.left);
          if (retry === undefined) {
            if (answer.statusCode >= 400) throw await this.#refused(request, answer);
            if (endless) deadline.end();
            return await read(answer);
          }
          await textOf(answer);
          if (retry === 'new credentials') this.#credentials.renew(generation);
          else await delay(retry.pauseMs, undefined, { signal });
        } catch (error) {
          if (error instanceof ApiError || error instanceof UserError) throw error;
          if (request.signal?.aborted) throw cancelled(request);
          if (!deadline.signal.aborted && retries.afterFailure(error)) continue;
          // Connections that break may be past recovery, and one whose other end is gone without a word would keep the next
          // request waiting as long: that one makes new ones.
          if (deadline.signal.aborted || !isNeverSent(error)) this.#credentials.reconnect(generation);
          throw deadline.signal.aborted ? this.#late(request, timeout) : this.#unreachable(request, error);
        }
      }
    } finally {
      deadline.end();
    }
  }

  /** Signs in where that takes a credential plugin; waits for it as long as it takes. Errors are those of the credentials. */
  login(signal?: AbortSignal): Promise<void> {
    return this.#credentials.ready(signal);
  }

  async #refused(request: ApiRequest, answer: Answer): Promise<ApiError> {
    return this.#explained(apiError(answer.statusCode, answer.headers, await textOf(answer), doubt(request)));
  }

  #late(request: ApiRequest, timeout: number): UserError {
    const problem = `${this.#where()} did not answer within ${timeout / 1000} s.`;
    return failure(problem, doubt(request), 'there was no answer');
  }

  #unreachable(request: ApiRequest, error: unknown): UserError {
    const reason = connectionProblem(error, namesAuthority(this.context.cluster.cluster));
    const problem = `${this.#where()} cannot be reached: ${reason}.`;
    return isNeverSent(error) ? new UnreachableError(problem, reason) : failure(problem, doubt(request), reason);
  }

  /** For what needs an answer before a user is asked about it. @throws RefusedError when the request would not be sent. */
  assertPermitted(request: Pick<ApiRequest, 'method' | 'path' | 'query' | 'body' | 'operation'>): void {
    this.#guard.check(request);
  }

  /** Closes idle connections; requests under way end first, and a later one opens new connections. */
  close(): void {
    this.#credentials.close();
  }

  /** Does the API server say all the time that it is there? Otherwise a stream is broken off when it is silent for long. */
  get answersPings(): boolean {
    return this.#answersPings;
  }

  async #exchange(
    request: ApiRequest,
    signal: AbortSignal,
    options: Pick<Dispatcher.RequestOptions, 'bodyTimeout'> = {},
  ): Promise<Dispatcher.ResponseData> {
    const url = new URL(this.#server + request.path);
    for (const [key, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
    refuseTooLong(url);
    const { dispatcher, headers } = await this.#login(this.#credentials.authorize(), request, signal);
    const response = await dispatcher.request({
      ...options,
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method ?? 'GET',
      headers: {
        'user-agent': 'mcp-k8s',
        accept: request.accept ?? JSON_TYPE,
        ...(this.#acceptEncoding ? { 'accept-encoding': this.#acceptEncoding } : {}),
        ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? JSON_TYPE }),
        ...headers,
        ...request.headers,
      },
      body: request.body === undefined ? null : jsonText(request.body),
      signal,
    });
    const { isWatchedOver } = await import('./connections.ts');
    this.#answersPings = isWatchedOver(dispatcher);
    return response;
  }

  // Credential look-ups take no signal, so the wait for them is what ends.
  #login<T>(lookup: Promise<T>, request: Pick<ApiRequest, 'signal'>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      // A look-up that outlives the deadline may never end: the next call begins another.
      const abort = () => reject(request.signal?.aborted ? signal.reason : this.#credentials.abandon());
      signal.addEventListener('abort', abort, { once: true });
      lookup.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }

  // Another file may have the credentials that the user means.
  #explained(error: ApiError): ApiError {
    const { shadowed } = this.context;
    if (error.code !== 401 || shadowed.length === 0) return error;
    const message = [error.message, ...shadowed.map(describeShadowed)].join('; ');
    return new ApiError(error.code, error.reason, message, error.causes, error.retryAfter, error.doubt);
  }

  #where(): string {
    return `The cluster of context "${this.context.name}" (${serverOf(this.context)})`;
  }
}

// An HTTP/2 connection does not survive a longer one, nor do the other requests on it.
function refuseTooLong({ pathname, search }: URL): void {
  const length = pathname.length + search.length;
  if (length > MAX_URL_LENGTH)
    throw new UserError(
      `The request was not sent: names, selectors and arguments make ${length} characters, at most ${MAX_URL_LENGTH} fit.`,
    );
}

function failure(problem: string, unknown: string, reason?: string): UserError {
  if (unknown) return new UnknownOutcomeError(`${problem} ${unknown}`);
  return reason === undefined ? new UserError(problem) : new UnreachableError(problem, reason);
}

/** What nobody knows when the request is not answered; '' for what may be executed twice. */
function doubt(request: Pick<ApiRequest, 'method' | 'path' | 'query' | 'body'>): string {
  if (isIdempotent(request)) return '';
  if (accessOf(request) === 'exec') return 'Whether the command was executed is unknown.';
  return 'Whether the write was executed is unknown: read the object before trying again.';
}

function cancelled(request: ApiRequest): unknown {
  const unknown = doubt(request);
  return unknown ? failure('The call was cancelled.', unknown) : request.signal?.reason;
}
