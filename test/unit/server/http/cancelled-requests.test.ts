import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { until } from '../../../support/until.ts';
import { answersIn, CALL, LocalServer, MAX_AT_ONCE } from './local-server.ts';

const cancel = (requestId: unknown) => ({ method: 'notifications/cancelled', params: { requestId } });
const CANCELLED = -32_800;

describe('a request that is cancelled', () => {
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

  it('ends its stream, so that there is room for others, and nobody is waited for', async () => {
    for (let id = 1; id <= 3 * MAX_AT_ONCE; id += 1) {
      const answer = await post({ id, ...CALL });
      assert.equal(answer.status, 200);
      assert.equal((await post(cancel(id))).status, 202);
      const [{ error } = {}] = answersIn(await answer.text());
      assert.equal(error?.code, CANCELLED);
    }
    assert.equal((await post({ id: 100, method: 'ping' })).status, 200);
    await until(() => !server.isBusy);
  });

  it('ends the response of a client that reads JSON only', async () => {
    const answer = post({ id: 1, ...CALL }, { accept: 'application/json' });
    await until(() => server.pending > 0);
    await post(cancel(1));
    const { id, error } = (await (await answer).json()) as { id: number; error: { code: number } };
    assert.deepEqual([id, error.code], [1, CANCELLED]);
  });

  it('in a batch holds up no other, and is held up by none', async () => {
    const ping = { id: 2, method: 'ping' };
    for (const [path, accept] of [
      ['/mcp', 'text/event-stream'],
      ['/mcp', 'application/json'],
      ['/stateless', 'application/json'],
    ] as const) {
      const headers = path === '/mcp' ? { ...session, accept } : { accept };
      const answer = await server.post(path, [{ id: 1, ...CALL }, ping, cancel(1)], headers);
      const text = await answer.text();
      const answers = accept === 'application/json' ? JSON.parse(text) : answersIn(text);
      const byId = new Map(answers.map(({ id, error }: { id: number; error?: { code: number } }) => [id, error?.code]));
      assert.deepEqual([byId.get(1), byId.has(2), byId.get(2)], [CANCELLED, true, undefined], text);
    }
  });

  it('that is answered already, unknown, or none is no mistake', async () => {
    await (await post({ id: 1, method: 'ping' })).text();
    for (const id of [1, 'nothing', 0, '', null, {}]) assert.equal((await post(cancel(id))).status, 202);
    const answer = await post({ id: 0, ...CALL });
    await post(cancel(0));
    server.failCalls();
    assert.match(await answer.text(), /There is no cluster/);
  });

  it('leaves nothing behind of the SDK’s client, which resumes what has ended', async () => {
    const asked: string[] = [];
    const statuses: number[] = [];
    const transport = new StreamableHTTPClientTransport(new URL('/mcp', server.url), {
      reconnectionOptions: {
        initialReconnectionDelay: 1,
        maxReconnectionDelay: 1,
        reconnectionDelayGrowFactor: 1,
        maxRetries: 2,
      },
      fetch: async (url, init) => {
        const answer = await fetch(url, init);
        const last = new Headers(init?.headers).get('last-event-id');
        if (last !== null) {
          asked.push(last);
          statuses.push(answer.status);
        }
        return answer;
      },
    });
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport as Parameters<Client['connect']>[0]);
    const abort = new AbortController();
    const call = client.callTool(CALL.params, undefined, { signal: abort.signal });
    await until(() => server.pending > 0);
    abort.abort();
    await assert.rejects(call);
    await until(() => asked.length > 0);
    assert.deepEqual(statuses, [204]);
    await client.ping();
    assert.equal(asked.length, 1);
    await client.close();
  });
});
