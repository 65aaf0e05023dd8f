import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createWebServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { createServer } from 'node:https';
import { type AddressInfo, connect, createServer as createSilentServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { connectionsTo, isWatchedOver } from '../../../../src/kubernetes/client/connections.ts';
import { createAuthority } from '../../../cluster/certificates.ts';
import { FrozenProxy } from '../../../support/frozen-proxy.ts';

/** Milliseconds between pings; a few of them must be enough for a busy machine to answer one. */
const INTERVAL = 150;

describe('connections to an API server', () => {
  let server: Http2SecureServer;
  let proxy: FrozenProxy;
  let dispatcher: Dispatcher;
  let ca: string;
  const sockets = new Set<Socket>();
  /** Answers `/begun…` with a beginning only. */
  const listener = (request: { url?: string | undefined }, response: Pick<ServerResponse, 'write' | 'end'>) =>
    request.url?.startsWith('/begun') ? response.write('begun') : response.end('whole');

  async function start(version: 'h2' | 'http/1.1'): Promise<void> {
    const authority = await createAuthority('test');
    ca = authority.certificate;
    const { public: cert, private: key } = await authority.issue({ name: 'server', hosts: ['127.0.0.1'] });
    server =
      version === 'h2'
        ? createSecureServer({ cert, key }, listener as unknown as Parameters<typeof createSecureServer>[1])
        : (createServer({ cert, key }, listener) as unknown as Http2SecureServer);
    server.on('sessionError', () => undefined);
    server.on('connection', (socket: Socket) => sockets.add(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await FrozenProxy.start({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    dispatcher = connectionsTo({ type: 'agent', connect: { ca, keepAlive: true, keepAliveInitialDelay: 0 } }, INTERVAL);
  }
  afterEach(async () => {
    await dispatcher.destroy();
    await proxy.stop();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  const ask = (path: string) =>
    dispatcher.request({ origin: `https://127.0.0.1:${proxy.port}`, path, method: 'GET', bodyTimeout: 0 });

  it('that are frozen end what waits on them, with what says that the connection was lost', async () => {
    await start('h2');
    const { body } = await ask('/begun');
    assert.ok(isWatchedOver(dispatcher));
    const reading = text(body);
    await delay(INTERVAL);
    proxy.freeze();
    const waiting = ask('/late');
    await assert.rejects(reading, { code: 'UND_ERR_SOCKET', message: /no sign of life/ });
    await assert.rejects(waiting, { code: 'UND_ERR_SOCKET' });
    assert.equal(await text((await ask('/again')).body), 'whole');
    assert.equal(proxy.connections, 2);
  });

  it('that are only quiet stay as they are', async () => {
    await start('h2');
    const { body } = await ask('/begun');
    await delay(20 * INTERVAL);
    assert.equal(await text((await ask('/other')).body), 'whole');
    assert.equal(proxy.connections, 1);
    assert.ok(!body.destroyed);
    body.destroy();
  });

  it('survive a process that stood still for longer than anybody waits', async () => {
    await start('h2');
    const { body } = await ask('/begun');
    const until = performance.now() + 20 * INTERVAL;
    while (performance.now() < until);
    await delay(3 * INTERVAL);
    assert.ok(!body.destroyed);
    body.destroy();
  });

  it('that speak HTTP/1.1 cannot be asked, and say so', async () => {
    await start('http/1.1');
    const { body } = await ask('/begun');
    await delay(10 * INTERVAL);
    assert.ok(!body.destroyed);
    assert.ok(!isWatchedOver(dispatcher));
    body.destroy();
  });

  /** A proxy's way to the server, once it has agreed. */
  const join = (client: Socket, agreement: string | Uint8Array) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
      client.write(agreement);
      socket.pipe(client).pipe(socket);
    });
    sockets.add(socket).add(client);
    socket.on('error', () => undefined);
    client.on('error', () => undefined);
  };
  const webProxy = () =>
    createWebServer().on('connect', (_: IncomingMessage, client: Socket) => join(client, 'HTTP/1.1 200 OK\r\n\r\n'));
  const socksProxy = () =>
    createSilentServer((client) => {
      client.once('data', () => {
        client.write(Uint8Array.of(5, 0));
        client.once('data', () => join(client, Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0)));
      });
    });

  const proxies = { web: ['proxy', 'http', webProxy], SOCKS: ['socks', 'socks5', socksProxy] } as const;
  for (const [kind, [type, scheme, create]] of Object.entries(proxies))
    it(`are looked after through a ${kind} proxy too`, async () => {
      await start('h2');
      const between: Server = create().listen(0, '127.0.0.1');
      await once(between, 'listening');
      const through = await FrozenProxy.start({ host: '127.0.0.1', port: (between.address() as AddressInfo).port });
      const options = { uri: `${scheme}://127.0.0.1:${through.port}`, requestTls: { ca } };
      const proxied = connectionsTo(
        { type, ...options, connect: { keepAlive: true, keepAliveInitialDelay: 0 } },
        INTERVAL,
      );
      try {
        const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const { body } = await proxied.request({ origin, path: '/begun', method: 'GET', bodyTimeout: 0 });
        assert.ok(isWatchedOver(proxied));
        const reading = text(body);
        through.freeze();
        await assert.rejects(reading, /no sign of life|closed/);
      } finally {
        await proxied.destroy();
        await through.stop();
        between.close();
      }
    });
});
