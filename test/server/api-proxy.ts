import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';

/** Answers a request in the place of the API server; true when it did. */
export type Interceptor = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The real API server behind plain HTTP, as admin, with faults on demand. */
export class ApiProxy {
  /** Sees every request first. */
  intercept: Interceptor = () => false;
  /** Paths and queries of all requests so far. */
  readonly requests: URL[] = [];
  readonly #changes = new EventEmitter();
  readonly #watches = new Set<ServerResponse>();
  readonly #server: Server;
  readonly #agent: Agent;

  private constructor(upstream: URL, options: RequestOptions) {
    this.#agent = new Agent({ keepAlive: true, ca: options.ca, cert: options.cert, key: options.key });
    this.#server = createServer((incoming, response) => {
      const url = new URL(incoming.url ?? '', upstream);
      this.requests.push(url);
      if (isWatch(url)) {
        this.#watches.add(response);
        response.once('close', () => {
          this.#watches.delete(response);
          this.#changes.emit('change');
        });
      }
      this.#changes.emit('change');
      if (this.intercept(incoming, response)) return;
      const outgoing = request(url, {
        agent: this.#agent,
        method: incoming.method,
        headers: { ...incoming.headers, host: upstream.host },
      });
      outgoing.once('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        answer.pipe(response);
        answer.once('error', () => response.destroy());
      });
      outgoing.once('error', () => response.destroy());
      response.once('close', () => outgoing.destroy());
      incoming.pipe(outgoing);
    });
  }

  static async start(kubeconfig: string): Promise<ApiProxy> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const proxy = new ApiProxy(new URL(config.getCurrentCluster()?.server ?? ''), options);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A kubeconfig whose only context leads here. */
  get kubeconfig(): string {
    return JSON.stringify({
      'current-context': 'proxy',
      contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
      clusters: [{ name: 'proxy', cluster: { server: this.url } }],
      users: [{ name: 'proxy', user: {} }],
    });
  }

  /** How many watches are open now. */
  get watches(): number {
    return this.#watches.size;
  }

  /** Resolves when the condition holds; looked at with every request that comes and every watch that ends. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.#changes, 'change');
  }

  /** Breaks every connection. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.cut();
    this.#agent.destroy();
    await once(this.#server, 'close');
  }
}

/** True for a request that watches. */
export function isWatch(url: URL): boolean {
  return url.searchParams.get('watch') === 'true';
}

/** Answers as the API server refuses. */
export function refuse(response: ServerResponse, code: number, reason: string): true {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: reason }));
  return true;
}
