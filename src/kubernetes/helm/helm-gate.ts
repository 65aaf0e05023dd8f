import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, messageOf, RefusedError } from '../apimachinery/errors.ts';
import type { HelmOperation } from '../apimachinery/helm-operations.ts';
import { jsonText } from '../apimachinery/json.ts';
import { LIMITS, tooLong } from '../apimachinery/limits.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { type RequestTarget, requestTarget } from '../apimachinery/request-target.ts';
import type { ApiClient } from '../client/client.ts';
import { parseBoundedJson } from '../text/json-reader.ts';
import { toYaml } from '../text/yaml.ts';
import { isProtobuf, readProtobufRecord } from './protobuf-record.ts';

/** A write that helm requests. */
export interface HelmRequest {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  target: RequestTarget;
  query: Record<string, string>;
  contentType: string | undefined;
  body: KubernetesObject | undefined;
}

/** Decides what happens to helm's writes. */
export interface HelmWrites {
  /** Does the write, or a substitute, and returns the answer. */
  write(request: HelmRequest): Promise<unknown>;
  /** What helm is to see at a path instead of the live object; undefined for the live one. */
  found?(path: string): KubernetesObject | undefined;
}

export interface GateOptions {
  client: ApiClient;
  /** The operation that all requests belong to. */
  operation: HelmOperation;
  /** The namespace of the release. */
  namespace: string;
  writes: HelmWrites;
  /** May templates see the values of Secrets? A chart that an agent may have written could reveal them in any form. */
  showsSecrets: boolean;
}

/** API paths only, without anything a parser could normalize or read in two ways. */
const PATH = /^\/(?:api|apis|openapi|version)(?:\/(?!\.{1,2}(?:\/|$))[\w.:~-]+)*\/?$/;
/** Where helm keeps releases: its own payload, not objects to search for secrets. */
const STORED = /\/(?:secrets|configmaps)\/sh\.helm\.release\.v1\.|\/(?:secrets|configmaps)$/;

/**
 * The only API server a helm process knows: on this machine, at an unguessable address. It holds no credentials of the
 * cluster. All of helm's requests go through our own client, its permissions and its witness.
 */
export class HelmGate implements AsyncDisposable {
  /** The refusals: helm's own message is shorter. */
  readonly refusals: RefusedError[] = [];
  readonly #options: GateOptions;
  readonly #server: Server;
  readonly #secret = randomBytes(24).toString('hex');

  private constructor(options: GateOptions) {
    this.#options = options;
    // Reads and writes must be attributed to the call.
    const inCall = AsyncLocalStorage.snapshot();
    this.#server = createServer((request, response) => inCall(() => void this.#serve(request, response)));
  }

  static async open(options: GateOptions): Promise<HelmGate> {
    const gate = new HelmGate(options);
    gate.#server.listen(0, '127.0.0.1');
    await once(gate.#server, 'listening');
    return gate;
  }

  /** The kubeconfig for helm: one cluster, one context, no credentials. */
  kubeconfig(): string {
    const { port } = this.#server.address() as AddressInfo;
    return toYaml({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'gate',
      clusters: [{ name: 'gate', cluster: { server: `http://127.0.0.1:${port}/${this.#secret}` } }],
      contexts: [{ name: 'gate', context: { cluster: 'gate', namespace: this.#options.namespace } }],
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      const url = new URL(request.url ?? '/', 'http://gate');
      const prefix = `/${this.#secret}`;
      const path = url.pathname.slice(prefix.length);
      if (!url.pathname.startsWith(`${prefix}/`)) throw new ApiError(404, 'NotFound', 'there is nothing here');
      if (!PATH.test(path))
        throw new ApiError(400, 'BadRequest', `helm asked for ${path.slice(0, 200)}, which is no path of an object`);
      const query = Object.fromEntries(url.searchParams);
      if (request.method === 'GET') await this.#read(path, query, request, response, gone.signal);
      else await this.#write(path, query, request, response);
    } catch (error) {
      if (error instanceof RefusedError) this.refusals.push(error);
      answer(response, codeOf(error), statusOf(error));
    }
  }

  async #read(
    path: string,
    query: Record<string, string>,
    { headers }: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const { client, operation, writes, showsSecrets } = this.#options;
    const found = writes.found?.(path);
    if (found) return answer(response, 200, found);
    const target = requestTarget(path);
    const isStored = STORED.test(path) && (target?.name !== undefined || query.labelSelector?.includes('owner=helm'));
    if (target && !isStored && !query.watch) {
      const { body } = await client.answer<KubernetesObject>({ path, query, operation, signal });
      const isClosed = !showsSecrets && target.group === '' && target.resource === 'secrets';
      return answer(response, 200, isClosed ? withoutValues(body) : body);
    }
    // Waiting for readiness needs a watch; templates cannot watch.
    const accept = typeof headers.accept === 'string' ? { accept: headers.accept } : {};
    const relayed = await client.relay({ path, query, operation, signal, ...accept });
    const type = relayed.headers['content-type'];
    if (type !== undefined) response.setHeader('content-type', type);
    response.writeHead(relayed.status);
    response.flushHeaders();
    for await (const piece of relayed.body) if (!response.write(piece)) await once(response, 'drain', { signal });
    response.end();
  }

  async #write(
    path: string,
    query: Record<string, string>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method, headers } = request;
    const target = requestTarget(path);
    if (!target || !isWrite(method)) throw new ApiError(405, 'MethodNotAllowed', `helm may not ${method} ${path}`);
    const body = await bodyOf(request);
    const sent = headers['content-type'];
    const contentType = sent?.includes('protobuf') ? undefined : sent;
    const done = await this.#options.writes.write({ method, path, target, query, contentType, body });
    answer(response, method === 'POST' ? 201 : 200, done);
  }
}

/** A Secret, or a list of them, reduced to the metadata. */
function withoutValues({ data: _, stringData: _text, items, ...rest }: KubernetesObject): KubernetesObject {
  return Array.isArray(items) ? { ...rest, items: items.filter(isObject).map(withoutValues) } : rest;
}

function isWrite(method: string | undefined): method is HelmRequest['method'] {
  return method === 'POST' || method === 'PUT' || method === 'PATCH' || method === 'DELETE';
}

async function bodyOf(request: IncomingMessage): Promise<KubernetesObject | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > LIMITS.object.bytes) throw tooLong(LIMITS.object.bytes);
    pieces.push(piece);
  }
  if (size === 0) return undefined;
  const bytes = Buffer.concat(pieces);
  if (isProtobuf(bytes)) return request.method === 'DELETE' ? undefined : readProtobufRecord(bytes);
  const body = parseBoundedJson(bytes, LIMITS.object);
  if (!isObject(body)) throw new ApiError(400, 'BadRequest', 'helm sent something that is no object');
  return body;
}

function answer(response: ServerResponse, code: number, body: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(jsonText(body));
}

function codeOf(error: unknown): number {
  return error instanceof ApiError ? error.code : error instanceof RefusedError ? 403 : 500;
}

function statusOf(error: unknown): KubernetesObject {
  const api = error instanceof ApiError ? error : undefined;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: messageOf(error),
    reason: api?.reason ?? (error instanceof RefusedError ? 'Forbidden' : 'InternalError'),
    details: { causes: api?.causes ?? [] },
    code: codeOf(error),
  };
}
