import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { HTTP_PATHS } from '../../../../src/server/command-line/http-paths.ts';
import { parseCommandLine } from '../../../../src/server/command-line/options.ts';
import type { Contexts } from '../../../../src/server/core/contexts.ts';
import { remoteHelm } from '../../../../src/server/core/helm-access.ts';
import type { Authenticator } from '../../../../src/server/http/authentication/authenticator.ts';
import { ANYONE } from '../../../../src/server/http/authentication/identity.ts';
import { HostNames } from '../../../../src/server/http/base/host-names.ts';
import type { Log } from '../../../../src/server/http/base/http-log.ts';
import { Limiter } from '../../../../src/server/http/base/limiter.ts';
import { toOriginForm } from '../../../../src/server/http/base/request-target.ts';
import type { Endpoint, EndpointOptions } from '../../../../src/server/http/endpoint.ts';
import { createHttpServer, Listener } from '../../../../src/server/http/listener.ts';
import { isBusy, Sessions } from '../../../../src/server/http/sessions.ts';
import { SseMessages, SseStream } from '../../../../src/server/http/sse.ts';
import { StatelessHttp } from '../../../../src/server/http/stateless-http.ts';
import { StreamableHttp } from '../../../../src/server/http/streamable-http.ts';
import { LivePermissions } from '../../../../src/server/mcp/permissions.ts';
import { createServer } from '../../../../src/server/mcp/server.ts';

export const MAX_BODY = 100_000;
export const MAX_AT_ONCE = 5;

/** A call that is never answered by itself. */
export const CALL = { method: 'tools/call', params: { name: 'list_resources', arguments: { kind: 'pods' } } };

/** An answer of JSON-RPC. */
export interface Answer {
  id: unknown;
  error?: { code: number; message: string };
}

/** The messages on a stream of events. */
export function answersIn(text: string): Answer[] {
  return text.split('\n').flatMap((line) => (/^data: ?\{/.test(line) ? [JSON.parse(line.slice(5))] : []));
}

const INITIALIZE = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

/** The HTTP server in this process, without a cluster: calls of tools wait until they are told to fail. */
export class LocalServer {
  readonly #sessions = new Sessions(10);
  readonly #contexts = Promise.withResolvers<Contexts>();
  readonly #errors: string[] = [];
  readonly #log: Log = (level, message) => {
    if (level === 'error') this.#errors.push(message);
  };
  readonly #server = createHttpServer(this.#log);
  /** How long it takes to find out who a caller is. */
  authenticated = Promise.resolve();
  /** How many requests have come. */
  begun = 0;
  /** How many of them have ended, with an answer or without. */
  ended = 0;

  static async start(rate = 0): Promise<LocalServer> {
    const local = new LocalServer();
    local.#contexts.promise.catch(() => undefined);
    local.#listen(rate);
    await once(local.#server.listen(0, '127.0.0.1'), 'listening');
    return local;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Lets the calls that wait, and all others, fail. */
  failCalls(): void {
    this.#contexts.reject(new Error('There is no cluster.'));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The number of sessions. */
  get sessions(): number {
    return this.#sessions.list().length;
  }

  /** Is there a session with an open answer or an unanswered request? */
  get isBusy(): boolean {
    return this.#sessions.list().some(isBusy);
  }

  /** The number of requests in sessions that are not answered. */
  get pending(): number {
    return this.#sessions.list().reduce((sum, { pending }) => sum + pending.size, 0);
  }

  get errors(): readonly string[] {
    return this.#errors;
  }

  /** POSTs a body as is, or a message with what JSON-RPC asks for. */
  post(path: string, body: object | string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(withVersion(body)),
    });
  }

  /** Begins a session; returns the headers that continue it. */
  async begin(): Promise<Record<string, string>> {
    const answer = await this.post('/mcp', { id: 'begin', ...INITIALIZE });
    await answer.text();
    const id = answer.headers.get('mcp-session-id');
    assert.ok(id);
    const session = { 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' };
    await (await this.post('/mcp', { method: 'notifications/initialized' }, session)).text();
    return session;
  }

  #listen(rate: number): void {
    const options: EndpointOptions = { sessions: this.#sessions, connect: (client) => this.#connect(client) };
    const listener = new Listener({
      endpoints: new Map<string, Endpoint>([
        ['/mcp', new StreamableHttp(options)],
        ['/stateless', new StatelessHttp(options)],
        [HTTP_PATHS.sse, new SseStream(options, '')],
        [HTTP_PATHS.message, new SseMessages(options)],
      ]),
      documents: new Map(),
      authenticator: { authenticate: () => this.authenticated.then(() => ANYONE) } as unknown as Authenticator,
      challenge: () => '',
      publicUrl: undefined,
      hostNames: new HostNames([], []),
      limiter: new Limiter(rate, MAX_AT_ONCE),
      sessions: this.#sessions,
      body: MAX_BODY,
      isShuttingDown: () => false,
      log: this.#log,
    });
    this.#server.on('request', (request, response) => {
      toOriginForm(request);
      this.begun += 1;
      response.once('close', () => {
        this.ended += 1;
      });
      void listener.handle(request, response);
    });
  }

  async #connect({ transport, isSingle }: Parameters<EndpointOptions['connect']>[0]): Promise<void> {
    const options = parseCommandLine([], '1');
    assert.ok('permissions' in options);
    const { policy, review } = new LivePermissions(options.permissions);
    const others = { journal: undefined, prometheus: undefined, helm: remoteHelm(undefined), log: () => undefined };
    const server = createServer(
      { version: '1', policy, review, tellsLater: !isSingle, ...others },
      () => this.#contexts.promise,
    );
    await server.connect(transport);
  }
}

function withVersion(body: object): object {
  return Array.isArray(body) ? body.map(withVersion) : { jsonrpc: '2.0', ...body };
}
