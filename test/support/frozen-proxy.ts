import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Relays bytes until its connections are frozen: then nothing passes, and neither end is notified, as after a sleep or
 * when a VPN or NAT drops a connection.
 */
export class FrozenProxy {
  readonly #server: Server;
  readonly #pairs = new Set<[Socket, Socket]>();
  /** The total number of connections so far. */
  connections = 0;

  private constructor(target: { host: string; port: number }) {
    this.#server = createServer((client) => {
      this.connections += 1;
      const upstream = connect(target);
      const pair: [Socket, Socket] = [client, upstream];
      this.#pairs.add(pair);
      client.pipe(upstream).pipe(client);
      for (const [one, other] of [pair, pair.toReversed() as [Socket, Socket]]) {
        one.on('error', () => undefined);
        one.on('close', () => {
          this.#pairs.delete(pair);
          other.destroy();
        });
      }
    });
  }

  static async start(target: { host: string; port: number }): Promise<FrozenProxy> {
    const proxy = new FrozenProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Freezes the existing connections; later ones work. */
  freeze(): void {
    for (const [client, upstream] of this.#pairs) {
      client.unpipe(upstream);
      upstream.unpipe(client);
      // Their closing must not be relayed either.
      for (const socket of [client, upstream]) socket.resume();
    }
  }

  async stop(): Promise<void> {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
