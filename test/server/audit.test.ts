import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { connectTo, HttpServer } from './http-process.ts';
import { McpServer, RawServer } from './mcp-process.ts';

const WEB = { kind: 'deploy', name: 'web', namespace: 'shop' };

describe('the audit log', () => {
  let kubeconfig: string;
  let folder: string;
  before(async () => {
    kubeconfig = (await testCluster()).kubeconfig('admin');
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-audit-'));
  });
  after(() => rm(folder, { recursive: true }));

  /** The lines are there before the answers are. */
  async function lines(path: string): Promise<Record<string, unknown>[]> {
    return (await readFile(path, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  it('has a line for every call and every resource that is read, over stdio', async () => {
    const path = join(folder, 'stdio');
    const server = await McpServer.start(kubeconfig, ['--audit-log', path]);
    await server.text('get_resource', WEB);
    await server.error('delete_resource', { ...WEB, context: 'line\nbreak' });
    await server.error('no_such_tool');
    const uri = 'k8s:///shop/secrets/db-credentials.yaml';
    await server.client.readResource({ uri });
    await assert.rejects(server.client.readResource({ uri: 'k8s:///shop/pods/nothing.yaml' }));
    const found = await lines(path);
    await server.stop();
    const caller = 'Visual Studio Code';
    assert.deepEqual(
      found.map(({ time, seconds, ...entry }) => {
        assert.ok(Date.parse(String(time)) > 0);
        assert.equal(typeof seconds, 'number');
        return entry;
      }),
      [
        { caller, tool: 'get_resource', ...WEB, outcome: 'ok' },
        { caller, tool: 'delete_resource', context: 'line break', ...WEB, outcome: 'refused' },
        { caller, tool: 'unknown', outcome: 'error' },
        { caller, tool: 'resources/read', name: uri, outcome: 'ok' },
        { caller, tool: 'resources/read', name: 'k8s:///shop/pods/nothing.yaml', outcome: 'error' },
      ],
    );
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  it('names the caller who has proven it, over HTTP', async () => {
    const path = join(folder, 'http');
    const server = await HttpServer.start(
      ['--kubeconfig', kubeconfig, '--auth-token-stdin', '--audit-log', path],
      {},
      { input: `${'t'.repeat(40)},anna\n` },
    );
    const { call } = await server.connect({ token: 't'.repeat(40) });
    await call('list_contexts');
    const [entry] = await lines(path);
    assert.deepEqual([entry?.caller, entry?.tool, entry?.outcome], ['anna', 'list_contexts', 'ok']);
  });

  it('goes to stdout over HTTP, and never over stdio, by whatever name', async () => {
    const server = new RawServer(['--kubeconfig', kubeconfig, '--transport', 'sse', '--port', '0', '--audit-log', '-']);
    await until(() => server.stderr.includes('"listening"'));
    const [, port] = /"port":(\d+)/.exec(server.stderr) ?? [];
    const { call } = await connectTo(`http://127.0.0.1:${port}`, { over: 'sse' });
    await call('list_contexts');
    await until(() => server.stdout.endsWith('\n'));
    assert.deepEqual(JSON.parse(server.stdout).tool, 'list_contexts');
    for (const path of ['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])
      for (const option of ['--audit-log', '--journal']) {
        const refused = new RawServer(['--kubeconfig', kubeconfig, option, path]);
        assert.equal(await refused.exited, 1);
        assert.match(refused.stderr, new RegExp(`${option} cannot be stdout`));
        assert.equal(refused.stdout, '');
      }
  });
});
