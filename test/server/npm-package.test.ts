import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { snippetsOf } from './docs.ts';
import { testCluster } from './environment.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const npm = (cwd: string, ...args: string[]) =>
  promisify(execFile)('npm', args, { cwd, shell: process.platform === 'win32' });
const json = async (name: string) => JSON.parse(await readFile(join(ROOT, name), 'utf8'));

describe('the npm package', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-npm-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is a program that npx starts, without dependencies', async () => {
    const packed = await npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder);
    const [pack] = Object.values(JSON.parse(packed.stdout)) as { filename: string; files: { path: string }[] }[];
    assert.deepEqual(
      [...new Set(pack?.files.map(({ path }) => path.replace(/^(dist\/server)\/[\w-]+\.cjs$/, '$1')))].sort(),
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'dist/THIRD-PARTY-NOTICES.txt',
        'dist/server',
        'dist/server.cjs',
        'package.json',
      ].sort(),
    );
    await npm(folder, 'install', '--no-audit', '--no-fund', '--prefix', folder, `./${pack?.filename}`);
    const { version } = await json('package.json');
    const { stdout } = await npm(folder, 'exec', '--offline', '--prefix', folder, 'mcp-k8s', '--', '--version');
    assert.equal(stdout.trim(), version);

    // As started by the clients configured in the documentation.
    const { json: documents, text } = await snippetsOf('http.md');
    const configured = documents.flatMap(({ servers, mcpServers }): object[] =>
      Object.values({ ...servers, ...mcpServers }),
    );
    const local = configured.filter((one): one is { command: string; args: string[] } => 'command' in one);
    const [, claude = ''] = /`claude mcp add \S+ -- ([^`]+)`/.exec(text) ?? [];
    const [command = '', ...args] = claude.split(' ');
    assert.equal(local.length, 2);
    for (const start of [...local, { command, args }]) {
      const { PATH = '' } = process.env;
      const env = {
        PATH,
        HOME: folder,
        npm_config_offline: 'true',
        KUBECONFIG: (await testCluster()).kubeconfig('viewer'),
      };
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(new StdioClientTransport({ ...start, cwd: folder, env }));
      assert.equal(client.getServerVersion()?.version, version);
      const answer = await client.callTool({ name: 'get_resource', arguments: { kind: 'ns', name: 'shop' } });
      assert.match(JSON.stringify(answer.content), /name: shop/);
      await client.close();
    }
  });

  it('is what the registry of MCP servers is told', async () => {
    const [manifest, server] = await Promise.all([json('package.json'), json('server.json')]);
    const [described] = server.packages;
    assert.equal(server.name, manifest.mcpName);
    assert.deepEqual([server.version, described.version], [manifest.version, manifest.version]);
    assert.equal(described.identifier, manifest.name);
    assert.ok(server.description.length <= 100);
  });
});
