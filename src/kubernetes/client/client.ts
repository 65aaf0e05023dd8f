import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { WebSocket } from 'ws';
import {
  ApiError,
  ConnectionLostError,
  NotServedError,
  RefusedError,
  SERVICE_UNAVAILABLE,
  UnknownOutcomeError,
  UnreachableError,
  UserError,
} from '../apimachinery/errors.ts';
import { jsonText } from '../apimachinery/json.ts';
import { LIMITS, LimitError } from '../apimachinery/limits.ts';
import { JSON_TYPE } from '../apimachinery/media-types.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { orAborted } from '../apimachinery/or-aborted.ts';
import { requestTarget } from '../apimachinery/request-target.ts';
import { giveWay } from '../apimachinery/unhurried.ts';
import { baseUrl } from '../apimachinery/urls.ts';
import { JsonReader } from '../text/json-reader.ts';
import { type Answer, textOf, unpacked, untilSilent } from './answer-body.ts';
import { misfit, withLists } from './answers.ts';
import { apiError, connectionProblem, isNeverSent, retryAfterOf } from './connection-failures.ts';
import { type ContextLoginListener, Credentials } from './credentials.ts';
import { Deadline } from './deadline.ts';
import { listInNamespaces } from './fan-out.ts';
import { foreignAnswer, unavailableService } from './foreign-answers.ts';
import { accessOf, type Judged, type RequestGuard } from './guard.ts';
import { type ContextEntry, describeShadowed, serverOf } from './kubeconfig.ts';
import { conditionalBody, explainedConflict, replacedError } from './preconditions.ts';
import type { ApiRequest, ApiResponse, RelayedAnswer, WebSocketRequest, Witness } from './request.ts';
import { isIdempotent, RetryPolicy } from './retry.ts';
import { namesAuthority } from './system-authorities.ts';
import { tokenFor } from './token-source.ts';
import { NO_TIMERS } from './undici-timers.ts';
import type { Headers } from './user-headers.ts';
import type { Upgrade } from './web-socket.ts';

/** How much of an answer is looked at to say what it is instead of JSON. */
const BEGIN_BYTES = 4_096;
/** Limit on a request that sets none, in milliseconds. */
const TIMEOUT_MS = 30_000;
/** How long an answer to another program may be silent, in milliseconds. */
const RELAYED_SILENCE_MS = 300_000;
/** Of path and query, in characters. */
const MAX_URL_LENGTH = 32_000;
/** Subresources for which a kubelet or an application may have answered. */
const PASSED_ON = /^(?:proxy|log|exec|attach|portforward)$/;

/** The only way to the API server: every request goes through `send`, `stream` or `webSocket`. */
export class ApiClient {
  readonly context: ContextEntry;
  readonly #credentials: Credentials;
  readonly #guard: Pick<RequestGuard, 'check' | 'limitOf' | 'standing'>;
  /** Called with each JSON answer; code that reads other answers piece by piece calls it with their objects. */
  readonly witness: Witness;
  readonly #moved: (path: string) => Promise<string | undefined>;
  readonly #server: string;
  readonly #acceptEncoding: string | undefined;
  #answersPings = true;
  #isUsed = false;
  /** Were the credentials accepted when they were last looked at? */
  #isAccepted = false;

