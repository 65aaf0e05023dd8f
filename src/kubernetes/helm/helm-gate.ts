import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, messageOf, RefusedError } from '../apimachinery/errors.ts';
import type { HelmOperation } from '../apimachinery/helm-operations.ts';
import { isRecordName, mayHoldRecords, selectsReleases } from '../apimachinery/helm-storage.ts';
import { jsonText } from '../apimachinery/json.ts';
import { LIMITS, tooLong } from '../apimachinery/limits.ts';
import { JSON_TYPE } from '../apimachinery/media-types.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { type RequestTarget, requestTarget } from '../apimachinery/request-target.ts';
import type { ApiClient } from '../client/client.ts';
import { linesOf } from '../client/watch.ts';
import { parseBoundedJson } from '../text/json-reader.ts';
import { toYaml } from '../text/yaml.ts';
import { asksForHelm, chartView } from './chart-view.ts';
import { isProtobuf, readProtobufRecord } from './protobuf-record.ts';
import type { ReleasePlace } from './release-record.ts';
import { readUnseen } from './unseen.ts';

/** A write that helm wants to do. */
export interface HelmRequest {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  target: RequestTarget;
  query: Record<string, string>;
  contentType: string | undefined;
  body: KubernetesObject | undefined;
}

/** Decides what becomes of what helm sends. */
export interface HelmWrites {
  /** Does the write, or something in its place, and gives the answer. */
  write(request: HelmRequest): Promise<unknown>;
  /** What helm is to find at a path instead of what is there; undefined for nothing else. */
  found?(path: string): KubernetesObject | undefined;
}

export interface GateOptions {
  client: ApiClient;
  /** What everything is sent for. */
  operation: HelmOperation;
  /** The release that everything is sent for: in its namespace helm is, and its records are shown whole. */
  place: ReleasePlace;
  writes: HelmWrites;
  /** Do templates see the values of Secrets? Those of a chart that an agent may have written could tell them in any form. */
  showsSecrets: boolean;
}

/** As paths of the API are; nothing that a parser could fold away or read in two ways. */
const PATH = /^\/(?:api|apis|openapi|version)(?!\/[^/]+(?:\/[^/]+)?\/watch\/)(?:\/(?!\.{1,2}(?:\/|$))[\w.:~-]+)*\/?$/;
/**
 * The one API server that a helm process knows: here, on this machine, at an address that nobody can guess. It holds no
 * credential of the cluster. Every request of helm's passes through our own client, its permissions and its witness.
 */
export class HelmGate implements AsyncDisposable {
  /** What was refused: what helm says of it is shorter. */
  readonly refusals: RefusedError[] = [];
  readonly #options: GateOptions;
  readonly #server: Server;
  readonly #secret = randomBytes(24).toString('hex');

  private constructor(options: GateOptions) {
    this.#options = options;
    // Who watches the call must see what is read and written for it.
    const inCall = AsyncLocalStorage.snapshot();
    this.#server = createServer((request, response) => inCall(() => void this.#serve(request, response)));
  }

  static async open(options: GateOptions): Promise<HelmGate> {
    const gate = new HelmGate(options);
    gate.#server.listen(0, '127.0.0.1');
    await once(gate.#server, 'listening');
    return gate;
  }

  /** The kubeconfig for helm: one cluster, one context, no credential. */
  kubeconfig(): string {
    const { port } = this.#server.address() as AddressInfo;
    return toYaml({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'gate',
      clusters: [{ name: 'gate', cluster: { server: `http://127.0.0.1:${port}/${this.#secret}` } }],
      contexts: [{ name: 'gate', context: { cluster: 'gate', namespace: this.#options.place.namespace } }],
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
    const { client, operation, writes } = this.#options;
    const target = requestTarget(path);
    const request = { path, query, operation, signal };
    const shown = (value: unknown) => this.#view(value, target, headers.accept);
    const found = writes.found?.(path);
    if (found) return answer(response, 200, shown(found));
    if (target && mayHoldRecords(target)) {
      if (isUnseen(target, query))
        return answer(response, 200, shown(await readUnseen(client, request, LIMITS.answer)));
      if (query.watch !== undefined) return await this.#watch(await client.stream(request), shown, response, signal);
    }
    if (target && query.watch === undefined) return answer(response, 200, shown((await client.answer(request)).body));
    const accept = typeof headers.accept === 'string' ? { accept: headers.accept } : {};
    const relayed = await client.relay({ ...request, ...accept });
    const type = relayed.headers['content-type'];
    if (type !== undefined) response.setHeader('content-type', type);
    response.writeHead(relayed.status);
    response.flushHeaders();
    await pass(relayed.body, response, signal);
  }

  // In JSON, whatever helm would rather have: each event is looked into.
  async #watch(
    stream: AsyncIterable<Uint8Array>,
    shown: (event: unknown) => unknown,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    response.writeHead(200, { 'content-type': JSON_TYPE });
    response.flushHeaders();
    async function* events() {
      for await (const line of linesOf(stream))
        if (line.length > 0) yield `${jsonText(shown(parseBoundedJson(line, LIMITS.object)))}\n`;
    }
    await pass(events(), response, signal);
  }

  #view(value: unknown, target: RequestTarget | undefined, accept: string | undefined): unknown {
    if (!target || this.#options.showsSecrets || !mayHoldRecords(target)) return value;
    return chartView(value, target, asksForHelm(accept) ? this.#options.place : undefined);
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
    answer(response, method === 'POST' ? 201 : 200, this.#view(done, target, headers.accept));
  }
}

// Its one value is a release, which is no object to look for secrets in: nobody else is told of it.
function isUnseen({ name }: RequestTarget, query: Record<string, string>): boolean {
  if (query.watch !== undefined) return false;
  return name === undefined ? selectsReleases(query.labelSelector) : isRecordName(name);
}

async function pass(
  pieces: AsyncIterable<Uint8Array | string>,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  for await (const piece of pieces) if (!response.write(piece)) await once(response, 'drain', { signal });
  response.end();
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
