import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import fc from 'fast-check';
import { testCluster } from './environment.ts';
import { type RawMessage, RawServer } from './mcp-process.ts';
import { apply, scratchNamespace } from './scratch.ts';

/** The same inputs in every run, within this time limit in milliseconds. */
const RUN = { seed: 20_260_101, interruptAfterTimeLimit: 12_000, markInterruptAsFailure: false };
/** The longest that any call here may take, in milliseconds. */
const LONGEST = 10_000;
const WRITES = ['--enable-create', '--enable-update', '--enable-delete', '--enable-exec', '--review=off'];

interface Schema {
  properties: Record<string, { type: string; enum?: unknown[] }>;
  required?: string[];
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

describe('anything at all', () => {
  const namespace = scratchNamespace();
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-fuzz-'));
    const meta = (name: string) => `metadata: { name: ${name}, namespace: ${namespace.name}, labels: { app: web } }`;
    const containers = 'containers: [{ name: web, image: nginx }]';
    await apply(
      `apiVersion: v1\nkind: ConfigMap\n${meta('first')}\n---\napiVersion: v1\nkind: Pod\n${meta('web')}\nspec: { ${containers} }\n---\napiVersion: apps/v1\nkind: Deployment\n${meta('web')}\nspec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { ${containers} } } }\n---\napiVersion: v1\nkind: Service\n${meta('web')}\nspec: { selector: { app: web }, ports: [{ port: 80 }] }\n`,
    );
  });
  after(() => rm(folder, { recursive: true }));

  let id = 1_000_000;
  const start = async (...args: string[]) => {
    const { kubeconfig } = await testCluster();
    const server = new RawServer([
      ...['--kubeconfig', kubeconfig('admin'), '--journal', join(folder, 'journal')],
      // Fuzzed input must not affect the other tests.
      ...['--namespace', namespace.name, '--allow-namespace', namespace.name],
      ...args,
    ]);
    server.initialize();
    await server.answer(0);
    return server;
  };

