import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { WebSocket } from 'ws';
import {
  ApiError,
  ConnectionLostError,
  RefusedError,
  UnknownOutcomeError,
  UnreachableError,
  UserError,
} from '../apimachinery/errors.ts';
import { jsonText } from '../apimachinery/json.ts';
import { LIMITS, LimitError } from '../apimachinery/limits.ts';
import { isObject } from '../apimachinery/objects.ts';
import { type RequestTarget, requestTarget, requestTargets } from '../apimachinery/request-target.ts';
import { giveWay } from '../apimachinery/unhurried.ts';
import { JsonReader } from '../text/json-reader.ts';
import { apiError, connectionProblem, isNeverSent, isWorthAnother, retryAfterOf } from './connection-failures.ts';
import { Credentials } from './credentials.ts';
import { listInNamespaces } from './fan-out.ts';
import { type ContextEntry, describeShadowed, serverOf } from './kubeconfig.ts';
import type {
  Access,
  ApiRequest,
  ApiResponse,
  GuardedRequest,
  Refusal,
  RelayedAnswer,
  WebSocketRequest,
  Witness,
} from './request.ts';
import { namesAuthority } from './system-authorities.ts';

const JSON_TYPE = 'application/json';
/** How often a server that asks for patience gets it, and for how many seconds at most. */
const MOST_PAUSES = 3;
const LONGEST_PAUSE = 5;
/** In characters of path and query. */
const LONGEST_URL = 32_000;

/** The part of an answer that decides what becomes of it. */
interface Answer {
  statusCode: number;
  headers: ApiResponse['headers'];
  body: AsyncIterable<Uint8Array>;
}

/** The one way to the API server: nothing leaves the process but through `send`, `stream` and `webSocket`. */
export class ApiClient {
  readonly context: ContextEntry;
  readonly #credentials: Credentials;
  readonly #refusal: Refusal;
  readonly #allowedNamespaces: (target: RequestTarget) => readonly string[] | undefined;
  /** Told of each JSON answer; whoever reads another one, piece by piece, tells it of the objects in it. */
  readonly witness: Witness;
  readonly #server: string;
  readonly #acceptEncoding: string | undefined;

