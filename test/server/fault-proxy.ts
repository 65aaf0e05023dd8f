import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2';
import { Agent, createServer, type RequestOptions, type Server, request as send } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { type WebSocket, WebSocketServer } from 'ws';
import { createAuthority, type Pair } from '../cluster/certificates.ts';
import { kubeconfig } from '../cluster/users.ts';

/** A refusal as an API server words it; the body is a Status by default. */
interface Refusal {
  status: number;
  reason?: string;
  retryAfter?: number | string;
  body?: unknown;
}

/** What happens to a request instead of its being relayed and answered. */
export type Fault =
  /** The connection breaks before the API server sees the request, or after it has answered. */
  | 'lost request'
  | 'lost answer'
  /** Halfway through the answer, the connection breaks or goes silent. */
  | 'broken answer'
  | 'stalled answer'
  /** A complete answer with half its content missing. */
  | 'truncated answer'
  /** No answer, whether or not the API server has seen the request. */
  | 'ignored request'
  | 'withheld answer'
  /** Delays the request, in milliseconds. */
  | { latency: number }
  /** The proxy answers. */
  | Refusal
  | { answer(response: ServerResponse): void }
  /** HTTP/2: only the request's stream is reset, with this error code, before or after the API server executes it. */
  | { reset: number; executed: boolean }
  /** HTTP/2: the server accepts no more requests on the connection, including or excluding this one. */
  | { goAway: 'including this' | 'after this' }
  /** A WebSocket; the session plays the server's end. */
  | { session(socket: WebSocket): void }
  /** Relayed with another Accept header, like servers that do not support the requested type. */
  | { accept: string }
  /** The API server's answer, modified. */
  | { rewrite(answer: string): string };

/** A request that reached the proxy. */
export interface Exchange {
  method: string;
  path: string;
  /** `1.1` or `2.0`. */
  version: string;
  /** Unique per connection. */
  connection: number | undefined;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  dryRun: boolean;
  /** The API server's status for it. */
  status: number | undefined;
  /** Whether the client is still waiting for the rest of the answer. */
  open: boolean;
}

type Matcher = (exchange: Exchange) => boolean;

interface Rule {
  matches: Matcher;
  fault: Fault;
  left: number;
}

/** The real API server, as its admin, apart from injected faults. */
export class FaultProxy {
  /** Every request, in order. */
  readonly exchanges: Exchange[] = [];
  readonly #upstream: URL;
  readonly #options: RequestOptions;
  readonly #certificates: { trusted: Pair; foreign: Pair };
  readonly #folder: string;
  readonly #server: Http2SecureServer | Server;
  readonly #sockets = new Set<Socket>();
  readonly #webSockets = new WebSocketServer({ noServer: true });
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #rules: Rule[] = [];
  #port = 0;

