import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import { MAX_BODY, type PodRequest, requestPod } from '../../../../src/kubernetes/workloads/pod-request.ts';
import { issue } from '../../../server/issued-certificates.ts';
import { UNGUARDED } from '../../../support/unguarded.ts';

describe('a request to a pod', () => {
  const servers: Server[] = [];
  let api: WebSocketServer;
  before(async () => {
    api = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'v4.channel.k8s.io' });
    // A port-forward as the API server does one: to this machine's port.
    api.on('connection', (socket, { url = '' }) => {
      const port = Number(new URL(url, 'http://api').searchParams.get('ports'));
      for (const channel of [0, 1]) socket.send(Buffer.of(channel, port & 255, port >> 8));
      const target = connect(port, '127.0.0.1');
      target.on('data', (data) => socket.send(Buffer.concat([Buffer.of(0), data])));
      target.on('error', (error) => socket.send(Buffer.concat([Buffer.of(1), Buffer.from(String(error))])));
      target.on('close', () => socket.close());
      socket.on('message', (message: Buffer) => target.write(message.subarray(1)));
      socket.on('close', () => target.destroy());
    });
    await once(api, 'listening');
  });
  after(() => {
    api.close();
    for (const server of servers) server.close();
  });

  const client = {
    login: async () => undefined,
    async webSocket({ query }: { query: URLSearchParams }) {
      const socket = new WebSocket(`ws://127.0.0.1:${(api.address() as AddressInfo).port}/?${query}`, [
        'v4.channel.k8s.io',
      ]);
      socket.once('open', () => socket.pause());
      await once(socket, 'open');
      return socket;
    },
  } as unknown as ApiClient;

  async function portOf(server: Server): Promise<number> {
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  const serve = (answer: RequestListener) => portOf(createServer(answer));
  const ask = (port: number, more: Partial<PodRequest> = {}, through = client) =>
    requestPod(through, {
      ...{ namespace: 'shop', pod: 'web-1', port, method: 'GET', path: '/', headers: [], body: undefined },
      ...{ host: 'web.shop.svc', tlsNames: undefined, timeout: 60_000, signal: new AbortController().signal },
      ...more,
    });

  it('arrives as it is, and only once', async () => {
    const seen: object[] = [];
    const port = await serve(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece);
      const { method, url, headers } = request;
      seen.push({ method, url, host: headers.host, mark: headers['x-mark'], body: Buffer.concat(pieces).toString() });
      response.writeHead(201, 'Made', { 'x-answer': 'yes' }).end('done');
    });
    const answer = await ask(port, { method: 'POST', path: '/a?b=%20', headers: [['X-Mark', 'm']], body: 'grüße' });
    assert.deepEqual(seen, [{ method: 'POST', url: '/a?b=%20', host: 'web.shop.svc', mark: 'm', body: 'grüße' }]);
    assert.deepEqual([answer.status, answer.statusText, answer.body.toString()], [201, 'Made', 'done']);
    assert.ok(answer.headers.some(([name, value]) => name === 'x-answer' && value === 'yes'));
    assert.ok(answer.took.connected <= answer.took.answered && answer.took.answered <= answer.took.whole);
  });

  it('follows no redirect', async () => {
    let requests = 0;
    const port = await serve((_, response) => {
      requests += 1;
      response.writeHead(302, { location: 'http://198.51.100.1/' }).end();
    });
    const { status, body } = await ask(port);
    assert.deepEqual([status, body.length, requests], [302, 0, 1]);
  });

  it('reads a body as far as it is bounded, and says why it is not whole', async () => {
    const large = await serve((_, response) => response.end(Buffer.alloc(MAX_BODY + 1)));
    const { body, cut } = await ask(large);
    assert.deepEqual([body.length, cut], [MAX_BODY, 'size']);
    const endless = await serve((_, response) => {
      response.write('begin');
    });
    const late = await ask(endless, { timeout: 2_000 });
    assert.deepEqual([late.body.toString(), late.cut], ['begin', 'time']);
    const broken = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.destroy());
    });
    const half = await ask(broken);
    assert.deepEqual([half.body.toString(), half.cut], ['half', 'connection']);
  });

  it('says what is wrong where there is no answer', async () => {
    const silent = await portOf(createTcpServer(() => {}));
    await assert.rejects(
      ask(silent, { timeout: 300 }),
      /^UserError: Port \d+ of pod "web-1" did not answer within 0\.3 s\.$/,
    );
    await assert.rejects(ask(silent, { timeout: 300, tlsNames: ['web'] }), /did not answer within 0\.3 s/);
    const rude = await portOf(createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')));
    await assert.rejects(ask(rude), /gave no answer: Parse Error/);
    const shut = await portOf(createTcpServer((socket) => socket.destroy()));
    await assert.rejects(ask(shut), /gave no answer/);
    const closed = createTcpServer();
    const port = await portOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    await assert.rejects(ask(port), /^UserError: Nothing listens on port \d+ of pod "web-1"\.$/);
    const cancelled = AbortSignal.abort(new Error('cancelled'));
    await assert.rejects(ask(silent, { signal: cancelled }), /cancelled/);
  });

  it('ends in time, and when it is cancelled, while the connection is made, and the cluster stays in use', async () => {
    let connections = 0;
    let asked = Promise.withResolvers<void>();
    // Answers requests, and never the question for a WebSocket.
    const server = createServer((_, response) => response.end('{}'))
      .on('connection', () => {
        connections += 1;
      })
      .on('upgrade', () => asked.resolve());
    const place = { server: `http://127.0.0.1:${await portOf(server)}` };
    const context = { name: 'c', namespace: 'shop', shadowed: [], user: { name: 'u', user: {} } };
    const api = new ApiClient({ ...context, cluster: { name: 'a', cluster: place } }, UNGUARDED);
    try {
      await api.send({ path: '/version' });
      await assert.rejects(
        ask(80, { timeout: 300 }, api),
        /^UserError: Port 80 of pod "web-1" could not be connected to within 0\.3 s\.$/,
      );
      const abort = new AbortController();
      asked = Promise.withResolvers();
      const cancelled = assert.rejects(ask(80, { signal: abort.signal }, api), /^Error: no more$/);
      await asked.promise;
      abort.abort(new Error('no more'));
      await cancelled;
      await api.send({ path: '/version' });
      assert.equal(connections, 3);
    } finally {
      api.close();
      server.closeAllConnections();
    }
  });

  it('may take its whole time for the connection, signing in aside, and is refused as any other', async () => {
    const events: unknown[] = [];
    const refused = new ApiError(403, 'Forbidden', 'no');
    const strict = {
      login: async () => events.push('login'),
      webSocket: async ({ timeout = 0 }) => {
        events.push(timeout > 60_000);
        throw refused;
      },
    } as unknown as ApiClient;
    await assert.rejects(ask(80, {}, strict), refused);
    assert.deepEqual(events, ['login', true]);
  });

  it('looks at the certificate, and tells what it names', async () => {
    const issued = await issue('web', { hosts: ['web.shop.svc'] });
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', issued.keys.privateKey)).toString('base64');
    const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----`;
    const port = await portOf(createTlsServer({ cert: issued.pem, key }, (_, response) => response.end('secure')));
    const names = ['web.shop.svc', 'web'];
    const { body, certificate } = await ask(port, { tlsNames: names });
    assert.equal(body.toString(), 'secure');
    assert.equal(certificate?.mismatch, undefined);
    assert.match(certificate?.distrust ?? '', /SELF_SIGNED|self.signed|UNABLE_TO/i);
    assert.deepEqual([certificate?.names, certificate?.issuer], ['DNS:web.shop.svc', 'web']);
    const other = await ask(port, { tlsNames: ['db.shop.svc'], host: 'db.shop.svc:8443' });
    assert.equal(other.certificate?.mismatch, 'it names none of db.shop.svc');
    await assert.rejects(ask(await serve((_, response) => response.end()), { tlsNames: names }), /gave no answer/);
  });
});