  /**
   * @param guard checks every request.
   * @param witness sees every object read or written.
   * @param onLogin told of a login that a request waits for.
   * @param moved where to ask instead at a path that is not served; see `Discovery`.
   */
  constructor(
    context: ContextEntry,
    guard: Pick<RequestGuard, 'check' | 'limitOf' | 'standing'>,
    witness: Witness = () => undefined,
    onLogin?: ContextLoginListener,
    moved: (path: string) => Promise<string | undefined> = async () => undefined,
  ) {
    this.context = context;
    this.#guard = guard;
    this.#moved = moved;
    this.witness = witness;
    this.#credentials = new Credentials(context, onLogin);
    const cluster = isObject(context.cluster.cluster) ? context.cluster.cluster : {};
    this.#server = baseUrl(String(cluster.server));
    // On the same machine, compression only costs time.
    const loopback = /^https?:\/\/(localhost|127\.|\[::1\])/.test(this.#server);
    this.#acceptEncoding = loopback || cluster['disable-compression'] === true ? undefined : 'gzip';
  }

  /** Would the request be sent, by the rules? Asks no cluster. */
  permits(request: Judged): boolean {
    try {
      this.assertPermitted(request);
      return true;
    } catch (error) {
      if (error instanceof RefusedError) return false;
      throw error;
    }
  }

  /**
   * Sends the request and parses the JSON answer. If only some namespaces are allowed, a list of all becomes a list of
   * those. Errors as in `send`.
   */
  async json<T>(request: ApiRequest): Promise<T> {
    const namespaces = this.#guard.limitOf(request);
    if (namespaces) return listInNamespaces<T>(request, namespaces, (part) => this.json<T>(part));
    return (await this.answer<T>(request)).body;
  }

  /** As `json`, with the headers, which carry the server's warnings. */
  async answer<T>(request: ApiRequest): Promise<{ body: T; headers: ApiResponse['headers'] }> {
    // The body of a refused request counts as sent too.
    if (request.body !== undefined) this.witness(request, undefined);
    const problem = (what: string) => failure(`${this.#where()} answered ${request.path} ${what}.`, doubt(request));
    const exchange = (sent: ApiRequest, signal: AbortSignal) => this.#exchange(sent, signal);
    let body: T;
    let headers: ApiResponse['headers'] = {};
    let begin = Buffer.alloc(0);
    try {
      const reader = await this.#attempt(request, exchange, async (response) => {
        const pieces = new JsonReader(LIMITS.answer);
        begin = Buffer.alloc(0);
        for await (const piece of unpacked(response)) {
          if (begin.length < BEGIN_BYTES) begin = Buffer.concat([begin, piece.subarray(0, BEGIN_BYTES)]);
          pieces.push(piece);
        }
        headers = response.headers;
        return pieces;
      });
      const value = withLists(await reader.read());
      const other = misfit(value, request);
      if (other) throw problem(`with ${other}`);
      body = value as T;
    } catch (error) {
      if (error instanceof SyntaxError) throw problem(`with ${foreignAnswer(200, headers, begin.toString())}`);
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
   * Sends the request, with the retries of `RetryPolicy`, and reads at most `LIMITS.failure` of the answer.
   * @throws ApiError for an answer of 400 or above; UserError when there was no answer, UnknownOutcomeError after a
   * write.
   */
  send(request: ApiRequest): Promise<ApiResponse> {
    const exchange = (sent: ApiRequest, signal: AbortSignal) => this.#exchange(sent, signal);
    return this.#attempt(request, exchange, async (response) => ({
      status: response.statusCode,
      headers: response.headers,
      text: await textOf(response),
    }));
  }

  /**
   * Sends a read and yields its answer piece by piece, for logs and watches. The timeout covers the first byte; after
   * that the signal ends it, or rules that forbid it from then on. Errors before the first byte are those of `send`;
   * later the iteration throws ConnectionLostError or RefusedError.
   */
  async stream(request: ApiRequest): Promise<AsyncIterable<Buffer>> {
    const standing = this.#guard.standing(request);
    try {
      const signal = request.signal ? AbortSignal.any([request.signal, standing.signal]) : standing.signal;
      const exchange = (sent: ApiRequest, until: AbortSignal) => this.#exchange(sent, until);
      const answer = await this.#attempt({ ...request, signal }, exchange, async (response) => response, true);
      const pieces = unpacked(answer);
      return this.#pieces(this.answersPings ? pieces : untilSilent(pieces, answer.body), { ...standing, signal });
    } catch (error) {
      standing.end();
      throw error;
    }
  }

  /**
   * Forwards another program's request and hands out the answer unparsed, piece by piece. The timeout covers the first
   * byte. Errors as in `send`.
   */
  relay(request: ApiRequest): Promise<RelayedAnswer> {
    const exchange = (sent: ApiRequest, signal: AbortSignal) =>
      this.#exchange(sent, signal, { bodyTimeout: RELAYED_SILENCE_MS });
    const read = async (response: Answer) => ({
      status: response.statusCode,
      headers: response.headers,
      body: unpacked(response),
    });
    return this.#attempt(request, exchange, read, true);
  }

  /**
   * Opens a WebSocket, paused until its reader resumes it. The timeout covers the opening; after that the reader closes
   * it. Errors as in `send`.
   */
  async webSocket({ query, protocols, ...request }: WebSocketRequest): Promise<WebSocket> {
    const url = new URL(`${this.#server}${request.path}?${query}`);
    refuseTooLong(url);
    const open = async (_: ApiRequest, signal: AbortSignal) => {
      await this.#assertMeant(request, signal);
      const options = await this.#login(this.#credentials.socketOptions(), request, signal);
      const { openWebSocket } = await import('./web-socket.ts');
      return openWebSocket(url, protocols, options, signal);
    };
    const read = async (answer: Upgrade) => {
      const { statusCode, headers, socket } = answer;
      if (statusCode === 101) return socket;
      const other = foreignAnswer(statusCode, headers, await textOf(answer));
      throw new UserError(
        `${this.#where()} answered ${request.path} with ${other}, and opened no WebSocket: a proxy in front of it may not pass them on.`,
      );
    };
    return this.#attempt(request, open, read, true);
  }

  // Neither exec nor port forwarding has a precondition that the API server checks.
  async #assertMeant({ path, uid }: Pick<WebSocketRequest, 'path' | 'uid'>, signal: AbortSignal): Promise<void> {
    if (uid === undefined) return;
    const { metadata } = await this.json<KubernetesObject>({ path: path.replace(/\/[^/]+$/, ''), signal });
    if (metadata?.uid !== uid) throw replacedError();
  }

  async *#pieces(
    body: AsyncIterable<Buffer>,
    { signal, end }: { signal: AbortSignal; end: () => void },
  ): AsyncIterable<Buffer> {
    try {
      yield* body;
    } catch (error) {
      signal.throwIfAborted();
      throw new ConnectionLostError(`${this.#where()} cannot be reached: ${connectionProblem(error)}.`);
    } finally {
      end();
    }
  }

  // A kind may be served in another version since discovery was read. Helm has a discovery of its own.
  async #attempt<T, A extends Answer>(
    request: ApiRequest,
    exchange: (sent: ApiRequest, signal: AbortSignal) => Promise<A>,
    read: (response: A) => Promise<T>,
    endless = false,
  ): Promise<T> {
    const deadline = new Deadline(request.timeout ?? TIMEOUT_MS);
    const attempt = (path: string) => this.#attemptAt({ ...request, path }, exchange, read, endless, deadline);
    try {
      return await attempt(request.path);
    } catch (error) {
      if (!(error instanceof NotServedError)) throw error;
      // Later calls are to know where to ask, whether this one waits for that or not.
      const moved = this.#moved(request.path).catch(() => undefined);
      if ((request.method ?? 'GET') !== 'GET' || request.operation) throw error;
      const path = await orAborted(moved, within(request, deadline)).catch(() => undefined);
      request.signal?.throwIfAborted();
      if (path === undefined) throw error;
      return await attempt(path);
    } finally {
      deadline.end();
    }
  }

  async #attemptAt<T, A extends Answer>(
    request: ApiRequest,
    exchange: (sent: ApiRequest, signal: AbortSignal) => Promise<A>,
    read: (response: A) => Promise<T>,
    endless: boolean,
    deadline: Deadline,
  ): Promise<T> {
    this.#guard.check(request);
    this.#isUsed = true;
    const retries = new RetryPolicy(request);
    const signal = within(request, deadline);
    for (;;) {
      // Signing in takes longer than any request's timeout; the request then continues.
      await deadline.without(() => this.#signIn(request.signal));
      const { generation } = this.#credentials;
      try {
        // While a connection is being made, undici does not hear of the signal.
        const answer = await orAborted(exchange(request, signal), signal);
        this.#isAccepted = answer.statusCode !== 401;
        if (this.#isAccepted) this.#credentials.accept();
        const retry = retries.afterAnswer(answer.statusCode, answer.headers, deadline.left);
        if (retry === undefined) {
          if (answer.statusCode >= 300) throw await this.#refused(request, answer);
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
        // A broken connection may not recover, one whose peer vanished silently would delay the next request as long,
        // and the certificates of one that could not be made may have been replaced: let the next request start anew.
        this.#credentials.reconnect(generation);
        throw deadline.signal.aborted ? this.#late(request) : this.#unreachable(request, error);
      }
    }
  }

  /** Signs in if a credential plugin is needed, however long it takes. Errors are those of the credentials. */
  login(signal?: AbortSignal): Promise<void> {
    return this.#credentials.ready(signal);
  }

  async #refused(request: ApiRequest, answer: Answer): Promise<ApiError> {
    const { statusCode, headers } = answer;
    const text = await textOf(answer);
    const service = statusCode === 503 ? unavailableService(request.path, text) : undefined;
    if (service) return new ApiError(503, SERVICE_UNAVAILABLE, service, [], retryAfterOf(headers), doubt(request));
    const error = explainedConflict(apiError(statusCode, headers, text, doubt(request)), request);
    const target = statusCode === 404 && error.reason === '' ? requestTarget(request.path) : undefined;
    if (target && !PASSED_ON.test(target.subresource ?? '')) return new NotServedError(target, error.message);
    return this.#explained(error);
  }

  #late(request: ApiRequest): UserError {
    const problem = `${this.#where()} did not answer within ${(request.timeout ?? TIMEOUT_MS) / 1000} s.`;
    return failure(problem, doubt(request), 'there was no answer');
  }

  #unreachable(request: ApiRequest, error: unknown): UserError {
    const reason = connectionProblem(error, namesAuthority(this.context.cluster.cluster));
    const problem = `${this.#where()} cannot be reached: ${reason}.`;
    return isNeverSent(error) ? new UnreachableError(problem, reason) : failure(problem, doubt(request), reason);
  }

  /** For callers that need to know before a user is asked. @throws RefusedError when the request would not be sent. */
  assertPermitted(request: Judged): void {
    this.#guard.check(request);
  }

  /** Closes idle connections; requests in flight finish first, and a later request opens new connections. */
  close(): void {
    this.#credentials.close();
  }

  /** Can it be asked in the background? It is in use, and no user would be asked to sign in again for it. */
  get isSignedIn(): boolean {
    return this.#isUsed && (this.#isAccepted || !hasPlugin(this.context));
  }

  async #signIn(signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.login(signal);
    } catch (error) {
      this.#isAccepted = false;
      throw error;
    }
  }

  /** Are the connections kept alive with pings? If not, a stream that is silent for long is aborted. */
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
    const body = conditionalBody(request);
    const { dispatcher, headers, isWatchedOver } = await this.#login(this.#credentials.authorize(), request, signal);
    const response = await dispatcher.request({
      ...NO_TIMERS,
      ...options,
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method ?? 'GET',
      headers: {
        'user-agent': 'mcp-k8s',
        accept: request.accept ?? JSON_TYPE,
        ...(this.#acceptEncoding ? { 'accept-encoding': this.#acceptEncoding } : {}),
        ...(body === undefined ? {} : { 'content-type': request.contentType ?? JSON_TYPE }),
        ...request.headers,
        ...(await this.#loginOf(request, headers)),
      },
      body: body === undefined ? null : jsonText(body),
      signal,
    });
    this.#answersPings = isWatchedOver(dispatcher);
    return response;
  }

  async #loginOf({ token }: ApiRequest, headers: Headers): Promise<Headers> {
    if (token === undefined) return headers;
    return { Authorization: `Bearer ${await tokenFor({ token: async () => token }, this.#server)}` };
  }

  // Credential look-ups take no signal, so only the wait for them is aborted.
  #login<T>(lookup: Promise<T>, request: Pick<ApiRequest, 'signal'>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      // A look-up that outlives the deadline may never end: the next call starts another.
      const abort = () => reject(request.signal?.aborted ? signal.reason : this.#credentials.abandon());
      signal.addEventListener('abort', abort, { once: true });
      lookup.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }

  // The credentials the user means may be in another file.
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

// A longer URL breaks an HTTP/2 connection and every other request on it.
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

/** What is uncertain if the request is not answered; '' if it may be executed twice. */
function doubt(request: Pick<ApiRequest, 'method' | 'path' | 'query' | 'body'>): string {
  if (isIdempotent(request)) return '';
  if (accessOf(request) === 'exec') return 'Whether the command was executed is unknown.';
  return 'Whether the write was executed is unknown: read the object before trying again.';
}

function within({ signal }: ApiRequest, deadline: Deadline): AbortSignal {
  return signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
}

function cancelled(request: ApiRequest): unknown {
  const unknown = doubt(request);
  return unknown ? failure('The call was cancelled.', unknown) : request.signal?.reason;
}

function hasPlugin({ user: { user } }: ContextEntry): boolean {
  return isObject(user) && ('exec' in user || 'auth-provider' in user);
}
