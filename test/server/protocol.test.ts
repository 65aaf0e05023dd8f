import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { unhurried } from '../support/load.ts';
import { testCluster } from './environment.ts';
import { FaultProxy } from './fault-proxy.ts';
import { McpServer, RawServer } from './mcp-process.ts';

const READ_TOOLS = [
  'get_api_resources',
  'list_resources',
  'get_resource',
  'get_pod_logs',
  'diagnose_resource',
  'explain_resource',
  'list_events',
  'list_changes',
  'get_resource_usage',
  'list_contexts',
  'wait_for_resource',
  'list_helm_releases',
  'get_helm_release',
  'list_helm_repositories',
  'render_helm_chart',
  'check_access',
  'compare_resources',
];
const WRITE_TOOLS = {
  create: ['create_resource'],
  update: ['update_resource', 'scale_resource', 'rollout_resource'],
  delete: ['delete_resource'],
  exec: ['exec_in_pod', 'request_service', 'debug_pod', 'copy_files'],
};

function kubeconfig(server: string, user = '{}'): string {
  return `
apiVersion: v1
kind: Config
current-context: test
contexts: [{ name: test, context: { cluster: test, user: test } }]
clusters: [{ name: test, cluster: { server: '${server}' } }]
users: [{ name: test, user: ${user} }]
`;
}

