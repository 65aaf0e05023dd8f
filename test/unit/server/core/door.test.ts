import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  ElicitRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { Call } from '../../../../src/server/core/call.ts';
import { cleared, GuardedServer } from '../../../../src/server/core/door.ts';
import { RequestError } from '../../../../src/server/core/request-error.ts';

const VALUE = 'c0rrect-h0rse!battery';
const SECRET = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db' },
  data: { password: Buffer.from(VALUE).toString('base64') },
};
const PATH = '/api/v1/namespaces/shop/secrets/db';
const capabilities = { tools: {}, resources: { subscribe: true }, prompts: {}, completions: {}, logging: {} };

/** Plain, in base64, and partial. */
const SAYING = `Invalid value: "${VALUE}" ${Buffer.from(`:${VALUE}`).toString('base64')} ${VALUE.slice(2, 12)}`;

/** One request of each kind a client may send, with the text fields of its answer. */
const requests: [Parameters<GuardedServer['setRequestHandler']>[0], string, object, object][] = [
  [ListToolsRequestSchema, 'tools/list', {}, { tools: [{ name: SAYING, inputSchema: { type: 'object' } }] }],
  [CallToolRequestSchema, 'tools/call', { name: 'x' }, { content: [{ type: 'text', text: SAYING }] }],
  [CallToolRequestSchema, 'tools/call', { name: 'x' }, { isError: true, content: [{ type: 'text', text: SAYING }] }],
  [ListResourcesRequestSchema, 'resources/list', {}, { resources: [{ uri: SAYING, name: SAYING }] }],
  [
    ListResourceTemplatesRequestSchema,
    'resources/templates/list',
    {},
    { resourceTemplates: [{ uriTemplate: 'k8s:', name: SAYING }] },
  ],
  [ReadResourceRequestSchema, 'resources/read', { uri: 'k8s:' }, { contents: [{ uri: 'k8s:', text: SAYING }] }],
  [SubscribeRequestSchema, 'resources/subscribe', { uri: 'k8s:' }, { said: SAYING }],
  [UnsubscribeRequestSchema, 'resources/unsubscribe', { uri: 'k8s:' }, { said: SAYING }],
  [ListPromptsRequestSchema, 'prompts/list', {}, { prompts: [{ name: 'x', description: SAYING }] }],
  [
    GetPromptRequestSchema,
    'prompts/get',
    { name: 'x' },
    { messages: [{ role: 'user', content: { type: 'text', text: SAYING } }] },
  ],
  [
    CompleteRequestSchema,
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'x' }, argument: { name: 'a', value: '' } },
    { completion: { values: [SAYING] } },
  ],
];

interface Line {
  id?: number;
  method?: string;
  params?: { message?: string };
  result?: unknown;
  error?: { message: string };
}

/** The messages that the server sends in answer to this. */
async function answersTo(server: GuardedServer, method: string, params: object): Promise<Line[]> {
  const [mine, its] = InMemoryTransport.createLinkedPair();
  const lines: Line[] = [];
  const answered = new Promise<void>((resolve) => {
    mine.onmessage = (message) => {
      lines.push(message as Line);
      if ('id' in message && !('method' in message)) resolve();
    };
  });
  await server.connect(its);
  await mine.start();
  await mine.send({ jsonrpc: '2.0', id: 1, method, params: { ...params } });
  await answered;
  await server.close();
  return lines;
}

function assertClean(lines: readonly Line[]): void {
  const said = JSON.stringify(lines);
  for (const form of [VALUE, Buffer.from(`:${VALUE}`).toString('base64').slice(2)])
    for (let at = 0; at + 8 <= form.length; at += 1) assert.ok(!said.includes(form.slice(at, at + 8)), said);
  assert.match(said, /<redacted>/);
}

