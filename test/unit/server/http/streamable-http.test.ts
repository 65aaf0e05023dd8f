import assert from 'node:assert/strict';
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

  it('ends with an error for a client that reads JSON only when its session is ended', async () => {
    const answer = post({ id: 1, ...CALL }, { accept: 'application/json' });
    await until(() => server.pending > 0);
    await fetch(`${server.url}/mcp`, { method: 'DELETE', headers: session });
    const { id, error } = (await (await answer).json()) as { id: number; error: { message: string } };
    assert.deepEqual([id, error.message], [1, 'The session has ended.']);
  });
});
