import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { HttpServer, INITIALIZE } from './http-process.ts';
import { McpServer, RawServer } from './mcp-process.ts';

const LIST = { name: 'list_resources', arguments: { kind: 'deploy', namespace: 'shop' } };
const FOUND = /deployments\.apps in namespace shop/;
const WEB = { kind: 'deploy', name: 'web', namespace: 'shop' };
const POSTGRES = { kind: 'sts', name: 'postgres', namespace: 'shop' };
const request = (params: object | null, id = 1) => ({ jsonrpc: '2.0', id, method: 'tools/call', params });

describe('a client that forgives nothing', () => {
  let kubeconfig: string;
  before(async () => {
    kubeconfig = (await testCluster()).kubeconfig('admin');
  });
  const start = (...args: string[]) => HttpServer.start(['--kubeconfig', kubeconfig, ...args]);

  /** Begins a session, and returns the header that continues it. */
  async function begin(
    server: HttpServer,
    headers: Record<string, string> = {},
    clientInfo = { name: 'raw', version: '1' },
  ) {
    const answer = await server.post('/mcp', { ...INITIALIZE, params: { ...INITIALIZE.params, clientInfo } }, headers);
    assert.equal(answer.status, 200, await answer.text());
    return { 'mcp-session-id': answer.headers.get('mcp-session-id') ?? '' };
  }

  it('may begin anew with the id of a session that is gone, or that it has', async () => {
    const server = await start();
    for (const stale of ['of-another-life', (await begin(server))['mcp-session-id']]) {
      const session = await begin(server, { 'mcp-session-id': stale });
      assert.notEqual(session['mcp-session-id'], stale);
      assert.match(await (await server.post('/mcp', request(LIST), session)).text(), FOUND);
    }
    const gone = await server.post('/mcp', request(LIST), { 'mcp-session-id': 'of-another-life' });
    assert.equal(gone.status, 404);
  });

  it('goes on with its session after a restart, as the one who began it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-restart-'));
    const tokens = join(folder, 'tokens');
    const [anna, bob] = ['a'.repeat(40), 'b'.repeat(40)];
    await writeFile(tokens, `${anna},anna\n${bob},bob\n`);
    const flags = ['--auth-token-file', tokens, '--enable-update', '--review', 'required'];
    const first = await start(...flags);
    let current = first;
    const { client, transport, call } = await first.connect({
      token: anna,
      capabilities: { elicitation: {} },
      fetch: async (url, init) => {
        // A session has one standing stream, and below the test opens it.
        if (current !== first && init?.method === 'GET') return new Response(null, { status: 405 });
        return fetch(String(url).replace(first.url(), current.url()), init);
      },
    });
    const asked = Promise.withResolvers<string>();
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      asked.resolve(params.message);
      return { action: 'decline' };
    });
    assert.match(await call('list_resources', LIST.arguments), FOUND);
    const session = { 'mcp-session-id': 'sessionId' in transport ? (transport.sessionId ?? '') : '' };
    const second = await start(...flags);
    first.process.kill('SIGKILL');
    await first.exited;
    current = second;

    const as = (token: string) => ({ ...session, authorization: `Bearer ${token}` });
    assert.equal((await second.post('/mcp', request(LIST), as(bob))).status, 404);
    const answers = await Promise.all(Array.from({ length: 5 }, () => call('list_resources', LIST.arguments)));
    for (const answer of answers) assert.match(answer, FOUND);
    assert.match(
      await call('scale_resource', { ...POSTGRES, replicas: 5 }),
      /The user rejected this; nothing was written/,
    );
    assert.match(await asked.promise, /postgres/);
    assert.equal((await second.post('/mcp', request(LIST), as(bob))).status, 404);

    // It may have missed that its tools have changed, whichever event it knows of.
    const stream = await fetch(second.url('/mcp'), {
      headers: { ...as(anna), accept: 'text/event-stream', 'last-event-id': 'of-before-1-standing' },
    });
    const reader = stream.body?.getReader();
    const told = new TextDecoder().decode((await reader?.read())?.value);
    assert.match(told, /notifications\/tools\/list_changed/);
    await reader?.cancel();
    await fetch(second.url('/mcp'), { method: 'DELETE', headers: as(anna) });
    assert.equal((await second.post('/mcp', request(LIST), as(anna))).status, 404);
    await rm(folder, { recursive: true });
  });

  it('may have no session at all where nothing needs one', async () => {
    const server = await start();
    const answer = await server.post('/mcp', request(LIST));
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), FOUND);
    assert.equal((await server.post('/mcp', { jsonrpc: '2.0', method: 'notifications/initialized' })).status, 202);
    for (const method of ['GET', 'DELETE'])
      assert.equal((await fetch(server.url('/mcp'), { method, headers: { accept: 'text/event-stream' } })).status, 405);
    const odd = await server.post('/mcp', request(LIST), { 'mcp-protocol-version': '1999-01-01' });
    assert.equal(odd.status, 400);
  });

  it('is answered by its id, and told what is wrong, however it writes', async () => {
    const [server, stateless] = await Promise.all([start(), start('--stateless', '--transport', 'streamable-http')]);
    const stdio = new RawServer(['--kubeconfig', kubeconfig]);
    stdio.initialize();
    const session = await begin(server);
    const rpc = (method: string, params?: unknown) => ({ jsonrpc: '2.0', method, params });
    const cases: [object, RegExp][] = [
      [rpc('tools/call', { ...LIST, task: { ttl: 60_000 } }), FOUND],
      [{ ...rpc('tools/call', { ...LIST, _meta: [] }), session: 'x', error: null }, FOUND],
      [rpc('tools/call', { name: 'list_contexts', arguments: [] }), /admin/],
      [rpc('tools/list', []), /list_resources/],
      [rpc('tools/call', { arguments: {} }), /-32602.*not as MCP defines it\. params\.name: /],
      [rpc('tools/call', { ...LIST, arguments: [1] }), /-32602.*params\.arguments: /],
      [rpc('tools/list', { cursor: 5 }), /-32602.*params\.cursor: /],
      [rpc('nothing/at-all'), /-32601/],
      [rpc('tasks/get', { taskId: 'x' }), /-32601/],
    ];
    const accept = 'application/json';
    for (const [index, [message, expected]] of cases.entries()) {
      const id = index + 1;
      stdio.send({ ...message, id });
      const answers = await Promise.all([
        server.post('/mcp', { ...message, id }, { ...session, accept }),
        server.post('/mcp/', { ...message, id }, { 'mcp-session-id': '', accept }),
        stateless.post('/mcp', { ...message, id }),
      ]);
      const bodies = await Promise.all(answers.map((answer) => answer.json() as Promise<{ id: number }>));
      for (const body of [...bodies, await stdio.answer(id)]) {
        assert.equal(body.id, id);
        assert.match(JSON.stringify(body), expected);
      }
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    }
    for (const client of [
      { protocolVersion: '2025-06-18' },
      { protocolVersion: '2025-06-18', capabilities: { roots: [] }, clientInfo: { name: 'php', title: null } },
    ]) {
      const begun = await server.post('/mcp', { ...rpc('initialize', client), id: 1 }, { accept });
      assert.match(await begun.text(), /"protocolVersion":"2025-06-18"/);
      assert.ok(begun.headers.get('mcp-session-id'));
    }
  });

  it('is not waited for when it can be asked only on a stream that it does not read', async () => {
    const server = await start('--enable-update', '--review', 'required');
    const capabilities = { elicitation: {} };
    const begun = await server.post('/mcp', { ...INITIALIZE, params: { ...INITIALIZE.params, capabilities } });
    const headers = { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '', accept: 'application/json' };
    const scale = request({ name: 'scale_resource', arguments: { ...POSTGRES, replicas: 5 } });
    const { result } = (await (await server.post('/mcp', scale, headers)).json()) as { result: { isError: boolean } };
    assert.equal(result.isError, true);
    assert.match(JSON.stringify(result), /accepts application\/json only/);
  });

  it('may accept one form of answer, and gets that', async () => {
    const [server, stateless] = await Promise.all([start(), start('--stateless', '--transport', 'streamable-http')]);
    for (const accept of ['application/json', 'text/event-stream', '*/*', 'application/*']) {
      const session = await begin(server, { accept });
      for (const [place, headers] of [
        [server, session],
        [stateless, {}],
      ] as const) {
        const answer = await place.post('/mcp', request(LIST), { accept, ...headers });
        const text = await answer.text();
        assert.equal(answer.status, 200, text);
        assert.match(text, FOUND);
        // What JSON may hold and some readers take for the end of a line.
        const odd = {
          name: 'get_resource',
          arguments: { kind: 'pod', name: 'a\u2028b\u2029c\u0085d', namespace: 'shop' },
        };
        const told = await place.post('/mcp', request(odd), { accept, ...headers });
        assert.equal(told.status, 200);
        assert.match(await told.text(), /"isError":true/);
        if (accept.startsWith('application')) {
          assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
          assert.equal(JSON.parse(text).id, 1);
        }
      }
    }
  });

  it('may send null for what it leaves out, and arguments as text', async () => {
    const server = await start();
    const session = await begin(server, {});
    const stdio = new RawServer(['--kubeconfig', kubeconfig]);
    stdio.initialize();
    const cases: [object | null, RegExp][] = [
      [{ ...LIST, _meta: null }, FOUND],
      [{ ...LIST, arguments: JSON.stringify(LIST.arguments) }, FOUND],
      [{ ...LIST, arguments: { ...LIST.arguments, limit: null, labelSelector: null } }, FOUND],
      [{ name: 'list_contexts', arguments: null }, /admin/],
      [{ name: 'list_contexts', arguments: '' }, /admin/],
      [{ name: 'list_resources', arguments: 'deploy' }, /list_resources|arguments/],
      [{ name: 'list_events', arguments: { namespace: 'shop', type: 'warning' } }, /events?/i],
    ];
    for (const [index, [params, expected]] of cases.entries()) {
      stdio.send(request(params, index + 1));
      const [answer] = await Promise.all([
        server.post('/mcp', request(params), { ...session, accept: 'application/json' }),
      ]);
      assert.match(await answer.text(), expected);
      assert.match(JSON.stringify(await stdio.answer(index + 1)), expected);
    }
    const listed = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: null };
    assert.match(await (await server.post('/mcp', listed, session)).text(), /list_resources/);
    assert.match(
      await (await server.post('/mcp', { ...listed, params: { cursor: null } }, session)).text(),
      /list_resources/,
    );
  });

  it('gets no link that it might not be able to read', async () => {
    const [server, stateless] = await Promise.all([start(), start('--stateless', '--transport', 'streamable-http')]);
    const get = request({ name: 'get_resource', arguments: WEB });
    const vscode = { name: 'Visual Studio Code', version: '1' };
    const linked = async (headers: Record<string, string>, from = server) =>
      /resource_link/.test(await (await from.post('/mcp', get, headers)).text());
    assert.equal(await linked(await begin(server)), false);
    assert.equal(await linked(await begin(server, {}, vscode)), true);
    const old = { ...INITIALIZE, params: { ...INITIALIZE.params, protocolVersion: '2025-03-26', clientInfo: vscode } };
    const id = (await server.post('/mcp', old)).headers.get('mcp-session-id') ?? '';
    assert.equal(await linked({ 'mcp-session-id': id }), false);
    assert.equal(await linked({}, stateless), false);
  });

  it('is promised without sessions only what it gets', async () => {
    const server = await start('--stateless', '--transport', 'streamable-http');
    const { result } = (await (await server.post('/mcp', INITIALIZE)).json()) as { result: { capabilities: object } };
    assert.deepEqual(result.capabilities, { tools: {}, resources: {}, prompts: {}, completions: {} });
    for (const method of ['resources/subscribe', 'resources/unsubscribe', 'logging/setLevel']) {
      const params = { uri: 'k8s:///shop/deployments.apps/web.yaml', level: 'info' };
      const answer = await server.post('/mcp', { jsonrpc: '2.0', id: 1, method, params });
      assert.equal(((await answer.json()) as { error: { code: number } }).error.code, -32601, method);
    }
  });

  it('is answered on the stream of SSE when it asks too much', async () => {
    const server = await start('--rate-limit', '1');
    const stream = await fetch(server.url('/sse'), { headers: { accept: 'text/event-stream' } });
    const readable = Readable.fromWeb(stream.body as never);
    const asked: Promise<Response>[] = [];
    const ids = new Set<number>();
    let refused = 0;
    let path = '';
    const COUNT = 40;
    for await (const line of createInterface(readable)) {
      if (!line.startsWith('data: ')) continue;
      const data = line.slice('data: '.length);
      if (path === '') {
        path = data;
        for (let id = 1; id <= COUNT; id += 1) asked.push(server.post(path, { jsonrpc: '2.0', id, method: 'ping' }));
        continue;
      }
      const message = JSON.parse(data);
      ids.add(message.id);
      if (message.error) {
        refused += 1;
        assert.match(message.error.message, /at most 1 a second/);
      }
      if (ids.size === COUNT) break;
    }
    readable.on('error', () => undefined).destroy();
    for (const { status } of await Promise.all(asked)) assert.equal(status, 202);
    assert.ok(refused > 0);
  });

  it('is answered when the server has to end before its call does', async () => {
    const server = await HttpServer.start(
      ['--kubeconfig', kubeconfig, '--auth-token-stdin'],
      {},
      { input: `${'t'.repeat(40)}\n` },
    );
    const calls: Promise<unknown>[] = [];
    for (const over of ['streamable-http', 'sse'] as const) {
      const { client } = await server.connect({ over, token: 't'.repeat(40) });
      await new Promise<unknown>((resolve) => {
        const wait = { ...WEB, for: 'condition=Never', timeoutSeconds: 60 };
        calls.push(client.callTool({ name: 'wait_for_resource', arguments: wait }, undefined, { onprogress: resolve }));
      });
    }
    // The end of its parent, for which it waits less long than for Kubernetes.
    server.process.stdin?.end();
    for (const answer of await Promise.all(calls)) assert.match(JSON.stringify(answer), /This server is ending/);
    assert.equal(await server.exited, 0);
  });

  it('may ask for many at once, as many as are allowed', async () => {
    const server = await start('--stateless', '--transport', 'streamable-http', '--max-requests', '2');
    const wait = request({
      name: 'wait_for_resource',
      arguments: { ...WEB, for: 'condition=Never', timeoutSeconds: 60 },
    });
    const gone = new AbortController();
    const headers = { 'content-type': 'application/json' };
    const waiting = [1, 2].map(() =>
      fetch(server.url('/mcp'), { method: 'POST', headers, body: JSON.stringify(wait), signal: gone.signal }),
    );
    const ping = async () => (await server.post('/mcp', { jsonrpc: '2.0', id: 1, method: 'ping' })).status;
    await until(async () => (await ping()) === 429);
    gone.abort();
    await Promise.allSettled(waiting);
    await until(async () => (await ping()) === 200);
  });

  it('finds the tools in the same order each time, whatever is switched on', async () => {
    const names = async (...args: string[]) => {
      const server = await McpServer.start(kubeconfig, args);
      const tools = await server.tools();
      assert.deepEqual(await server.tools(), tools);
      await server.stop();
      return tools;
    };
    const [few, all] = await Promise.all([names(), names('--enable-create', '--enable-delete')]);
    assert.deepEqual(
      all.filter((name) => few.includes(name)),
      few,
    );
  });
});
