import { promisify } from 'node:util';
import type { Dispatcher } from 'undici';
import { Credentials } from './credentials.ts';
import { ApiError, messageOf, RefusedError, type StatusCause, UserError } from './errors.ts';
import type { ContextEntry } from './kubeconfig.ts';
import { isObject } from './objects.ts';
import { type RequestTarget, requestTarget } from './request-target.ts';

/** Why a request may not leave the process; undefined when it may. */
export type Refusal = (access: Access, target: RequestTarget | undefined) => string | undefined;

/** What a request does to the cluster; `exec` covers every subresource that opens a way into a container or a node. */
export type Access = 'read' | 'create' | 'update' | 'delete' | 'exec';

export interface ApiRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Made by `pathOf`, or a fixed path. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  contentType?: string;
  accept?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Milliseconds for the whole exchange; 30,000 unless given. */
  timeout?: number;
}

export interface ApiResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

const JSON_TYPE = 'application/json';
const CONNECTION_LOST = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_HTTP2_GOAWAY_SESSION',
]);

/** The one way to the API server: nothing leaves the process but through `send`. */
export class ApiClient {
  readonly context: ContextEntry;
  readonly #credentials: Credentials;
  readonly #refusal: Refusal;
  readonly #server: string;
  readonly #acceptEncoding: string | undefined;

  /** @param refusal asked for every request, so that no caller can write by mistake. */
  constructor(context: ContextEntry, refusal: Refusal) {
    this.context = context;
    this.#refusal = refusal;
    this.#credentials = new Credentials(context);
    const cluster = isObject(context.cluster.cluster) ? context.cluster.cluster : {};
    this.#server = String(cluster.server).replace(/\/+$/, '');
    // On the same machine compression costs time and saves none.
    const loopback = /^https?:\/\/(localhost|127\.|\[::1\])/.test(this.#server);
    this.#acceptEncoding = loopback || cluster['disable-compression'] === true ? undefined : 'gzip';
  }

  /** Sends the request and parses the JSON answer. Errors are those of `send`. */
  async json<T>(request: ApiRequest): Promise<T> {
    const { text } = await this.send(request);
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new UserError(`${this.#where()} answered ${request.path} with something that is not JSON.`);
    }
  }

  /**
   * Sends the request and reads the whole answer. A read is sent again once when the connection broke, any request once
   * when the credentials were refused (nothing was executed then).
   * @throws ApiError for an answer of 400 or above; UserError when there was no answer.
   */
  send(request: ApiRequest): Promise<ApiResponse> {
    return this.#attempt(request, async (response) => ({
      status: response.statusCode,
      headers: response.headers,
      text: await textOf(response),
    }));
  }

  /**
   * Sends a read and hands out its answer piece by piece, for logs and watches. The timeout is that of the first byte; from
   * then on only the signal ends it. Errors before the first byte are those of `send`; later the iteration throws UserError.
   */
  async stream(request: ApiRequest): Promise<AsyncIterable<Buffer>> {
    const body = await this.#attempt(request, async (response) => response.body, true);
    return this.#pieces(body, request.signal);
  }

  async *#pieces(body: AsyncIterable<Buffer>, signal: AbortSignal | undefined): AsyncIterable<Buffer> {
    try {
      yield* body;
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#connectionError(error, 'read');
    }
  }

  async #attempt<T>(
    request: ApiRequest,
    read: (response: Dispatcher.ResponseData) => Promise<T>,
    endless = false,
  ): Promise<T> {
    const access = accessOf(request);
    const refusal = this.#refusal(access, requestTarget(request.path));
    if (refusal) throw new RefusedError(refusal);
    const timeout = request.timeout ?? 30_000;
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeout);
    const signal = request.signal ? AbortSignal.any([request.signal, deadline.signal]) : deadline.signal;
    let lost = false;
    let refused = false;
    try {
      for (;;) {
        try {
          const response = await this.#exchange(request, signal);
          if (response.statusCode === 401 && !refused) {
            refused = true;
            await response.body.dump();
            this.#credentials.reset();
            continue;
          }
          if (response.statusCode >= 400) throw apiError(response.statusCode, response.headers, await textOf(response));
          if (endless) clearTimeout(timer);
          return await read(response);
        } catch (error) {
          if (error instanceof ApiError || error instanceof UserError) throw error;
          request.signal?.throwIfAborted();
          if (deadline.signal.aborted)
            throw new UserError(`${this.#where()} did not answer within ${timeout / 1000} s.`);
          if (access !== 'read' || lost || !CONNECTION_LOST.has(codeOf(error)))
            throw this.#connectionError(error, access);
          lost = true;
        }
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes idle connections; requests under way end first. */
  close(): void {
    this.#credentials.close();
  }

  async #exchange(request: ApiRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { dispatcher, headers } = await aborting(this.#credentials.authorize(), signal);
    const url = new URL(this.#server + request.path);
    for (const [key, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
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
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal,
    });
  }

  #where(): string {
    return `The cluster of context "${this.context.name}" (${this.#server})`;
  }

  #connectionError(error: unknown, access: Access): UserError {
    const code = codeOf(error);
    const doubt =
      access === 'read' || code === 'ECONNREFUSED' || code === 'ENOTFOUND'
        ? ''
        : ' Whether the write was executed is unknown: read the object before trying again.';
    return new UserError(`${this.#where()} cannot be reached: ${explain(code, error)}.${doubt}`);
  }
}