  async function ask(server: RawServer, method: string, params: unknown): Promise<RawMessage> {
    id += 1;
    server.send({ jsonrpc: '2.0', id, method, params });
    const late = new AbortController();
    const timeout = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer within ${LONGEST} ms`)), LONGEST);
      late.signal.addEventListener('abort', () => clearTimeout(timer));
    });
    return Promise.race([server.answer(id), timeout]).finally(() => late.abort());
  }

  /** Checks that the server still works, has written only messages, and reveals no internals. */
  async function assertSound(server: RawServer): Promise<void> {
    const call = { name: 'get_resource', arguments: { kind: 'ns', name: namespace.name } };
    const { result } = await ask(server, 'tools/call', call);
    assert.match(result?.content?.[0]?.text ?? '', /kind: Namespace/);
    // JSON-RPC asks for the id null in an error about a line that has none; the SDK's schema does not know it.
    for (const { id, ...rest } of server.messages()) JSONRPCMessageSchema.parse(id == null ? rest : { id, ...rest });
    assert.doesNotMatch(server.stderr, /Unexpected error|\n\s+at /);
    server.process.stdin?.end();
    assert.equal(await server.exited, 0);
    assert.ok(server.stdout.endsWith('\n'));
  }

  const odd = fc.constantFrom(
    '',
    ' ',
    '.',
    '..',
    '../..',
    '%2e%2e',
    'a/b',
    '\0',
    '\r\n',
    '𝕏'.repeat(50),
    '-',
    '*',
    '$(id)',
  );
  const key = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString', 'kind', 'metadata', ''), fc.string());
  const { weird } = fc.letrec<{ weird: unknown }>((tie) => ({
    weird: fc.oneof(
      { depthSize: 'medium' },
      fc.oneof(odd, fc.string({ unit: 'binary' }), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
      fc.constantFrom('x'.repeat(200_000), '[['.repeat(5_000), '{"a":'.repeat(2_000), '\ud800', 'é'.repeat(10_000)),
      fc.array(tie('weird'), { maxLength: 3 }),
      fc.dictionary(key, tie('weird'), { maxKeys: 3 }),
    ),
  }));

  describe('as arguments', () => {
    const path = fc.constantFrom(
      '.metadata.name',
      '..name',
      '[',
      '.a[?(@.b==1)]',
      'X:.spec',
      '$..*',
      '.items[(@.length-1)]',
    );
    const configMap = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"made"}}';
    const likely: Record<string, fc.Arbitrary<unknown>> = {
      kind: fc.constantFrom(
        'pods',
        'cm',
        'deploy',
        'Secret',
        'events',
        'node',
        'widgets',
        'svc',
        'CONFIGMAPS',
        'ns',
        'hpa',
        'helmrelease',
      ),
      chart: fc.constantFrom('web', './web', 'a/b', 'oci://127.0.0.1:1/a', 'https://127.0.0.1:1/a.tgz', 'file:///etc'),
      values: fc.constantFrom(undefined, 'replicas: 2', '{}', '[1]', 'a: &a [*a]', '--post-renderer=x'),
      revision: fc.constantFrom(undefined, 1, 1, 2, 0, -1),
      name: fc.constantFrom('first', 'web', 'web', 'made', 'absent', 'node-0'),
      namespace: fc.constantFrom(undefined, undefined, undefined, '', 'shop', 'no-such'),
      apiVersion: fc.constantFrom(undefined, undefined, undefined, undefined, 'v1', 'apps/v1', 'a/b/c', '/'),
      labelSelector: fc.constantFrom(undefined, undefined, 'app=web', 'a in (', '=', '!x', 'é'),
      fieldSelector: fc.constantFrom(undefined, undefined, 'metadata.name=first', 'spec.x=1', '='),
      continue: fc.constantFrom(undefined, undefined, undefined, 'x', 'shop/', '/'),
      container: fc.constantFrom(undefined, undefined, 'web', 'no'),
      columns: fc.option(fc.array(path, { maxLength: 3 }), { nil: undefined }),
      groupBy: fc.option(fc.array(path, { maxLength: 3 }), { nil: undefined, freq: 1 }),
      fields: fc.array(path, { maxLength: 3 }),
      command: fc.constantFrom(['true'], [''], ['sh', '-c', 'echo']),
      manifest: fc.constantFrom(
        configMap,
        `${configMap}\n---\nkind: 1`,
        'a: &a [*a]',
        '---\n---',
        '{"kind":"Pod"}',
        '- 1',
      ),
      patch: fc.constantFrom(
        '{"data":{"a":"b"}}',
        '[{"op":"test","path":"/x"}]',
        '{"data":null}',
        'null',
        '[1]',
        '{"a":',
      ),
      for: fc.constantFrom('ready', 'deleted', 'rollout', 'condition=', 'condition=A=B=C'),
      since: fc.constantFrom('10m', '1e9h', '-1s', 'now'),
      grep: fc.constantFrom('a+', '(', '(a+)+$', '\\'),
      field: fc.constantFrom('spec', 'spec.', '.spec.template', 'metadata.labels.x', '__proto__'),
      replicas: fc.constantFrom(0, 1, 2),
      timeoutSeconds: fc.constantFrom(1, 1, 0),
    };
    const byType: Record<string, fc.Arbitrary<unknown>> = {
      boolean: fc.boolean(),
      integer: fc.integer({ min: 1, max: 50 }),
      number: fc.constantFrom(1, 0.5),
      string: odd,
      array: fc.array(odd, { maxLength: 2 }),
    };
    // A requested wait is not a hang.
    const noWait = (seconds: unknown) => {
      const number = typeof seconds === 'object' ? 0 : Number(seconds);
      return seconds === null || (number > 1 && number <= 600) ? 1 : seconds;
    };
    const callOf = ({ properties, required = [] }: Schema) => {
      const usual = Object.entries(properties).map(([name, { type, enum: values }]) => {
        const value = values ? fc.constantFrom(...values) : (likely[name] ?? byType[type] ?? odd);
        return [name, required.includes(name) ? value : fc.option(value, { nil: undefined, freq: 2 })] as const;
      });
      const call = fc.record(Object.fromEntries(usual), { requiredKeys: [...required] });
      // One fault at a time, or nothing behind the first check is reached.
      const spoiled = fc
        .tuple(call, fc.constantFrom('other', ...Object.keys(properties)), weird)
        .map(([args, name, value]) => ({ ...args, [name]: value }));
      const extended = fc
        .tuple(call, fc.dictionary(key, weird, { maxKeys: 1 }))
        .map(([args, more]) => ({ ...more, ...args }));
      return fc
        .oneof({ arbitrary: call, weight: 5 }, { arbitrary: spoiled, weight: 4 }, extended, weird)
        .map((args) =>
          isPlain(args) && 'timeoutSeconds' in properties
            ? { ...args, timeoutSeconds: noWait(args.timeoutSeconds ?? 1) }
            : args,
        );
    };

    it('gets an answer from every tool that teaches and tells nothing of the inside', async () => {
      const server = await start(...WRITES);
      const { result } = await ask(server, 'tools/list', {});
      const { tools } = result as unknown as { tools: { name: string; inputSchema: Schema }[] };
      assert.equal(tools.length, 27);
      const call = async (name: string, args: unknown) => {
        const answer = await ask(server, 'tools/call', { name, arguments: args });
        const text = answer.result?.content?.[0]?.text ?? JSON.stringify(answer.error);
        assert.ok(text !== '' && text.length < 45_000, `${text.length} characters`);
        assert.doesNotMatch(text, /Unexpected error|\n\s+at |TypeError|node:internal|dist\/server|cannot be reached/);
      };
      await Promise.all(
        tools.map(({ name, inputSchema }) => {
          const property = fc.asyncProperty(callOf(inputSchema), (args) => call(name, args));
          return fc.assert(property, { ...RUN, numRuns: 60 });
        }),
      );
      await assertSound(server);
    });
  });

  describe('as lines', () => {
    const method = fc.constantFrom(
      ...['initialize', 'ping', 'tools/list', 'tools/call', 'resources/read', 'resources/subscribe', 'prompts/get'],
      ...[
        'completion/complete',
        'logging/setLevel',
        'notifications/cancelled',
        'notifications/progress',
        '__proto__',
        '',
      ],
    );
    const message = fc.record(
      {
        jsonrpc: fc.oneof({ arbitrary: fc.constant('2.0'), weight: 6 }, { arbitrary: weird, weight: 1 }),
        id: fc.oneof(fc.integer({ min: 1, max: 9 }), weird),
        method: fc.oneof({ arbitrary: method, weight: 6 }, { arbitrary: weird, weight: 1 }),
        params: fc.oneof(
          fc.record({
            name: fc.oneof(fc.constant('list_contexts'), weird),
            arguments: weird,
            uri: weird,
            _meta: weird,
          }),
          fc.record({ requestId: weird, ref: weird, argument: weird, level: weird, progressToken: weird }),
          weird,
        ),
        result: weird,
        error: weird,
      },
      { requiredKeys: ['jsonrpc'] },
    );
    const json = fc.oneof(message, fc.array(message, { maxLength: 3 }), weird).map((value) => JSON.stringify(value));
    const broken = fc
      .tuple(json, fc.nat(), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(
        ([text, at, instead]) =>
          text.slice(0, at % (text.length + 1)) + instead + text.slice((at % (text.length + 1)) + 1),
      );
    const line = fc.oneof(
      { arbitrary: json.map((text) => Buffer.from(text)), weight: 4 },
      { arbitrary: broken.map((text) => Buffer.from(text)), weight: 2 },
      { arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)), weight: 1 },
    );

    it('is survived, and what follows is answered', async () => {
      const server = await start();
      const survives = async (lines: Buffer[]) => {
        for (const one of lines) server.process.stdin?.write(Buffer.concat([one, Buffer.from('\n')]));
        assert.deepEqual((await ask(server, 'ping', {})).result, {});
      };
      await fc.assert(fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 8 }), survives), {
        ...RUN,
        numRuns: 150,
      });
      for (const { result, error } of server.messages())
        assert.doesNotMatch(JSON.stringify([result, error]), /\\n\s+at |TypeError|node:internal|dist\/server/);
      await assertSound(server);
    });

    it('of many megabytes is refused by its id', async () => {
      const server = await start();
      const params = { name: 'get_resource', arguments: { kind: 'x'.repeat(11 << 20) } };
      for (const request of [
        { jsonrpc: '2.0', id: 7, method: 'tools/call', params },
        { jsonrpc: '2.0', method: 'tools/call', params: { labels: { id: 3 }, ...params }, id: 8 },
      ])
        server.send(request);
      for (const one of [7, 8]) assert.match(JSON.stringify(await server.answer(one)), /A message has at most 10 MB/);
      assert.ok(server.messages().every((message) => message.id !== 3));
      const large = await ask(server, 'tools/call', {
        name: 'get_resource',
        arguments: { kind: 'y'.repeat(5 << 20), name: 'x' },
      });
      assert.ok(large.result?.isError);
      await assertSound(server);
    });

    it('that looks like a request but is none is refused by its id', async () => {
      const server = await start();
      server.send({ jsonrpc: '2.0', id: 5, method: 'ping', params: 'nothing' });
      assert.match(JSON.stringify((await server.answer(5)).error), /-32600.*not a message as MCP defines it/);
      server.send([{ jsonrpc: '2.0', id: 6, method: 'ping' }, 7, { jsonrpc: '2.0', method: 'x' }]);
      assert.match(JSON.stringify((await server.answer(6)).error), /Batches are not supported/);
      await assertSound(server);
    });

    it('that is a batch is answered by one where the revision has them', async () => {
      const server = await start();
      server.initialize('2025-03-26');
      const call = { name: 'get_resource', arguments: { kind: 'ns', name: namespace.name } };
      const ping = { jsonrpc: '2.0', id: 6, method: 'ping' };
      server.send([{ jsonrpc: '2.0', id: 5, method: 'tools/call', params: call }, ping, 7]);
      assert.match((await server.answer(5)).result?.content?.[0]?.text ?? '', /kind: Namespace/);
      assert.deepEqual((await server.answer(6)).result, {});
      assert.equal(server.stdout.match(/^\[.*"id":6.*\]$/gm)?.length, 1);
      await assertSound(server);
    });
  });
});
