import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createWebServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import { createAuthority } from '../../../cluster/certificates.ts';
import { UNGUARDED } from '../../../support/unguarded.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the way to an API server', () => {
  let cluster: object;
  let user: object;
  let server: Server;
  let webSockets: WebSocketServer;
  /** Where the proxies were asked to connect to. */
  let asked: string[] = [];
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  async function listen(one: Server): Promise<number> {
    servers.push(one.on('connection', (socket) => sockets.add(socket.on('error', () => undefined))));
    await once(one.listen(0, '127.0.0.1'), 'listening');
    return portOf(one);
  }
  const portOf = (one: Server) => (one.address() as AddressInfo).port;

  /** Leads to the server, wherever the proxy was asked to connect to. */
  function join(client: Socket, agreement: string | Uint8Array): void {
    const socket = connect(portOf(server), '127.0.0.1', () => {
      client.write(agreement);
      socket.pipe(client).pipe(socket);
    });
    sockets.add(socket.on('error', () => undefined));
  }

  const webProxy = () =>
    createWebServer().on('connect', ({ url, headers }: IncomingMessage, client: Socket) => {
      asked.push(`${url} as ${headers['proxy-authorization']}`);
      join(client, 'HTTP/1.1 200 OK\r\n\r\n');
    });
  const socksProxy = () =>
    createServer((client) => {
      client.once('data', () => {
        client.write(Uint8Array.of(5, 2));
        client.once('data', (login) => {
          client.write(Uint8Array.of(1, 0));
          client.once('data', (request) => {
            const [, , , type, length = 0] = request;
            const name =
              type === 3 ? request.subarray(5, 5 + length).toString() : request.subarray(4, -2).toString('hex');
            asked.push(`${name}:${request.readUInt16BE(request.length - 2)} as ${login.subarray(1).toString()}`);
            join(client, Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
          });
        });
      });
    });

  before(async () => {
    const authority = await createAuthority('test');
    const { public: cert, private: key } = await authority.issue({ name: 'server', hosts: ['api.invalid', 'fd00::1'] });
    const login = await authority.issue({ name: 'jane' });
    cluster = { 'certificate-authority-data': base64(authority.certificate) };
    user = { 'client-certificate-data': base64(login.public), 'client-key-data': base64(login.private) };
    // Nobody is let in without a certificate.
    const options = { cert, key, ca: authority.certificate, requestCert: true };
    const secure = createSecureServer(options, (_, response) => response.end('{}'));
    webSockets = new WebSocketServer({ server: secure });
    server = secure;
    await listen(server);
  });
  beforeEach(() => {
    asked = [];
  });
  after(() => {
    webSockets.close();
    for (const socket of sockets) socket.destroy();
    for (const one of servers) one.close();
  });

  /** A request and a WebSocket, which both must succeed. */
  async function ask(more: object): Promise<void> {
    const client = new ApiClient(
      {
        ...{ name: 'c', namespace: 'default', shadowed: [], user: { name: 'u', user } },
        cluster: { name: 'a', cluster: { ...cluster, ...more } },
      },
      UNGUARDED,
    );
    try {
      assert.equal((await client.send({ path: '/version' })).text, '{}');
      const exec = { path: '/exec', query: new URLSearchParams(), protocols: ['v5.channel.k8s.io'] };
      const socket = await client.webSocket(exec);
      assert.equal(socket.protocol, 'v5.channel.k8s.io');
      socket.terminate();
    } finally {
      client.close();
    }
  }

  it('is the same for requests and WebSockets, with the certificates of both sides', async () => {
    await ask({ server: `https://127.0.0.1:${portOf(server)}`, 'tls-server-name': 'api.invalid' });
  });

  const basic = `Basic ${base64('me:a b')}`;
  for (const [server, name, address] of [
    ['https://api.invalid:6443', undefined, 'api.invalid:6443'],
    ['https://other.invalid/prefix', 'api.invalid', 'other.invalid:443'],
    ['https://[fd00::1]:6443', undefined, '[fd00::1]:6443'],
  ] as const) {
    const more = { server, ...(name && { 'tls-server-name': name }) };

    it(`to ${server} is made by a web proxy, which is told a login and resolves names`, async () => {
      const port = await listen(webProxy());
      await ask({ ...more, 'proxy-url': `http://me:a%20b@127.0.0.1:${port}` });
      assert.deepEqual(asked, Array(2).fill(`${address} as ${basic}`));
    });

    it(`to ${server} is made by a SOCKS proxy, which is told a login and resolves names`, async () => {
      const port = await listen(socksProxy());
      await ask({ ...more, 'proxy-url': `socks5://me:a%20b@127.0.0.1:${port}` });
      const place = address.replace('[fd00::1]', `fd${'0'.repeat(29)}1`);
      assert.deepEqual(asked, Array(2).fill(`${place} as \u0002me\u0003a b`));
    });
  }
});