  /**
   * @param refusal asked for every request, so that no caller can write by mistake.
   * @param allowedNamespaces the only ones for a list of all namespaces of this target; undefined: no limit.
   * @param witness sees every object that is read or written.
   */
  constructor(
    context: ContextEntry,
    refusal: Refusal,
    allowedNamespaces: (target: RequestTarget) => readonly string[] | undefined = () => undefined,
    witness: Witness = () => undefined,
  ) {
    this.context = context;
    this.#refusal = refusal;
    this.#allowedNamespaces = allowedNamespaces;
    this.witness = witness;
    this.#credentials = new Credentials(context);
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
    const target = requestTarget(request.path);
    const isList = target && (request.method ?? 'GET') === 'GET' && !target.namespace && !target.name;
    const namespaces = isList ? this.#allowedNamespaces(target) : undefined;
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
      body = (await answer.reader.read()) as T;
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
   * Sends the request and reads the answer, of which nobody needs more than `LIMITS.failure`. A read or a dry run is sent again once when the connection broke; any
   * request once when the credentials were refused, and after the pause that a busy server asks for when it executed nothing.
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
    const exchange = (signal: AbortSignal) => this.#exchange(request, signal);
    const body = await this.#attempt(request, exchange, async (response) => response.body, true);
    return this.#pieces(body, request.signal);
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
    this.assertPermitted(request);
    const unknown = doubt(request);
    const timeout = request.timeout ?? 30_000;
    const latest = performance.now() + timeout;
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeout);
    const signal = request.signal ? AbortSignal.any([request.signal, deadline.signal]) : deadline.signal;
    let lost = false;
    let refused = false;
    let pauses = 0;
    try {
      for (;;) {
        const { generation } = this.#credentials;
        try {
          const response = await exchange(signal);
          if (response.statusCode === 401 && !refused) {
            refused = true;
            await textOf(response);
            this.#credentials.renew(generation);
            continue;
          }
          const pause = pauses < MOST_PAUSES ? pauseOf(response, unknown === '') : undefined;
          if (pause !== undefined && performance.now() + pause < latest) {
            pauses += 1;
            await textOf(response);
            await delay(pause, undefined, { signal });
            continue;
          }
          if (response.statusCode >= 400)
            throw this.#explained(apiError(response.statusCode, response.headers, await textOf(response), unknown));
          if (endless) clearTimeout(timer);
          return await read(response);
        } catch (error) {
          if (error instanceof ApiError || error instanceof UserError) throw error;
          if (request.signal?.aborted)
            throw unknown ? failure('The call was cancelled.', unknown) : request.signal.reason;
          if (deadline.signal.aborted) {
            // A connection whose other end is gone without a word would keep the next request waiting as long.
            this.#credentials.renew(generation);
            throw failure(
              `${this.#where()} did not answer within ${timeout / 1000} s.`,
              unknown,
              'there was no answer',
            );
          }
          if (lost || !isWorthAnother(error, unknown === '')) {
            const reason = connectionProblem(error, namesAuthority(this.context.cluster.cluster));
            const problem = `${this.#where()} cannot be reached: ${reason}.`;
            if (isNeverSent(error)) throw new UnreachableError(problem, reason);
            // Connections that break may be past recovery: the next request makes new ones.
            this.#credentials.renew(generation);
            throw failure(problem, unknown, reason);
          }
          lost = true;
        }
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** For what needs an answer before a human is asked about it. @throws RefusedError when the request would not be sent. */
  assertPermitted(request: Pick<ApiRequest, 'method' | 'path' | 'query' | 'body' | 'operation'>): void {
    for (const guarded of guardedRequests(request)) {
      const refusal = this.#refusal(guarded);
      if (refusal) throw new RefusedError(refusal);
    }
  }

  /** Closes idle connections; requests under way end first, and a later one opens new connections. */
  close(): void {
    this.#credentials.close();
  }

  async #exchange(request: ApiRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const url = new URL(this.#server + request.path);
    for (const [key, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
    refuseTooLong(url);
    const { dispatcher, headers } = await this.#login(this.#credentials.authorize(), request, signal);
    return dispatcher.request({
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
  if (length > LONGEST_URL)
    throw new UserError(
      `The request was not sent: names, selectors and arguments make ${length} characters, at most ${LONGEST_URL} fit.`,
    );
}

function failure(problem: string, unknown: string, reason?: string): UserError {
  if (unknown) return new UnknownOutcomeError(`${problem} ${unknown}`);
  return reason === undefined ? new UserError(problem) : new UnreachableError(problem, reason);
}

/** What nobody knows when the request is not answered; '' for what changes nothing. */
function doubt(request: Pick<ApiRequest, 'method' | 'path' | 'query' | 'body'>): string {
  const access = accessOf(request);
  if (access === 'read' || isDryRun(request)) return '';
  if (access === 'exec') return 'Whether the command was executed is unknown.';
  return 'Whether the write was executed is unknown: read the object before trying again.';
}

// A deletion carries it in its body.
function isDryRun({ query, body }: Pick<ApiRequest, 'query' | 'body'>): boolean {
  return query?.dryRun === 'All' || (isObject(body) && body.kind === 'DeleteOptions' && Array.isArray(body.dryRun));
}

/** How long a server that did not execute the request wants to be left alone, in milliseconds; undefined to give up. */
function pauseOf({ statusCode, headers }: Answer, harmless: boolean): number | undefined {
  const seconds = retryAfterOf(headers);
  // Too many requests: certainly not executed. Unavailable may also mean that a proxy lost the answer to a write.
  const wanted = statusCode === 429 ? (seconds ?? 1) : statusCode === 503 && harmless ? seconds : undefined;
  return wanted === undefined || wanted > LONGEST_PAUSE ? undefined : wanted * 1000;
}

/** What the request does, judged by its method and path alone. */
export function accessOf({ method = 'GET', path }: Pick<ApiRequest, 'method' | 'path'>): Access {
  if (/\/(pods|services|nodes)\/[^/]+\/(exec|attach|portforward|proxy)(\/|$)/.test(path)) return 'exec';
  if (method === 'GET') return 'read';
  if (method === 'DELETE' || path.endsWith('/eviction')) return 'delete';
  if (method !== 'POST') return 'update';
  return /^\/apis\/(authorization|authentication)\.k8s\.io\/[^/]+\/(self)?subject[a-z]+$/.test(path)
    ? 'read'
    : 'create';
}

/** The request as it is judged; more than one where its path can be read in two ways. */
function guardedRequests({
  query = {},
  body,
  operation,
  ...request
}: Pick<ApiRequest, 'method' | 'path' | 'query' | 'body' | 'operation'>): GuardedRequest[] {
  const access = accessOf(request);
  const targets = requestTargets(request.path);
  if (targets.length === 0) return [{ access, target: undefined, operation }];
  const { fieldSelector = '', labelSelector = '' } = query;
  const listed = { fieldSelector: String(fieldSelector), labelSelector: String(labelSelector) };
  const isGet = (request.method ?? 'GET') === 'GET';
  const metadata = request.method === 'POST' && isObject(body) && isObject(body.metadata) ? body.metadata : {};
  const created = typeof metadata.name === 'string' ? metadata.name : undefined;
  return targets.map((target) => ({
    access,
    target,
    operation,
    created,
    ...(isGet && target.name === undefined && { listed }),
  }));
}

/** The text of an answer whose content nobody needs whole: what is beyond the limit is not read. */
async function textOf(response: Answer): Promise<string> {
  const pieces: Uint8Array[] = [];
  let left: number = LIMITS.failure.bytes;
  for await (const piece of unpacked(response)) {
    pieces.push(piece.subarray(0, left));
    left -= piece.length;
    if (left <= 0) break;
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** The answer's bytes, decompressed as they come: whoever stops reading stops the decompression too. */
async function* unpacked({ headers, body }: Answer): AsyncIterable<Uint8Array> {
  if (headers['content-encoding'] !== 'gzip') {
    yield* body;
    return;
  }
  const { createGunzip } = await import('node:zlib');
  const gunzip = createGunzip();
  const packed = Readable.from(body).on('error', (error) => gunzip.destroy(error));
  try {
    yield* packed.pipe(gunzip);
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}