describe('the door', () => {
  for (const [schema, method, params, result] of requests) {
    it(`lets no redacted value out with a result of ${method}${'isError' in result ? ' that is an error' : ''}`, async () => {
      const server = new GuardedServer({ name: 'test', version: '1' }, { capabilities });
      server.setRequestHandler(schema, async () => {
        Call.current()?.saw({ path: PATH }, SECRET);
        await new Promise(setImmediate);
        return result;
      });
      assertClean(await answersTo(server, method, params));
    });

    it(`nor with an error of ${method}`, async () => {
      const server = new GuardedServer({ name: 'test', version: '1' }, { capabilities });
      server.setRequestHandler(schema, async () => {
        Call.current()?.saw({ path: PATH }, SECRET);
        throw new RequestError(SAYING, undefined, { about: SAYING });
      });
      assertClean(await answersTo(server, method, params));
    });
  }

  it('nor with what is told while a call runs', async () => {
    const server = new GuardedServer({ name: 'test', version: '1' }, { capabilities });
    server.setRequestHandler(CallToolRequestSchema, async (_, { sendNotification }) => {
      Call.current()?.saw({ path: PATH }, SECRET);
      const progress = { progressToken: 1, progress: 1, message: SAYING };
      await sendNotification({ method: 'notifications/progress', params: progress });
      await server.sendLoggingMessage({ level: 'info', data: SAYING });
      await server.sendLoggingMessage({ level: 'info', data: 'password=hunter2' });
      return { content: [] };
    });
    const lines = await answersTo(server, 'tools/call', { name: 'x' });
    assert.equal(lines.length, 4);
    assertClean(lines);
    assert.doesNotMatch(JSON.stringify(lines), /hunter2/);
  });

  it('nor with what is told later, by another message', async () => {
    const server = new GuardedServer({ name: 'test', version: '1' }, { capabilities });
    const later: object[] = [];
    server.setRequestHandler(CallToolRequestSchema, async () => {
      Call.current()?.saw({ path: PATH }, SECRET);
      later.push(await cleared({ content: [{ type: 'text', text: SAYING }] }));
      later.push(await cleared({ isError: true, text: `${SAYING} password=hunter2` }));
      return { content: [] };
    });
    await answersTo(server, 'tools/call', { name: 'x' });
    assert.equal(later.length, 2);
    for (const result of later) assertClean([{ result }]);
    assert.doesNotMatch(JSON.stringify(later), /hunter2/);
  });

  it('nor with a question to the user, who sees what the client wants to write', async () => {
    const server = new GuardedServer({ name: 'test', version: '1' }, { capabilities });
    server.setRequestHandler(CallToolRequestSchema, async () => {
      Call.current()?.saw({ path: PATH }, SECRET);
      await server.elicitInput({
        message: `${SAYING} note: of-the-client-s-own`,
        requestedSchema: { type: 'object', properties: {} },
      });
      return { content: [] };
    });
    const client = new Client({ name: 'test', version: '1' }, { capabilities: { elicitation: {} } });
    const asked: string[] = [];
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked.push(params.message);
      return { action: 'decline' };
    });
    const [mine, its] = InMemoryTransport.createLinkedPair();
    await Promise.all([server.connect(its), client.connect(mine)]);
    await client.callTool({ name: 'x', arguments: { patch: '{"note":"of-the-client-s-own"}' } });
    await client.close();
    assert.match(asked.join(), /note: of-the-client-s-own$/);
    assertClean(asked.map((message) => ({ params: { message } })));
  });

  it('lets a client see what it has said itself, whether it is a redacted value or not', async () => {
    for (const guess of [VALUE, 'wr0ng-h0rse!battery__']) {
      const server = new GuardedServer({ name: 'test', version: '1' }, { capabilities });
      server.setRequestHandler(CallToolRequestSchema, async () => {
        Call.current()?.saw({ path: PATH }, SECRET);
        return { content: [{ type: 'text', text: `${guess}: null` }] };
      });
      const [line] = await answersTo(server, 'tools/call', { name: 'x', arguments: { fields: [guess] } });
      assert.match(JSON.stringify(line), new RegExp(`"${guess}: null"`));
    }
  });

  it('hides what the client wanted to write like what is there, in what others say about it', async () => {
    const said = await Promise.all(
      [VALUE, 'wr0ng-h0rse!battery__'].map(async (guess) => {
        const server = new GuardedServer({ name: 'test', version: '1' }, { capabilities });
        server.setRequestHandler(CallToolRequestSchema, async () => {
          Call.current()?.saw({ path: PATH }, SECRET);
          return { isError: true, content: [{ type: 'text', text: `"db" is invalid: "${guess}", was "${VALUE}"` }] };
        });
        const patch = JSON.stringify({ metadata: { labels: { a: guess } } });
        return answersTo(server, 'tools/call', { name: 'x', arguments: { name: 'db', patch } });
      }),
    );
    assert.deepEqual(said[0], said[1]);
    assert.match(JSON.stringify(said), /\\"db\\" is invalid: \\"<redacted>\\", was \\"<redacted>\\"/);
  });

  it('withholds what it cannot search', async () => {
    const server = new GuardedServer({ name: 'test', version: '1' }, { capabilities });
    server.setRequestHandler(CallToolRequestSchema, async () => {
      Call.current()?.saw({ path: PATH }, SECRET);
      return { content: [{ type: 'text', text: `\uffff${VALUE}` }] };
    });
    const [line] = await answersTo(server, 'tools/call', { name: 'x' });
    assert.match(line?.error?.message ?? '', /^The answer was withheld/);
  });

  it('keeps calls apart', async () => {
    const server = new GuardedServer({ name: 'test', version: '1' }, { capabilities });
    server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
      if (params.name === 'reads') Call.current()?.saw({ path: PATH }, SECRET);
      await new Promise(setImmediate);
      return { content: [{ type: 'text', text: VALUE }] };
    });
    const client = new Client({ name: 'test', version: '1' });
    const [mine, its] = InMemoryTransport.createLinkedPair();
    await Promise.all([server.connect(its), client.connect(mine)]);
    const [reads, other] = await Promise.all(['reads', 'other'].map((name) => client.callTool({ name })));
    await client.close();
    assert.match(JSON.stringify(reads), /<redacted>/);
    assert.match(JSON.stringify(other), new RegExp(VALUE));
  });
});
