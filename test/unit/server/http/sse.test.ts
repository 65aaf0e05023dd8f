import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { until } from '../../../support/until.ts';
import { type Answer, answersIn, CALL, LocalServer, MAX_AT_ONCE, MAX_BODY } from './local-server.ts';

describe('SSE', () => {
  let server: LocalServer;
  let abort: AbortController;
  let told: string;
  let path: string;

  async function open(rate = 0): Promise<void> {
    server = await LocalServer.start(rate);
    abort = new AbortController();
    told = '';
    const { body } = await fetch(`${server.url}/sse`, { signal: abort.signal });
    void (async () => {
      for await (const piece of body ?? []) told += new TextDecoder().decode(piece);
    })().catch(() => undefined);
    await until(() => /data: .*\n/.test(told));
    path = /data: (.*)\n/.exec(told)?.[1] ?? '';
  }
  afterEach(() => {
    abort.abort();
    server.stop();
    assert.deepEqual(server.errors, []);
  });

  /** The answer with this id on the stream. */
  async function answer(id: unknown): Promise<Answer> {
    const find = () => answersIn(told).find((one) => one.id === id);
    await until(() => find() !== undefined);
    return find() as Answer;
  }

  it('answers on the stream what is refused, whatever the reason, by its id', async () => {
    await open();
    const params = (value: string) => `"method":"tools/call","params":{"name":"x","arguments":{"id":3,"a":${value}}}`;
    const deep = '['.repeat(600) + ']'.repeat(600);
    const large = `"${'x'.repeat(MAX_BODY)}"`;
    for (const [id, body, code] of [
      [1, `[{"jsonrpc":"2.0","id":1,"method":"ping"}]`, -32_600],
      [2, `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":[1]}`, -32_600],
      [4, `{"jsonrpc":"2.0","id":4,${params(deep)}}`, -32_000],
      ['last', `{"jsonrpc":"2.0",${params(deep)},"id":"last"}`, -32_000],
      [5, `{"jsonrpc":"2.0",${params(large)},"id":5}`, -32_000],
      [6, `{"jsonrpc":"2.0","id":6,${params('nope')}}`, -32_700],
      [7, `{"id":7,"method":"ping"}`, -32_600],
    ] as const) {
      assert.equal((await server.post(path, body)).status, 202, body.slice(0, 100));
      assert.equal((await answer(id)).error?.code, code);
    }
    const type = { 'content-type': 'text/plain' };
    assert.equal((await server.post(path, '{"jsonrpc":"2.0","id":8,"method":"ping"}', type)).status, 202);
    assert.match((await answer(8)).error?.message ?? '', /application\/json/);
    assert.equal((await server.post(path, { id: 9, method: 'ping' })).status, 202);
    assert.equal((await answer(9)).error, undefined);
  });

  it('answers so what is too large and of unknown length, too', async () => {
    await open();
    const body = JSON.stringify({ jsonrpc: '2.0', method: 'ping', params: { a: 'x'.repeat(MAX_BODY) }, id: 1 });
    const outgoing = request(server.url + path, { method: 'POST', headers: { 'content-type': 'application/json' } });
    for (let at = 0; at < body.length; at += 1_000) outgoing.write(body.slice(at, at + 1_000));
    outgoing.end();
    const [{ statusCode }] = (await once(outgoing, 'response')) as [IncomingMessage];
    assert.equal(statusCode, 202);
    assert.equal((await answer(1)).error?.code, -32_000);
  });

  it('refuses by a status what cannot be answered', async () => {
    await open();
    for (const [body, status] of [
      ['hello', 400],
      ['[]', 400],
      ['{"jsonrpc":"2.0"}', 400],
      [' '.repeat(MAX_BODY + 1), 413],
      [`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"${'x'.repeat(3 * MAX_BODY)}"}}`, 413],
    ] as const)
      assert.equal((await server.post(path, body)).status, status, body.slice(0, 100));
    const elsewhere = '/message?sessionId=nothing';
    assert.equal((await server.post(elsewhere, '{"id":1,"method":"ping","params":nope}')).status, 404);
    assert.equal((await fetch(server.url + path)).status, 405);
    assert.deepEqual(answersIn(told), []);
  });

  it('answers on the stream what is too much at once', async () => {
    await open(1);
    const ids = Array.from({ length: 30 }, (_, index) => index + 1);
    const asked = await Promise.all(ids.map((id) => server.post(path, { id, method: 'ping' })));
    assert.deepEqual(new Set(asked.map(({ status }) => status)), new Set([202]));
    const answers = await Promise.all(ids.map(answer));
    assert.ok(answers.filter(({ error }) => error !== undefined).length >= MAX_AT_ONCE);
  });

  it('does not keep the room of a call that is cancelled', async () => {
    await open();
    for (let id = 1; id <= 3 * MAX_AT_ONCE; id += 1) {
      await server.post(path, { id, ...CALL });
      await server.post(path, { method: 'notifications/cancelled', params: { requestId: id } });
    }
    await server.post(path, { id: 100, method: 'ping' });
    assert.equal((await answer(100)).error, undefined);
    assert.equal(server.pending, 0);
  });
});
