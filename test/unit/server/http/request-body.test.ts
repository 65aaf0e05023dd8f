import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { until } from '../../../support/until.ts';
import { LocalServer, MAX_AT_ONCE, MAX_BODY } from './local-server.ts';

const HEADERS = { 'content-type': 'application/json', host: 'localhost' };
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

describe('the body of a request', () => {
  let server: LocalServer;
  beforeEach(async () => {
    server = await LocalServer.start();
  });
  afterEach(() => {
    server.stop();
    assert.deepEqual(server.errors, []);
  });

  async function send(pieces: readonly (string | Buffer)[]): Promise<{ status: number; body: string }> {
    const outgoing = request(`${server.url}/stateless`, { method: 'POST', headers: HEADERS });
    outgoing.on('error', () => undefined);
    for (const piece of pieces) outgoing.write(piece);
    outgoing.end();
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, body: await text(answer) };
  }

  it('is read in whatever pieces it comes', async () => {
    const cut = fc.array(fc.nat(PING.length), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(cut, async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), PING.length];
        const pieces = places.slice(1).map((end, index) => PING.slice(places[index], end));
        const { status, body } = await send(pieces.filter((piece) => piece !== ''));
        assert.deepEqual([status, JSON.parse(body).id], [200, 1]);
      }),
      { numRuns: 20 },
    );
  });

  it('may come in many pieces, but not in any number of small ones', async () => {
    const chunks = async (count: number) => {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => undefined);
      const head = Object.entries({ ...HEADERS, 'transfer-encoding': 'chunked', connection: 'close' });
      socket.write(
        `POST /stateless HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`,
      );
      socket.write('1\r\n \r\n'.repeat(count));
      socket.write(`${PING.length.toString(16)}\r\n${PING}\r\n0\r\n\r\n`);
      return text(socket);
    };
    assert.match(await chunks(1_000), /^HTTP\/1\.1 200 /);
    assert.match(await chunks(50_000), /^HTTP\/1\.1 400 .*too many pieces/s);
  });

  it('is refused when it is too large, before it has been sent, and when it is cut off', async () => {
    const endless = request(`${server.url}/stateless`, { method: 'POST', headers: HEADERS });
    endless.on('error', () => undefined).write(' '.repeat(MAX_BODY + 1));
    const [answer] = (await once(endless, 'response')) as [IncomingMessage];
    assert.deepEqual([answer.statusCode, answer.headers.connection], [413, 'close']);
    endless.destroy();
    const cut = request(`${server.url}/stateless`, { method: 'POST', headers: { ...HEADERS, 'content-length': 100 } });
    cut.on('error', () => undefined).write('{"json');
    cut.destroy();
    assert.equal((await send([PING])).status, 200);
  });

  it('is not read when too many requests of the client are under way', async () => {
    const waiting = Array.from({ length: MAX_AT_ONCE }, () => {
      const outgoing = request(`${server.url}/stateless`, { method: 'POST', headers: HEADERS });
      outgoing.on('error', () => undefined).write('{"jsonrpc":');
      return outgoing;
    });
    await until(async () => (await send([PING])).status === 429);
    for (const one of waiting) one.destroy();
    await until(async () => (await send([PING])).status === 200);
  });
});
