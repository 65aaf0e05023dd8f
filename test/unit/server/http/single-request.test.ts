import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import fc from 'fast-check';
import { sendJson } from '../../../../src/server/http/base/http-error.ts';
import { SingleRequest } from '../../../../src/server/http/single-request.ts';
import { type UnreadResponse, unreadResponse } from './unread-response.ts';

const PROGRESS: JSONRPCMessage = {
  jsonrpc: '2.0',
  method: 'notifications/progress',
  params: { progressToken: 1, progress: 1 },
};
const ANSWER: JSONRPCMessage = { jsonrpc: '2.0', id: 1, result: { text: 'a'.repeat(1_000) } };
const FAILURE: JSONRPCMessage = { jsonrpc: '2.0', id: 1, error: { code: -32_601, message: 'no such method' } };

async function begin(accept: string): Promise<{ client: UnreadResponse; transport: SingleRequest }> {
  const client = await unreadResponse(accept);
  const transport = new SingleRequest(client.request, client.response, { jsonrpc: '2.0', id: 1, method: 'ping' });
  await transport.start();
  return { client, transport };
}

describe('SingleRequest', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval'] }));
  afterEach(() => mock.timers.reset());

  it('answers with a stream what takes long, and sends nothing after its end', async () => {
    const { client, transport } = await begin('text/event-stream');
    await transport.send(PROGRESS);
    mock.timers.tick(15_000);
    await transport.send(ANSWER);
    await transport.send(PROGRESS);
    mock.timers.tick(60_000);
    client.read();
    for (let turns = 0; turns < 10; turns += 1) await turn();
    const events = client.sent.match(/^(: still here|data: .*)/gm) ?? [];
    assert.deepEqual(events, [`data: ${JSON.stringify(PROGRESS)}`, ': still here', `data: ${JSON.stringify(ANSWER)}`]);
    assert.deepEqual([client.response.closed, client.errors], [true, []]);
  });

  it('never fails, whatever comes in whatever order', async () => {
    const steps: Record<string, (of: Awaited<ReturnType<typeof begin>>) => unknown> = {
      progress: ({ transport }) => transport.send(PROGRESS),
      answer: ({ transport }) => transport.send(ANSWER),
      failure: ({ transport }) => transport.send(FAILURE),
      moment: () => mock.timers.tick(5_000),
      minute: () => mock.timers.tick(60_000),
      turn: () => turn(),
      read: ({ client }) => client.read(),
      leave: ({ client: { request } }) => request.socket.destroy(),
      close: ({ transport }) => transport.close(),
      // A handler that fails is answered for.
      refuse: ({ client: { response } }) => response.headersSent || sendJson(response, 500, {}),
    };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('text/event-stream', 'application/json'),
        fc.array(fc.constantFrom(...Object.keys(steps)), { maxLength: 12 }),
        async (accept, names) => {
          const given = await begin(accept);
          for (const name of names) await steps[name]?.(given);
          mock.timers.tick(60_000);
          await turn();
          assert.deepEqual(given.client.errors, []);
        },
      ),
      { numRuns: 100 },
    );
  });
});
