import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createWebServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { UnreachableError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import {
  connectionProblem,
  isNeverSent,
  isWorthAnother,
  neverSent,
} from '../../../../src/kubernetes/client/connection-failures.ts';
import { createAuthority, type Pair } from '../../../cluster/certificates.ts';
import { UNGUARDED } from '../../../support/unguarded.ts';

const failed = (code: string, more: object = {}) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code, ...more }) });

describe('connection failures', () => {
  it('know what was never sent from what may have been executed', () => {
    const codes = ['ECONNREFUSED', 'ENOTFOUND', 'CERT_HAS_EXPIRED', 'ECONNRESET', 'ETIMEDOUT', 'UND_ERR_SOCKET', ''];
    for (const code of codes) {
      assert.ok(!isNeverSent(failed(code)), `${code} of a connection in use`);
      const error = neverSent(new Error(code));
      assert.ok(isNeverSent(error) && isNeverSent(new TypeError('fetch failed', { cause: error })), code);
    }
    assert.ok(isNeverSent(failed('UND_ERR_CLOSED')));
    assert.ok(isNeverSent(failed('ERR_HTTP2_STREAM_ERROR', { http2ErrorCode: 7 })));
    assert.ok(!isNeverSent(failed('ERR_HTTP2_STREAM_ERROR', { http2ErrorCode: 2 })));
  });

  it('are said in one line of words', () => {
    const openssl = '40DD:error:0A000410:SSL routines:ssl3_read_bytes:alert:../deps/rec_layer_s3.c:918:number 40\n';
    for (const [error, expected] of [
      [failed('CERT_NOT_YET_VALID'), 'its certificate is not valid yet'],
      [failed('ECONNRESET'), 'the connection was lost'],
      [neverSent(failed('ECONNRESET')), 'it hung up before anything was sent'],
      [Object.assign(new Error(openssl), { code: 'ERR_SSL_A', library: 'SSL routines', reason: 'a' }), /^TLS .*"a"$/],
      [new Error('Proxy response (407) !== 200 when HTTP Tunneling'), 'the proxy answered 407: it wants a login'],
      [new Error('two\nlines\n'), 'two lines'],
    ] as const) {
      const problem = connectionProblem(error);
      if (typeof expected === 'string') assert.equal(problem, expected);
      else assert.match(problem, expected);
    }
  });

  it('repeat a write only when it was never sent', () => {
    for (const code of ['ECONNRESET', 'UND_ERR_SOCKET', 'UND_ERR_INFO', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']) {
      assert.ok(isWorthAnother(failed(code), true), code);
      assert.ok(!isWorthAnother(failed(code), false), code);
    }
    assert.ok(isWorthAnother(failed('ERR_HTTP2_STREAM_ERROR', { http2ErrorCode: 7 }), false));
    assert.ok(isWorthAnother(neverSent(failed('ECONNRESET')), false));
    assert.ok(!isWorthAnother(neverSent(failed('ECONNREFUSED')), false), 'it would fail again');
  });
});

/** The pieces of the two kinds of writes. */
const POST = { method: 'POST', path: '/api/v1/namespaces/a/pods', body: {}, timeout: 5_000 } as const;
const EXEC = { path: '/api/v1/namespaces/a/pods/b/exec', query: new URLSearchParams(), protocols: ['a'] };

const base64 = (pem: string) => Buffer.from(pem).toString('base64');

describe('a write that never left', () => {
  let cluster: { 'certificate-authority-data': string };
  let pairs: [Pair, Pair];
  /** Was asked for something. */
  let isReached = false;
  let server: Server;
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  async function listen(one: Server): Promise<string> {
    servers.push(one.on('connection', (socket) => sockets.add(socket.on('error', () => undefined))));
    one.listen(0, '127.0.0.1');
    await once(one, 'listening');
    return `127.0.0.1:${(one.address() as AddressInfo).port}`;
  }

  /** An address where nobody listens. */
  async function nowhere(): Promise<string> {
    const one = createServer();
    const address = await listen(one);
    one.close();
    await once(one, 'close');
    return address;
  }

  before(async () => {
    const authority = await createAuthority('test');
    cluster = { 'certificate-authority-data': base64(authority.certificate) };
    const issue = () => authority.issue({ name: 'server', hosts: ['127.0.0.1'] });
    pairs = [await issue(), await issue()];
    const [{ public: cert, private: key }] = pairs;
    server = createSecureServer({ cert, key }, (_, response) => {
      isReached = true;
      response.end('{}');
    });
    await listen(server);
  });
  after(() => {
    for (const socket of sockets) socket.destroy();
    for (const one of servers) one.close();
  });

  /** A proxy that answers CONNECT so. */
  const webProxy = (status: string) =>
    listen(createWebServer().on('connect', (_, socket) => socket.end(`HTTP/1.1 ${status}\r\n\r\n`)));
  /** Takes any connection, and refuses to go on. */
  const socksProxy = () =>
    listen(
      createServer((socket) => {
        socket.once('data', () => {
          socket.write(Uint8Array.of(5, 0));
          socket.once('data', () => socket.end(Uint8Array.of(5, 5, 0, 1, 0, 0, 0, 0, 0, 0)));
        });
      }),
    );

  const cases: Record<string, [RegExp, () => Promise<{ cluster?: object; user?: object }>]> = {
    'as nobody listens': [
      /connection was refused/,
      async () => ({ cluster: { server: `https://${await nowhere()}` } }),
    ],
    'as its host has no address': [
      /host name does not resolve/,
      async () => ({ cluster: { server: 'https://nowhere.invalid' } }),
    ],
    'as its proxy wants a login': [
      /proxy answered 407: it wants a login/,
      async () => ({ cluster: { 'proxy-url': `http://${await webProxy('407 A')}` } }),
    ],
    'as its proxy reaches nothing': [
      /proxy answered 503/,
      async () => ({ cluster: { 'proxy-url': `http://${await webProxy('503 A')}` } }),
    ],
    'as its proxy is down': [
      /connection was refused/,
      async () => ({ cluster: { 'proxy-url': `http://${await nowhere()}` } }),
    ],
    'as its SOCKS proxy is down': [
      /ECONNREFUSED/,
      async () => ({ cluster: { 'proxy-url': `socks5://${await nowhere()}` } }),
    ],
    'as its SOCKS proxy refuses': [
      /ConnectionRefused/,
      async () => ({ cluster: { 'proxy-url': `socks5://${await socksProxy()}` } }),
    ],
    'as its key is that of another certificate': [
      /client key belongs to another certificate/,
      async () => ({
        user: {
          'client-certificate-data': base64(pairs[0].public),
          'client-key-data': base64(pairs[1].private),
        },
      }),
    ],
    'as the server hangs up instead of encrypting': [
      /hung up before anything was sent/,
      async () => ({
        cluster: { server: `https://${await listen(createServer((s) => s.once('data', () => s.destroy())))}` },
      }),
    ],
    'as the server encrypts as nobody should': [
      /speaks no version of TLS that is safe/,
      async () => {
        const [{ public: cert, private: key }] = pairs;
        const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
        return { cluster: { server: `https://${await listen(createSecureServer({ cert, key, ...old }))}` } };
      },
    ],
    'as the server answers without encryption': [
      /does not answer with TLS/,
      async () => ({
        cluster: {
          server: `https://${await listen(createServer((s) => s.once('data', () => s.end('HTTP/1.1 400 A\r\n\r\n'))))}`,
        },
      }),
    ],
    'as the certificate is for another host': [
      /for another host name/,
      async () => ({ cluster: { 'tls-server-name': 'other.example' } }),
    ],
  };
  for (const [why, [expected, differences]] of Object.entries(cases))
    it(`${why} has no unknown outcome`, async () => {
      const { cluster: more, user = {} } = await differences();
      const { port } = server.address() as AddressInfo;
      const client = new ApiClient(
        {
          ...{ name: 'c', namespace: 'default', shadowed: [], user: { name: 'u', user } },
          cluster: { name: 'a', cluster: { server: `https://127.0.0.1:${port}`, ...cluster, ...more } },
        },
        UNGUARDED,
      );
      isReached = false;
      try {
        const failures = [client.send(POST), client.webSocket(EXEC)].map((sent) =>
          sent.catch((error: unknown) => error),
        );
        const [posted, executed] = await Promise.all(failures);
        for (const error of [posted, executed]) assert.ok(error instanceof UnreachableError, String(error));
        assert.match(String(posted), expected);
        assert.ok(!isReached);
      } finally {
        client.close();
      }
    });
});
