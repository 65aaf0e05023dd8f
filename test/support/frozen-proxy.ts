import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Relays bytes until its connections are cut, or fall silent: nothing passes, and neither end is notified. Frozen ones
 * are dead, as when a VPN or NAT has dropped them; those that sleep go on where they were.
 */
export class FrozenProxy {
  readonly #server: Server;
  readonly #pairs = new Set<[Socket, Socket]>();
  #asleep = false;
  /** The total number of connections so far. */
  connections = 0;

  private constructor(target: { host: string; port: number }) {
    this.#server = createServer((client) => {
      this.connections += 1;
      const upstream = connect(target);
      const pair: [Socket, Socket] = [client, upstream];
      this.#pairs.add(pair);
      if (!this.#asleep) client.pipe(upstream).pipe(client);
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

  /** Holds back what is sent on all connections, also later ones, until `wake`. */
  sleep(): void {
    this.#asleep = true;
    for (const [client, upstream] of this.#pairs) {
      client.unpipe(upstream);
      upstream.unpipe(client);
      for (const socket of [client, upstream]) socket.pause();
    }
  }

  wake(): void {
    this.#asleep = false;
    for (const [client, upstream] of this.#pairs) client.pipe(upstream).pipe(client);
  }

  /** Breaks the existing connections; later ones work. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