  private constructor(
    upstream: URL,
    options: RequestOptions,
    certificates: { trusted: Pair; foreign: Pair },
    folder: string,
    version: 'HTTP/2' | 'HTTP/1.1',
  ) {
    this.#upstream = upstream;
    this.#options = options;
    this.#certificates = certificates;
    this.#folder = folder;
    // The same code answers both versions, using their common API.
    const listener = (first: unknown, second: unknown) => {
      const [request, response] = [first, second] as [IncomingMessage, ServerResponse];
      this.#handle(request, response).catch(() => response.destroy());
    };
    const certificate = pem(certificates.trusted);
    this.#server =
      version === 'HTTP/2'
        ? createSecureServer({ ...certificate, allowHTTP1: true }, listener)
        : createServer(certificate, listener);
    this.#server.on('sessionError', () => undefined);
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Starts a proxy in front of an admin's kubeconfig; it speaks HTTP/2, as API servers do, unless told otherwise. */
  static async start(adminKubeconfig: string, version: 'HTTP/2' | 'HTTP/1.1' = 'HTTP/2'): Promise<FaultProxy> {
    const config = new KubeConfig();
    config.loadFromFile(adminKubeconfig);
    const login: RequestOptions = {};
    await config.applyToHTTPSOptions(login);
    const { ca, cert, key, headers } = login;
    const options = { agent: new Agent({ keepAlive: true, ca, cert, key }), headers };
    const [own, other] = await Promise.all([createAuthority('own'), createAuthority('foreign')]);
    const subject = { name: 'api-server', hosts: ['127.0.0.1'] };
    const certificates = { trusted: await own.issue(subject), foreign: await other.issue(subject) };
    const folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-proxy-'));
    const upstream = new URL(config.getCurrentCluster()?.server ?? '');
    const proxy = new FaultProxy(upstream, options, certificates, folder, version);
    await proxy.#listen();
    const server = `https://127.0.0.1:${proxy.#port}`;
    const caData = Buffer.from(own.certificate).toString('base64');
    const cluster = { name: 'proxy', server, caData, skipTLSVerify: false };
    await writeFile(proxy.kubeconfig, kubeconfig(cluster, { proxy: { token: 'not-looked-at' } }));
    return proxy;
  }

  /** The path of a kubeconfig whose only context, `proxy`, is the admin through the proxy. */
  get kubeconfig(): string {
    return join(this.#folder, 'kubeconfig');
  }

  /** How many watches are open. */
  get watches(): number {
    return this.exchanges.filter((exchange) => exchange.open && isWatch(exchange)).length;
  }

  /** Makes the next `times` matching requests fail; the newest rule wins. */
  fail(matches: Matcher, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    this.#rules.unshift({ matches, fault, left: times });
  }

  /** Clears all faults. */
  async heal(): Promise<void> {
    this.#rules = [];
    this.#server.setSecureContext(pem(this.#certificates.trusted));
    await this.#listen();
  }

  /** Refuses new connections and drops existing ones. */
  async refuse(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.disconnect();
    await closed;
  }

  /** Shows new connections somebody else's certificate and drops existing ones. */
  impersonate(): void {
    this.#server.setSecureContext(pem(this.#certificates.foreign));
    this.disconnect();
  }

  /** Breaks every connection. */
  disconnect(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** The writes that the API server has executed. */
  writes(): Exchange[] {
    return this.exchanges.filter(
      ({ method, status = 0, dryRun }) => method !== 'GET' && !dryRun && status >= 200 && status < 300,
    );
  }

  /** Resolves when the condition holds; checked whenever a request arrives, is answered or ends. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.#changes, 'change');
  }

  async stop(): Promise<void> {
    if (this.#server.listening) await this.refuse();
    (this.#options.agent as Agent).destroy();
    await rm(this.#folder, { recursive: true });
  }

  async #listen(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const exchange = exchangeOf(request, body.includes('"dryRun":["All"]'));
    response.once('close', () => this.#change(exchange, { open: false }));
    this.exchanges.push(exchange);
    const fault = this.#faultOf(exchange);
    this.#changes.emit('change');
    if (fault === 'lost request') this.#break(response, exchange);
    else if (isA(fault, 'reset') && !fault.executed) streamOf(response).close(fault.reset);
    else if (isA(fault, 'goAway') && fault.goAway === 'including this') goAway(response, false);
    else if (fault === 'ignored request') return;
    else if (isA(fault, 'status')) refuse(response, fault);
    else if (isA(fault, 'answer')) fault.answer(response);
    else {
      if (isA(fault, 'latency')) await delay(fault.latency);
      const accept = isA(fault, 'accept') ? fault.accept : request.headers.accept;
      const answer = await this.#forward(request, accept, body);
      this.#change(exchange, { status: answer.statusCode });
      if (isA(fault, 'reset')) streamOf(response).close(fault.reset);
      else {
        if (isA(fault, 'goAway')) goAway(response, true);
        await deliver(answer, response, fault, () => this.#break(response, exchange));
      }
    }
  }

  // Ends one request's stream, not the connection.
  #break(response: ServerResponse, { connection, version }: Exchange): void {
    if (version === '1.1') response.destroy();
    else for (const socket of this.#sockets) if (socket.remotePort === connection) socket.destroy();
  }

  // Only WebSocket failures are simulated here; success is tested without a proxy.
  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const exchange = exchangeOf(request, false);
    this.exchanges.push(exchange);
    const fault = this.#faultOf(exchange);
    if (isA(fault, 'session')) this.#webSockets.handleUpgrade(request, socket, head, (one) => fault.session(one));
    else if (isA(fault, 'status')) {
      const body = JSON.stringify({ kind: 'Status', message: fault.reason, reason: fault.reason });
      socket.end(
        `HTTP/1.1 ${fault.status} Refused\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    } else socket.destroy();
  }

  #change(exchange: Exchange, change: Partial<Exchange>): void {
    Object.assign(exchange, change);
    this.#changes.emit('change');
  }

  #faultOf(exchange: Exchange): Fault | undefined {
    const rule = this.#rules.find(({ matches, left }) => left > 0 && matches(exchange));
    if (rule) rule.left -= 1;
    return rule?.fault;
  }

  #forward(request: IncomingMessage, accept: string | undefined, body: Buffer): Promise<IncomingMessage> {
    const { authorization: _, host: _host, connection: _connection, ...given } = request.headers;
    const headers = Object.fromEntries(Object.entries(given).filter(([name]) => !name.startsWith(':')));
    const { agent, headers: login } = this.#options;
    return new Promise((resolve, reject) => {
      const options = { agent, method: request.method, headers: { ...headers, accept, ...login } };
      send(new URL(request.url ?? '', this.#upstream), options as RequestOptions, resolve)
        .on('error', reject)
        .end(body);
    });
  }
}

/** @param dryRun whether its body says that it is a dry run, as a deletion's does. */
function exchangeOf(request: IncomingMessage, dryRun: boolean): Exchange {
  const { pathname, searchParams } = new URL(request.url ?? '', 'https://proxy');
  return {
    method: request.method ?? '',
    path: pathname,
    version: request.httpVersion,
    connection: request.socket.remotePort,
    query: searchParams,
    headers: request.headers,
    dryRun: dryRun || searchParams.has('dryRun'),
    status: undefined,
    open: true,
  };
}

/** True for a watch request. */
export function isWatch({ query }: Exchange): boolean {
  return query.get('watch') === 'true';
}

async function deliver(
  answer: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
  lose: () => void,
): Promise<void> {
  const { statusCode: status = 0 } = answer;
  // HTTP/2 forbids connection headers, and HTTP/1.1 sets its own.
  const { 'transfer-encoding': _, connection: _connection, ...kept } = answer.headers;
  const headers: OutgoingHttpHeaders = kept;
  if (isA(fault, 'rewrite')) {
    const changed = fault.rewrite(await text(answer));
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(changed) }).end(changed);
  } else if (typeof fault !== 'string') {
    response.writeHead(status, headers);
    // Without it, a watch with no changes would not have answered yet.
    response.flushHeaders();
    answer.on('error', () => response.destroy()).pipe(response);
    response.on('close', () => answer.destroy());
    if (response.destroyed) answer.destroy();
  } else {
    const whole = await buffer(answer);
    const half = whole.subarray(0, whole.length / 2);
    if (fault === 'lost answer') lose();
    if (fault === 'lost answer' || fault === 'withheld answer') return;
    const length = fault === 'truncated answer' ? half.length : whole.length;
    response.writeHead(status, { ...headers, 'content-length': length });
    if (fault === 'truncated answer') response.end(half);
    else response.write(half, () => fault === 'broken answer' && lose());
  }
}

function refuse(response: ServerResponse, { status, reason = `Fault${status}`, retryAfter, body }: Refusal): void {
  const content = body ?? {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code: status,
    reason,
    message: reason,
  };
  if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(content)}\n`);
}

function streamOf(response: ServerResponse): ServerHttp2Stream {
  return (response as unknown as { stream: ServerHttp2Stream }).stream;
}

/** Names the last request that the server answers; later ones were not processed. */
function goAway(response: ServerResponse, including: boolean): void {
  const { session, id = 1 } = streamOf(response);
  session?.goaway(0, including ? id : Math.max(0, id - 2));
}

function isA<Key extends string>(fault: Fault | undefined, key: Key): fault is Extract<Fault, Record<Key, unknown>> {
  return typeof fault === 'object' && key in fault;
}

function pem({ public: cert, private: key }: Pair): { cert: string; key: string } {
  return { cert, key };
}