describe('protocol', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-test-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function file(name: string, content: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }

  it('prints version and help to stdout, mistakes to stderr', async () => {
    for (const [args, code, stdout, stderr] of [
      [['--version'], 0, new RegExp(`^${packageJson.version}\n$`), /^$/],
      [['--help'], 0, /--enable-delete=<bool>/, /^$/],
      [['--enable-lust'], 2, /^$/, /--enable-lust/],
      [['--enable-list=maybe'], 2, /^$/, /takes true or false/],
      [['stray'], 2, /^$/, /stray/],
    ] as const) {
      const raw = new RawServer(args);
      assert.equal(await raw.exited, code, args.join(' '));
      assert.match(raw.stdout, stdout);
      assert.match(raw.stderr, stderr);
    }
  });

  it('says which Node it needs', async () => {
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })`;
    const preload = `--import=data:text/javascript,${encodeURIComponent(older)}`;
    const raw = new RawServer([], { NODE_OPTIONS: preload });
    assert.equal(await raw.exited, 1);
    assert.match(raw.stderr, /needs Node 22\.19 or newer; this is 20\.19\.0/);
    assert.equal(raw.stdout, '');
  });

  it('answers initialize and lists the tools without any kubeconfig', async () => {
    const server = await McpServer.start('/nonexistent/config');
    try {
      assert.equal(server.client.getServerVersion()?.name, 'mcp-k8s');
      assert.deepEqual(await server.tools(), READ_TOOLS);
      assert.match(
        await server.error('list_resources', { kind: 'pods' }),
        /No kubeconfig: \/nonexistent\/config does not exist/,
      );
    } finally {
      await server.stop();
    }
  });

  it('lists what is switched on and nothing else', async () => {
    const writes = Object.entries(WRITE_TOOLS);
    for (let bits = 0; bits < 1 << writes.length; bits += 1) {
      const on = writes.filter((_, index) => bits & (1 << index));
      const server = await McpServer.start(
        '/nonexistent',
        on.map(([name]) => `--enable-${name}`),
      );
      try {
        const names = on.map(([name]) => name);
        const applying = names.includes('create') && names.includes('update') ? ['apply_manifest'] : [];
        assert.deepEqual(await server.tools(), [...READ_TOOLS, ...on.flatMap(([, tools]) => tools), ...applying]);
        if (applying.length === 0) assert.match(await server.error('apply_manifest'), /apply_manifest is switched off/);
        for (const [name, tools] of writes.filter((write) => !on.includes(write))) {
          for (const tool of tools) {
            assert.match(await server.error(tool), new RegExp(`${tool} is switched off.*mcpK8s\\.enable${name}`, 'i'));
          }
        }
      } finally {
        await server.stop();
      }
    }
    const server = await McpServer.start('/nonexistent', ['--enable-list=false']);
    assert.deepEqual(
      await server.tools(),
      READ_TOOLS.filter((tool) => !['list_resources', 'list_changes', 'list_helm_releases'].includes(tool)),
    );
    assert.match(await server.error('list_resources', { kind: 'pods' }), /switched off/);
    await server.stop();
  });

  it('instructs the model in at most 100 words', async () => {
    const server = await McpServer.start('/nonexistent');
    const words = server.client.getInstructions()?.split(/\s+/) ?? [];
    await server.stop();
    assert.ok(words.length > 20 && words.length <= 100, `${words.length} words`);
    const tools = words.flatMap((word) => /[a-z]+_[a-z_]+/.exec(word) ?? []);
    assert.deepEqual(tools, ['diagnose_resource', 'list_resources']);
  });

  it('teaches instead of failing when a call is wrong', async () => {
    const server = await McpServer.start('/nonexistent');
    assert.match(
      await server.error('get_resources', { kind: 'pods' }),
      /no tool "get_resources". Nearest: get_resource/,
    );
    assert.match(await server.error('get_resource', { kind: 'pods' }), /name is missing/);
    assert.match(
      await server.error('get_resource', { kind: 'pods', name: 'x', nmespace: 'y' }),
      /no parameter nmespace.*namespace/,
    );
    assert.match(await server.error('list_resources', { kind: 'pods', limit: 'many' }), /limit is a number/);
    assert.match(await server.error('list_resources', { kind: 'pods', output: 'xml' }), /output: .*table/);
    await server.stop();
  });

  it('writes nothing but messages to stdout, whatever is wrong with the cluster', async () => {
    const plugin = await file(
      'plugin.sh',
      '#!/bin/sh\necho "Welcome to your cloud, here is a token-like-string"\nexit 0\n',
    );
    const failing = await file('failing.sh', '#!/bin/sh\necho noise on stdout\necho "login required" >&2\nexit 3\n');
    await Promise.all([plugin, failing].map((path) => chmod(path, 0o755)));
    const exec = (command: string) =>
      `{ exec: { apiVersion: client.authentication.k8s.io/v1, command: '${command}', interactiveMode: Never } }`;
    const cases: [string, string, RegExp][] = [
      [
        'unreachable',
        kubeconfig('https://127.0.0.1:1'),
        /context "test" \(https:\/\/127\.0\.0\.1:1\) cannot be reached: the connection was refused/,
      ],
      ['unknown-host', kubeconfig('https://no-such-host.invalid'), /cannot be reached: its host name does not resolve/],
      ['broken', 'contexts: [\n  oops', /is not valid YAML/],
      ['empty', '', /no contexts at all/],
      [
        'no-cluster',
        'current-context: a\ncontexts: [{name: a, context: {cluster: b, user: c}}]',
        /names the cluster "b"/,
      ],
      ['chatty-plugin', kubeconfig('https://127.0.0.1:1', exec(plugin)), /did not print an ExecCredential/],
      [
        'failing-plugin',
        kubeconfig('https://127.0.0.1:1', exec(failing)),
        /plugin ".*failing\.sh" failed: login required/,
      ],
      ['missing-plugin', kubeconfig('https://127.0.0.1:1', exec('/no/such/plugin')), /is not installed/],
      [
        'missing-certificate',
        kubeconfig('https://127.0.0.1:1', '{ client-certificate: gone.crt, client-key: gone.key }'),
        /cannot be obtained.*gone\.crt/,
      ],
    ];
    for (const [name, content, expected] of cases) {
      const raw = new RawServer(['--kubeconfig', await file(name, content)]);
      raw.initialize();
      raw.call(1, 'list_resources', { kind: 'pods' });
      const { result } = await raw.answer(1);
      assert.equal(result?.isError, true, name);
      const text = result?.content?.[0]?.text ?? '';
      assert.match(text, expected, name);
      assert.doesNotMatch(text, /token-like-string|\n\s+at /, name);
      raw.process.stdin?.end();
      assert.equal(await raw.exited, 0, name);
      assert.deepEqual(
        raw.messages().map(({ id, jsonrpc }) => [id, jsonrpc]),
        [
          [0, '2.0'],
          [1, '2.0'],
        ],
        name,
      );
    }
  });

  it('survives lines that are not messages', async () => {
    const raw = new RawServer([]);
    for (const line of [
      '',
      'hello',
      '{',
      '[]',
      'null',
      '{"jsonrpc":"2.0"}',
      '{"jsonrpc":"2.0","id":7,"method":"no/such"}',
      '\u0000',
      `{"x":"${'y'.repeat(100_000)}"}`,
    ])
      raw.send(line);
    raw.initialize();
    await raw.answer(0);
    raw.process.stdin?.end();
    assert.equal(await raw.exited, 0);
    for (const message of raw.messages()) assert.equal(message.jsonrpc, '2.0');
    const errors = raw.messages().filter(({ id }) => id === null);
    const [hello, ...others] = errors.map(({ error }) => (error as { code: number }).code);
    assert.deepEqual([hello, new Set(others)], [-32_700, new Set([-32_700, -32_600])]);
  });

  it('answers a first line with a byte-order mark', async () => {
    const raw = new RawServer([]);
    raw.send(`\uFEFF${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}`);
    assert.deepEqual((await raw.answer(1)).result, {});
    raw.process.stdin?.end();
    assert.equal(await raw.exited, 0);
  });

  it('exits without a word when nobody reads stdout any more', async () => {
    const raw = new RawServer([]);
    raw.initialize();
    await raw.answer(0);
    raw.process.stdout?.destroy();
    // The system notices with a write at the earliest.
    const asking = setInterval(() => raw.send({ jsonrpc: '2.0', id: 1, method: 'ping' }), 20);
    assert.equal(await raw.exited, 0);
    clearInterval(asking);
    assert.equal(raw.stderr, '');
  });

  describe('with an API server that never answers', () => {
    let silent: Server;
    let path: string;
    before(async () => {
      silent = createServer(() => undefined);
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      path = await file('silent', kubeconfig(`http://127.0.0.1:${(silent.address() as { port: number }).port}`));
    });
    after(() => silent.close());

    it('exits within a second when stdin closes, with requests under way', async () => {
      const raw = new RawServer(['--kubeconfig', path]);
      raw.initialize();
      await raw.answer(0);
      const arrived = new Promise<void>((resolve) => silent.once('connection', () => resolve()));
      raw.call(1, 'list_resources', { kind: 'pods' });
      await arrived;
      const closed = performance.now();
      raw.process.stdin?.end();
      assert.equal(await raw.exited, 0);
      const took = unhurried(performance.now() - closed);
      assert.ok(took < 1000, `${took} ms`);
    });

    it('ends a call that the client cancels, and goes on', async () => {
      const server = await McpServer.start(path);
      const abort = new AbortController();
      const call = server.client.callTool({ name: 'list_resources', arguments: { kind: 'pods' } }, undefined, {
        signal: abort.signal,
      });
      silent.once('connection', () => abort.abort());
      await assert.rejects(call);
      assert.deepEqual(await server.tools(), READ_TOOLS);
      await server.stop();
    });
  });

  it('answers what was asked before stdin closed, as long as the API server does', async () => {
    const cluster = await testCluster();
    const proxy = await FaultProxy.start(cluster.kubeconfig('admin'));
    try {
      // Discovery plus the object: together longer than anyone waits for a silent server.
      proxy.fail(() => true, { latency: 300 });
      for (const kubeconfig of [cluster.kubeconfig('admin'), proxy.kubeconfig]) {
        const raw = new RawServer(['--kubeconfig', kubeconfig]);
        raw.initialize();
        raw.call(1, 'get_resource', { kind: 'ns', name: 'shop' });
        raw.process.stdin?.end();
        assert.equal(await raw.exited, 0);
        assert.match(raw.messages().find(({ id }) => id === 1)?.result?.content?.[0]?.text ?? '', /kind: Namespace/);
      }
    } finally {
      await proxy.stop();
    }
  });
});
