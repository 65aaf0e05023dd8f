import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { until } from '../../../support/until.ts';
import { answersIn, CALL, LocalServer } from './local-server.ts';

describe('Streamable HTTP with sessions', () => {
  let server: LocalServer;
  let session: Record<string, string>;
  beforeEach(async () => {
    server = await LocalServer.start();
    session = await server.begin();
  });
  afterEach(() => {
    server.stop();
    assert.deepEqual(server.errors, []);
  });
  const post = (body: object, headers: Record<string, string> = {}) =>
    server.post('/mcp', body, { ...session, ...headers });
  const resume = (last: string, signal?: AbortSignal) =>
    fetch(`${server.url}/mcp`, {
      headers: { ...session, accept: 'text/event-stream', 'last-event-id': last },
      signal: signal ?? null,
    });
  const lastEventIn = (events: string) => events.match(/(?<=^id: ).+/gm)?.at(-1) ?? '';

  /** Asks, and goes away before there is an answer; returns the event to resume from. */
  async function abandon(body: object): Promise<string> {
    const reader = (await post(body)).body?.getReader();
    const event = lastEventIn(new TextDecoder().decode((await reader?.read())?.value));
    await reader?.cancel();
    assert.ok(event);
    return event;
  }

  it('gives the answer that a client has missed, and ends with it', async () => {
    const event = await abandon({ id: 1, ...CALL });
    server.failCalls();
    await until(() => server.pending === 0);
    const rest = await (await resume(event)).text();
    assert.deepEqual(
      answersIn(rest).map(({ id }) => id),
      [1],
    );
    // Nothing more can come.
    assert.equal((await resume(lastEventIn(rest))).status, 204);
    await until(() => !server.isBusy);
  });

  it('goes on with a stream until all that was asked on it is answered', async () => {
    const event = await abandon([
      { id: 1, ...CALL },
      { id: 2, method: 'ping' },
    ]);
    await until(() => server.pending === 1);
    const resumed = await resume(event);
    assert.equal(resumed.status, 200);
    server.failCalls();
    assert.equal(answersIn(await resumed.text()).at(-1)?.id, 1);
    await until(() => !server.isBusy);
  });

  it('goes on with a stream of which one request was cancelled', async () => {
    // Before 2025-11-25 a stream begins with its first answer.
    const version = { 'mcp-protocol-version': '2025-03-26' };
    const calls = [1, 2].map((id) => ({ id, ...CALL }));
    const answer = post(calls, version);
    await until(() => server.pending === 2);
    await post({ method: 'notifications/cancelled', params: { requestId: 1 } });
    const reader = (await answer).body?.getReader();
    const event = lastEventIn(new TextDecoder().decode((await reader?.read())?.value));
    await reader?.cancel();
    assert.ok(event);
    const resumed = await resume(event);
    assert.equal(resumed.status, 200);
    server.failCalls();
    assert.equal(answersIn(await resumed.text()).at(-1)?.id, 2);
    await until(() => !server.isBusy);
  });

  it('ends no stream on which a client waits for what may happen', async () => {
    const abort = new AbortController();
    const standing = await fetch(`${server.url}/mcp`, {
      headers: { ...session, accept: 'text/event-stream' },
      signal: abort.signal,
    });
    await (await post({ id: 1, method: 'ping' })).text();
    assert.equal(standing.status, 200);
    assert.ok(server.isBusy);
    abort.abort();
    await until(() => !server.isBusy);
  });

  it('refuses a request whose id is that of one under way, and takes it afterwards', async () => {
    const first = await post({ id: 1, ...CALL });
    const second = await post({ id: 1, method: 'ping' });
    assert.deepEqual(
      [second.status, ((await second.json()) as { error: { code: number } }).error.code],
      [400, -32_600],
    );
    server.failCalls();
    assert.match(await first.text(), /There is no cluster/);
    await until(() => server.pending === 0);
    assert.equal((await post({ id: 1, method: 'ping' })).status, 200);
  });

  it('answers a batch with a list, however short, and an empty one with an error', async () => {
    const ping = (id: number) => ({ id, method: 'ping' });
    for (const [path, headers] of [
      ['/mcp', { ...session, accept: 'application/json' }],
      ['/stateless', {}],
    ] as const) {
      const ask = async (body: object) => {
        const answer = await server.post(path, body, headers);
        return { status: answer.status, body: JSON.parse((await answer.text()) || 'null') };
      };
      assert.deepEqual((await ask(ping(1))).body.id, 1);
      for (const ids of [[2], [3, 4]]) {
        const { body } = await ask(ids.map(ping));
        assert.deepEqual(new Set(body.map(({ id }: { id: number }) => id)), new Set(ids));
      }
      assert.deepEqual(await ask([{ method: 'notifications/initialized' }]), { status: 202, body: null });
      const { status, body } = await ask([]);
      assert.deepEqual([status, body.error.code], [400, -32_600]);
    }
  });

  it('ends with an error for a client that reads JSON only when its session is ended', async () => {
    const answer = post({ id: 1, ...CALL }, { accept: 'application/json' });
    await until(() => server.pending > 0);
    await fetch(`${server.url}/mcp`, { method: 'DELETE', headers: session });
    const { id, error } = (await (await answer).json()) as { id: number; error: { message: string } };
    assert.deepEqual([id, error.message], [1, 'The session has ended.']);
  });

  it('knows no other methods, in whatever form they come', async () => {
    const status = async (line: string) => {
      const socket = connect(server.port, '127.0.0.1');
      const host = 'Host: elsewhere.example.com';
      const headers = Object.entries(session).map(([name, value]) => `${name}: ${value}`);
      const lines = [line, line.includes('http://') ? host : 'Host: localhost', ...headers, 'Connection: close'];
      socket.end(`${lines.join('\r\n')}\r\n\r\n`);
      return Number((await text(socket)).split(' ')[1]);
    };
    for (const method of ['TRACE', 'PUT', 'HEAD', 'PATCH', 'QUERY'])
      assert.equal(await status(`${method} /mcp HTTP/1.1`), 405, method);
    // The target in absolute form counts instead of the Host.
    assert.equal(await status('DELETE http://localhost:1/mcp?x=y HTTP/1.1'), 200);
    assert.equal(await status('DELETE http://elsewhere.example.com/mcp HTTP/1.1'), 403);
    assert.equal(await status('DELETE http://name:word@localhost/mcp HTTP/1.1'), 403);
    assert.equal(await status('DELETE http://localhost HTTP/1.1'), 404);
  });
});
