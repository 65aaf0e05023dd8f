import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElicitResult } from '@modelcontextprotocol/client';
import { testCluster } from './environment.ts';
import { HttpServer } from './http-process.ts';
import { MODERN, modernClient, modernHeaders, modernRequest, type Place, textOf } from './modern-client.ts';
import { kubectl, scratchNamespace } from './scratch.ts';

const WEB = { kind: 'deploy', name: 'web', namespace: 'shop' };
const WEB_URI = 'k8s:///shop/deployments.apps/web.yaml';
const apply: ElicitResult = { action: 'accept', content: { decision: 'Apply' } };
const FORMS = { elicitation: { form: {} } };

interface Answer {
  id: unknown;
  result?: { resultType: string; requestState?: string; inputRequests?: object; content?: { text: string }[] };
  error?: { code: number; message: string; data?: { supported?: string[] } };
}

describe(`MCP ${MODERN}`, () => {
  const space = scratchNamespace();
  let kubeconfig: string;
  let folder: string;
  before(async () => {
    kubeconfig = (await testCluster()).kubeconfig('admin');
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-modern-'));
  });
  after(() => rm(folder, { recursive: true }));

  const writing = () => ['--kubeconfig', kubeconfig, '--enable-create', '--enable-update', '--enable-delete'];
  const settings = (name: string, value = 'a') =>
    JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } });
  const dataOf = (name: string) => kubectl('get', 'cm', name, '-n', space.name, '-o', 'jsonpath={.data.value}');

  const places: Record<string, () => Promise<Place>> = {
    stdio: async () => ['--kubeconfig', kubeconfig],
    'Streamable HTTP': async () => (await HttpServer.start(['--kubeconfig', kubeconfig])).url('/mcp'),
    'Streamable HTTP without sessions': async () =>
      (await HttpServer.start(['--kubeconfig', kubeconfig, '--stateless'])).url('/mcp'),
  };

  for (const [name, place] of Object.entries(places)) {
    it(`is spoken over ${name}: discovery, lists, calls, resources, prompts, completions and what changes`, async () => {
      const client = await modernClient(await place());
      assert.equal(client.getProtocolEra(), 'modern');
      assert.match(client.getInstructions() ?? '', /Kubernetes/);
      const capabilities = {
        tools: { listChanged: true },
        resources: { subscribe: true },
        prompts: {},
        completions: {},
        extensions: { 'io.modelcontextprotocol/tasks': {} },
      };
      assert.deepEqual(client.getServerCapabilities(), capabilities);

      const first = await client.listTools();
      assert.equal(first.cacheScope, 'private');
      assert.ok(Number(first.ttlMs) > 0);
      assert.deepEqual((await client.listTools({}, { cacheMode: 'refresh' })).tools, first.tools);
      assert.match(await textOf(client, 'get_resource', WEB), /name: web/);
      const told: (string | undefined)[] = [];
      const wait = { ...WEB, for: 'condition=Never', timeoutSeconds: 1 };
      await client.callTool(
        { name: 'wait_for_resource', arguments: wait },
        { onprogress: ({ message }) => told.push(message) },
      );
      assert.ok(told.length > 0);

      const read = await client.readResource({ uri: WEB_URI });
      assert.equal(read.ttlMs, 0);
      assert.match(JSON.stringify(read.contents), /name: web/);
      await assert.rejects(client.readResource({ uri: WEB_URI.replace('web.', 'nothing.') }), { code: -32602 });
      assert.match(JSON.stringify(await client.getPrompt({ name: 'cluster-health' })), /cluster-data/);
      const ref = { type: 'ref/prompt' as const, name: 'diagnose-workload' };
      const { completion } = await client.complete({ ref, argument: { name: 'kind', value: 'deploy' } });
      assert.ok(completion.values.length > 0);

      const updated = Promise.withResolvers<string>();
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => updated.resolve(params.uri));
      const listening = await client.listen({
        toolsListChanged: true,
        promptsListChanged: true,
        resourceSubscriptions: [WEB_URI, 'k8s:///shop/nothings/x.yaml'],
      });
      assert.deepEqual(listening.honoredFilter, { toolsListChanged: true, resourceSubscriptions: [WEB_URI] });
      await kubectl('annotate', 'deploy', 'web', '-n', 'shop', '--overwrite', `seen=${randomBytes(4).toString('hex')}`);
      assert.equal(await updated.promise, WEB_URI);
      await listening.close();
    });
  }

  describe('reviews', () => {
    const create = (name: string, value?: string) => ({ manifest: settings(name, value), namespace: space.name });

    for (const over of ['stdio', 'HTTP'] as const) {
      it(`are asked for by the answer and decided by the next request, over ${over}`, async () => {
        const args = writing();
        const place = over === 'stdio' ? args : (await HttpServer.start(args)).url('/mcp');
        const asked: string[] = [];
        const answers: ElicitResult[] = [
          apply,
          { action: 'accept', content: { decision: 'Reject', reason: 'not now' } },
        ];
        const client = await modernClient(place, {
          decide: ({ params }) => {
            asked.push(params.message);
            return answers.shift() ?? { action: 'decline' };
          },
        });
        assert.match(await textOf(client, 'create_resource', create(`${over.toLowerCase()}-one`)), /created/);
        assert.match(await textOf(client, 'create_resource', create(`${over.toLowerCase()}-two`)), /rejected.*not now/);
        assert.match(await textOf(client, 'create_resource', create(`${over.toLowerCase()}-three`)), /rejected/);
        assert.equal(asked.length, 3);
        assert.match(asked[0] ?? '', /create ConfigMap/);
        assert.equal(await dataOf(`${over.toLowerCase()}-one`), 'a');
        await assert.rejects(dataOf(`${over.toLowerCase()}-two`));
      });
    }

    it('are decided by whoever of the replicas gets the answer, by a common key', async () => {
      const key = join(folder, 'key');
      await writeFile(key, randomBytes(32));
      const journals = ['a', 'b'].map((name) => join(folder, `${name}.jsonl`));
      const replicas = await Promise.all(
        journals.map((journal) =>
          HttpServer.start([...writing(), '--stateless', '--review-key-file', key, '--journal', journal]),
        ),
      );
      let turn = 0;
      const client = await modernClient(replicas[0]?.url('/mcp') ?? '', {
        decide: () => apply,
        fetch: (_, init) => {
          turn += 1;
          return fetch(replicas[turn % 2]?.url('/mcp') ?? '', init);
        },
      });
      assert.match(await textOf(client, 'create_resource', create('replicated')), /created/);
      assert.equal(await dataOf('replicated'), 'a');
      const entries = (await Promise.all(journals.map((journal) => readFile(journal, 'utf8')))).map((text) =>
        text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).outcome),
      );
      // One asked, after a dry run; the other wrote.
      assert.deepEqual(entries.flat().sort(), ['applied', 'dryRun']);
      assert.ok(entries.every(({ length }) => length === 1));
    });

    it('take no answer that was not asked for in just this way', async () => {
      const [server, other] = await Promise.all([HttpServer.start(writing()), HttpServer.start(writing())]);
      const send = async (args: object, extra: Record<string, unknown> = {}, to = server): Promise<Answer> => {
        const params = { name: 'create_resource', arguments: args, ...extra };
        const answer = await to.post(
          '/mcp',
          modernRequest('tools/call', params, FORMS),
          modernHeaders('tools/call', 'create_resource'),
        );
        return (await answer.json()) as Answer;
      };
      const responses = { inputResponses: { review: apply } };
      const mine = create('guarded');
      const asked = async (extra = {}, args: object = mine) => {
        const { result } = await send(args, extra);
        assert.equal(result?.resultType, 'input_required');
        assert.ok(result?.inputRequests);
        return result?.requestState ?? '';
      };
      const state = await asked();
      // No question was asked for these: the user is.
      await asked(responses);
      await asked({ requestState: state });
      await asked({ requestState: state, inputResponses: { review: 'yes', other: apply } });
      const [expiry = '', ...rest] = state.split('.');
      const forged = ['', 'x', [Number(expiry) + 1, ...rest].join('.'), state.split('.').with(3, '').join('.')];
      for (const requestState of forged)
        assert.equal((await send(mine, { ...responses, requestState })).error?.code, -32602, requestState);
      // Of this call, but not of what is written.
      for (const requestState of [state.slice(0, -1), `${state}x`]) await asked({ ...responses, requestState });
      const elsewhere = [
        await send(create('guarded', 'b'), { ...responses, requestState: state }),
        await send(create('another'), { ...responses, requestState: state }),
        await send({ ...mine, dryRun: false }, { ...responses, requestState: state }),
        await send(mine, { ...responses, requestState: state }, other),
      ];
      for (const { error } of elsewhere) assert.equal(error?.code, -32602);
      await assert.rejects(dataOf('guarded'));

      const done = await send(mine, { ...responses, requestState: state });
      assert.match(done.result?.content?.[0]?.text ?? '', /created/);
      // An answer counts once.
      await kubectl('delete', 'cm', 'guarded', '-n', space.name);
      await asked({ ...responses, requestState: state });
      await assert.rejects(dataOf('guarded'));
    });

    it('are asked for again when what would be written has changed, and not for ever', async () => {
      const server = await HttpServer.start(writing());
      await kubectl('create', 'cm', 'moving', '-n', space.name, '--from-literal=value=0');
      let asked = 0;
      const args = { kind: 'cm', name: 'moving', namespace: space.name };
      const client = await modernClient(server.url('/mcp'), { decide: () => apply });
      const changing = await modernClient(server.url('/mcp'), {
        decide: () => {
          asked += 1;
          return apply;
        },
        // Between the question and the answer.
        fetch: async (url, init) => {
          if (String(init?.body).includes('inputResponses'))
            await kubectl(
              'patch',
              'cm',
              'moving',
              '-n',
              space.name,
              '-p',
              JSON.stringify({ data: { value: `${asked}` } }),
            );
          return fetch(url, init);
        },
      });
      assert.match(await textOf(changing, 'delete_resource', args), /another each of the 3 times/);
      assert.equal(asked, 3);
      assert.equal(await dataOf('moving'), '3');
      assert.match(await textOf(client, 'delete_resource', args), /deleted/i);
    });

    it('are not possible with a client that shows no forms', async () => {
      const server = await HttpServer.start([...writing(), '--review=required']);
      const client = await modernClient(server.url('/mcp'));
      assert.match(await textOf(client, 'create_resource', create('unseen')), /no way to ask/);
      const urls = await modernClient(server.url('/mcp'), { capabilities: { elicitation: { url: {} } } });
      assert.match(await textOf(urls, 'create_resource', create('unseen')), /no way to ask/);
    });
  });

  describe('over HTTP', () => {
    let server: HttpServer;
    const post = async (message: unknown, headers: Record<string, string>) => {
      const answer = await server.post('/mcp', message, headers);
      const text = await answer.text();
      return {
        status: answer.status,
        type: answer.headers.get('content-type'),
        answer: (text ? JSON.parse(text) : {}) as Answer,
      };
    };
    beforeEach(async () => {
      server = await HttpServer.start(['--kubeconfig', kubeconfig]);
    });

    it('wants headers that say what the body says', async () => {
      const call = modernRequest('tools/call', { name: 'list_contexts', arguments: {} });
      const headers = modernHeaders('tools/call', 'list_contexts');
      assert.equal((await post(call, headers)).status, 200);
      const base64 = `=?base64?${Buffer.from('list_contexts').toString('base64')}?=`;
      assert.equal((await post(call, { ...headers, 'mcp-name': base64 })).status, 200);
      const { 'mcp-method': _, ...withoutMethod } = headers;
      const { 'mcp-protocol-version': __, ...withoutVersion } = headers;
      const { 'mcp-name': ___, ...withoutName } = headers;
      const wrong = [
        withoutMethod,
        withoutVersion,
        withoutName,
        { ...headers, 'mcp-method': 'tools/list' },
        { ...headers, 'mcp-name': 'List_contexts' },
        { ...headers, 'mcp-name': '=?base64?!?=' },
        { ...headers, 'mcp-protocol-version': '2025-11-25' },
        { ...headers, 'mcp-protocol-version': '1900-01-01' },
      ];
      for (const given of wrong) {
        const { status, answer } = await post(call, given);
        assert.equal(status, 400);
        assert.equal(answer.error?.code, -32020, JSON.stringify(given));
        assert.equal(answer.id, 1);
      }
    });

    it('refuses what is not a request of this revision, each with its code', async () => {
      const headers = modernHeaders('tools/list');
      const bare = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
      const good = modernRequest('tools/list');
      const meta = good.params._meta as Record<string, unknown>;
      const changed = (change: Record<string, unknown>) => ({ ...good, params: { _meta: { ...meta, ...change } } });
      const old = changed({ 'io.modelcontextprotocol/protocolVersion': '1900-01-01' });
      const cases: [unknown, Record<string, string>, number, number][] = [
        [bare, headers, 400, -32602],
        [changed({ 'io.modelcontextprotocol/clientCapabilities': undefined }), headers, 400, -32602],
        [changed({ 'io.modelcontextprotocol/protocolVersion': 7 }), headers, 400, -32602],
        [old, { ...headers, 'mcp-protocol-version': '1900-01-01' }, 400, -32022],
        [[good], headers, 400, -32600],
        [{ ...good, id: null }, headers, 400, -32600],
        [modernRequest('nothing/at-all'), modernHeaders('nothing/at-all'), 404, -32601],
        ...['initialize', 'ping', 'logging/setLevel', 'resources/subscribe', 'resources/unsubscribe'].map(
          (method): [unknown, Record<string, string>, number, number] => [
            modernRequest(method, {
              level: 'info',
              uri: WEB_URI,
              protocolVersion: MODERN,
              capabilities: {},
              clientInfo: { name: 'x', version: '1' },
            }),
            modernHeaders(method),
            404,
            -32601,
          ],
        ),
      ];
      for (const [message, given, status, code] of cases) {
        const got = await post(message, given);
        assert.deepEqual([got.status, got.answer.error?.code], [status, code], JSON.stringify(message));
      }
      assert.deepEqual(
        (await post(old, { ...headers, 'mcp-protocol-version': '1900-01-01' })).answer.error?.data?.supported,
        [MODERN],
      );
      const notified = await server.post(
        '/mcp',
        { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } },
        headers,
      );
      assert.deepEqual([notified.status, await notified.text()], [202, '']);
    });

    it('takes no notice of sessions, and answers clients that accept only JSON', async () => {
      const listed = await post(modernRequest('tools/list'), {
        ...modernHeaders('tools/list'),
        accept: 'application/json',
        'mcp-session-id': 'of-long-ago',
        'last-event-id': '7',
      });
      assert.equal(listed.status, 200);
      assert.match(listed.type ?? '', /^application\/json/);
      assert.equal(listed.answer.result?.resultType, 'complete');
    });

    it('ends what listens, and answers calls, when it is asked to end', async () => {
      const client = await modernClient(server.url('/mcp'));
      const listening = await client.listen({ toolsListChanged: true });
      const begun = Promise.withResolvers<void>();
      const wait = { ...WEB, for: 'condition=Never', timeoutSeconds: 2 };
      const call = client.callTool(
        { name: 'wait_for_resource', arguments: wait },
        { onprogress: () => begun.resolve() },
      );
      await begun.promise;
      server.process.kill('SIGTERM');
      assert.match(JSON.stringify(await call), /Never/);
      assert.equal(await listening.closed, 'graceful');
      assert.equal(await server.exited, 0);
    });
  });
});
