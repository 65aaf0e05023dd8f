import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmName } from '../../scripts/server-files.ts';
import { HELP } from '../../src/server/command-line/options.ts';
import { until } from '../support/until.ts';
import { helm, serverArguments } from './chart.ts';
import { snippetsIn, snippetsOf } from './docs.ts';
import { testCluster } from './environment.ts';
import { HttpServer, INITIALIZE } from './http-process.ts';
import { PYTHON_SDKS } from './prerequisites.ts';
import { PythonClient } from './python-client.ts';
import { apply, kubectl, namespacesDeleted } from './scratch.ts';

/** Where the page turns to SSE at a node's port. */
const OTHER_WAY = /^## 6\. /m;
const PAGES = ['http.md', 'dify.md', 'dify.zh-cn.md'];

interface Remote {
  url: string;
  headers: Record<string, string>;
}

describe('the documentation on HTTP', () => {
  let kubeconfig: string;
  let folder: string;
  before(async () => {
    kubeconfig = (await testCluster()).kubeconfig('admin');
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-docs-'));
    await writeFile(join(folder, 'tokens.txt'), `${'t'.repeat(32)},reader\n`);
  });
  after(() => rm(folder, { recursive: true }));

  it('names no option that there is not', async () => {
    for (const page of PAGES) {
      const { text, commands } = await snippetsOf(page);
      const written = [...text.matchAll(/`(--[a-z-]+)/g)].map(([, option = '']) => option);
      const used = commands.filter(([program]) => program === 'npx').flat();
      for (const option of [...written, ...used.filter((word) => word.startsWith('--'))])
        assert.ok(new RegExp(`${option}(?![\\w-])`).test(HELP), `${page}: ${option}`);
    }
  });

  it('starts the server with commands that work', async () => {
    let started = 0;
    for (const page of PAGES) {
      for (const [program, name, ...args] of (await snippetsOf(page)).commands) {
        if (program !== 'npx') continue;
        assert.equal(name, npmName(), page);
        const server = await HttpServer.start([...args, '--kubeconfig', kubeconfig], {}, { cwd: folder });
        assert.equal((await fetch(server.url('/readyz'))).status, 200, args.join(' '));
        started += 1;
      }
    }
    assert.equal(started, 4);
  });

  it('installs the chart with values that it has', async () => {
    let rendered = 0;
    for (const page of PAGES) {
      for (const [program, action, ...args] of (await snippetsOf(page)).commands) {
        if (program !== 'helm' || action !== 'install') continue;
        const manifests = await helm('template', ...args.filter((arg) => arg !== '--create-namespace'));
        assert.match(manifests, /kind: Deployment/);
        if (args.includes('authentication.mode=pass-through')) assert.match(manifests, /--pass-through/);
        rendered += 1;
      }
    }
    assert.equal(rendered, 5);
  });

  it('configures VS Code with a URL and a header that let it in', async () => {
    const { json, text } = await snippetsOf('http.md');
    const { inputs, servers } = json.find((one) => 'servers' in one) as {
      inputs: { id: string }[];
      servers: Record<string, { type: string } & Remote>;
    };
    const { type, url, headers } = servers.kubernetes ?? { type: '', url: '', headers: {} };
    assert.equal(type, 'http');
    assert.equal(headers.Authorization, `Bearer \${input:${inputs[0]?.id}}`);
    // Claude Code is given the same values.
    assert.ok(
      text.includes(`claude mcp add --transport http kubernetes ${url} --header "Authorization: Bearer $TOKEN"`),
    );
    const { host, pathname } = new URL(url);
    const server = await HttpServer.start(
      [...['--kubeconfig', kubeconfig, '--auth-token-file', 'tokens.txt'], ...['--public-url', new URL(url).origin]],
      {},
      { cwd: folder },
    );
    assert.equal(pathname, '/mcp');
    assert.ok(server.urls.includes(url));
    // As it arrives through the proxy.
    assert.equal(
      await statusOf(server, pathname, { host, authorization: `Bearer ${'t'.repeat(32)}` }, INITIALIZE),
      200,
    );
    const { call } = await server.connect({ token: 't'.repeat(32) });
    assert.match(await call('list_contexts'), /admin/);
  });

  it('leads from an empty Dify to tools that only read, and back, as it is written', async () => {
    const [page = ''] = (await snippetsOf('dify.md')).text.split(OTHER_WAY);
    const { commands, json, text } = snippetsIn(page);
    const kubectls = commands.flatMap(([program, ...args]) => (program === 'kubectl' ? [args] : []));
    try {
      let token = '';
      for (const args of kubectls) token = await kubectl(...args);
      const [, , ...args] = commands.find(([program]) => program === 'npx') ?? [];
      const server = await HttpServer.start([...args, '--kubeconfig', kubeconfig]);
      const tools = json.find((one) => 'kubernetes' in one) as { kubernetes: Remote & { transport: string } };
      const { url, headers, transport } = tools.kubernetes;
      assert.deepEqual([transport, headers.Authorization], ['streamable_http', 'Bearer <token>']);
      const { host, pathname } = new URL(url);
      const authorization = `Bearer ${token}`;
      assert.equal(await statusOf(server, pathname, { host, authorization }), 200);
      // The troubleshooting advice names each of these statuses.
      assert.equal(await statusOf(server, pathname, { host, authorization: `${authorization}x` }), 401);
      assert.equal(await statusOf(server, pathname, { host: 'dify.example.com', authorization }), 403);
      assert.equal(await statusOf(server, '/sse', { host, authorization }), 404);

      const [first = '', ...rest] = PYTHON_SDKS;
      for (const sdk of [first, ...rest]) {
        const client = await PythonClient.start(sdk, server.url(pathname), 'streamable-http', token);
        assert.match(text, /Dify now shows seventeen tools/);
        assert.equal((await client.text('tools/list')).split(' ').length, 17);
        const found = await client.text('list_resources', { kind: 'deploy', namespace: 'shop' });
        assert.match(found, /deployments\.apps in namespace shop/);
        assert.match((await client.ask('list_resources', { kind: 'secret' })).text, /closed to agents/);
        assert.match((await client.ask('list_resources', { kind: 'node' })).text, /forbidden/i);
        await client.stop();
      }
      const line = await server.logged(({ message }) => message === 'call');
      const example = json.find((one) => 'caller' in one) ?? {};
      assert.deepEqual(Object.keys(line), Object.keys(example));
      assert.equal(line.caller, example.caller);

      const last = [...text.matchAll(/`(kubectl delete [^`]+)`/g)].at(-1)?.[1] ?? '';
      await kubectl(...last.split(' ').slice(1));
      // The token review stays cached for ten seconds, here and in the API server.
      await until(async () => (await statusOf(server, pathname, { host, authorization })) === 401);
    } finally {
      await kubectl('delete', 'namespace', 'agents', '--wait=false', '--ignore-not-found');
      await kubectl('delete', 'clusterrolebinding', 'dify-view', '--ignore-not-found');
    }
  });

  it('leads a Dify that only knows SSE to a node’s port, as it is written', async () => {
    const [first = '', other = ''] = (await snippetsOf('dify.md')).text.split(OTHER_WAY);
    const { commands, json } = snippetsIn(other);
    const install = commands.find(([program]) => program === 'helm') ?? [];
    const manifests = await helm('template', ...install.slice(2));
    const { url, transport } = Object.values(json[0] ?? {})[0] as Remote & { transport: string };
    const port = /nodePort: (\d+)/.exec(manifests)?.[1];
    assert.deepEqual([transport, url], ['sse', `http://<node>:${port}/sse`]);
    const roles = manifests.split(/^---$/m).filter((one) => /^kind: ClusterRole$/m.test(one));
    const account = snippetsIn(first).commands.filter(([program, verb, what]) =>
      /^kubectl create (namespace|serviceaccount)$/.test([program, verb, what].join(' ')),
    );
    // The namespace of the other way.
    await namespacesDeleted();
    try {
      await apply(roles.join('---'));
      let token = '';
      for (const [program, ...args] of [...account, ...commands])
        if (program === 'kubectl') token = await kubectl(...args);
      const args = serverArguments(manifests).filter((arg) => !/^--(host|port)=/.test(arg));
      const server = await HttpServer.start(['--kubeconfig', kubeconfig, ...args]);
      // Names of nodes have no dot; a name with one is explained in the text.
      const client = await PythonClient.start(PYTHON_SDKS[0] ?? '', server.url('/sse'), 'sse', token);
      assert.match(await client.text('list_resources', { kind: 'deploy', namespace: 'shop' }), /deployments\.apps in/);
      // Its older models of an answer know texts, pictures and embedded resources only.
      assert.match(
        await client.text('get_resource', { kind: 'deploy', name: 'web', namespace: 'shop' }),
        /kind: Deploy/,
      );
      // Of a schema it shows the model types and descriptions: values are taken in any case.
      assert.match(await client.text('list_events', { namespace: 'shop', type: 'warning' }), /Warning/);
      assert.match((await client.ask('delete_resource', { kind: 'pod', name: 'x' })).text, /switched off/);
      await client.stop();
    } finally {
      await kubectl('delete', 'namespace', 'agents', '--wait=false', '--ignore-not-found');
      await kubectl('delete', 'clusterrolebinding', 'dify-mcp', '--ignore-not-found');
      await kubectl(
        'delete',
        'clusterrole',
        'agents:mcp-k8s',
        'agents:mcp-k8s:caller',
        'agents:mcp-k8s:token-review',
        '--ignore-not-found',
      );
    }
  });

  it('says the same in both languages', async () => {
    const [english, chinese] = await Promise.all([snippetsOf('dify.md'), snippetsOf('dify.zh-cn.md')]);
    assert.deepEqual(chinese.commands, english.commands);
    const plain = (json: unknown) => JSON.stringify(json).replaceAll(/<[^>]+>/g, '<>');
    assert.equal(plain(chinese.json), plain(english.json));
    const quoted = (text: string) => new Set(text.match(/`[-\w/:.]+`/g));
    assert.deepEqual(quoted(chinese.text), quoted(english.text));
  });
});

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

/** The status of a request with these headers. */
function statusOf(server: HttpServer, path: string, headers: Record<string, string>, body = LIST): Promise<number> {
  return new Promise((resolve, reject) => {
    const accept = 'application/json, text/event-stream';
    const outgoing = request(server.url(path), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...headers },
    });
    outgoing.once('error', reject).once('response', (response) => resolve(response.resume().statusCode ?? 0));
    outgoing.end(JSON.stringify(body));
  });
}