/** What the request does, judged by its method and path alone. */
export function accessOf({ method = 'GET', path }: Pick<ApiRequest, 'method' | 'path'>): Access {
  if (/\/(pods|services|nodes)\/[^/]+\/(exec|attach|portforward|proxy)(\/|$)/.test(path)) return 'exec';
  if (method === 'GET') return 'read';
  if (method === 'DELETE' || path.endsWith('/eviction')) return 'delete';
  if (method !== 'POST') return 'update';
  return /^\/apis\/(authorization|authentication)\.k8s\.io\/[^/]+\/selfsubject[a-z]+$/.test(path) ? 'read' : 'create';
}

async function textOf(response: Dispatcher.ResponseData): Promise<string> {
  if (response.headers['content-encoding'] !== 'gzip') return response.body.text();
  const { gunzip } = await import('node:zlib');
  const packed = Buffer.from(await response.body.arrayBuffer());
  return (await promisify(gunzip)(packed)).toString('utf8');
}

function apiError(status: number, headers: ApiResponse['headers'], text: string): ApiError {
  const retryAfter = Number(headers['retry-after']) || undefined;
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body) && typeof body.message === 'string') {
      const details = isObject(body.details) ? body.details : {};
      const causes = Array.isArray(details.causes) ? (details.causes as StatusCause[]) : [];
      return new ApiError(status, String(body.reason ?? ''), body.message, causes, retryAfter);
    }
  } catch {
    // Not a Status object: a proxy or an aggregated API answered.
  }
  return new ApiError(status, '', text.trim().slice(0, 300) || `HTTP ${status}`, [], retryAfter);
}

// Credential look-ups take no signal, so the wait for them is what ends.
function aborting<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function codeOf(error: unknown): string {
  const own = isObject(error) || error instanceof Error ? (error as { code?: unknown }).code : undefined;
  if (typeof own === 'string') return own;
  const cause = error instanceof AggregateError ? error.errors[0] : error instanceof Error ? error.cause : undefined;
  return cause ? codeOf(cause) : '';
}

function explain(code: string, error: unknown): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'the connection was refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its host name does not resolve';
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return 'the connection timed out';
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'its certificate is for another host name';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'its certificate is not signed by the authority that the kubeconfig names';
    default:
      return CONNECTION_LOST.has(code) ? 'the connection was lost' : messageOf(error);
  }
}
