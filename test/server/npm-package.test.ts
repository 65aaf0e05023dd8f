import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport, type StdioServerParameters } from '@modelcontextprotocol/sdk/client/stdio.js';
import { agentPlugin } from '../../scripts/agent-plugin.ts';
import { writeFiles } from '../../scripts/archives.ts';
import { mcpBundle } from '../../scripts/mcp-bundle.ts';
import { npmPackage } from '../../scripts/npm-package.ts';
import { npmName } from '../../scripts/server-files.ts';
import { snippetsOf } from './docs.ts';
import { testCluster } from './environment.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const npm = (cwd: string, ...args: string[]) =>
  promisify(execFile)('npm', args, { cwd, shell: process.platform === 'win32' });
/** A client of the server that is started like this, with the names of its tools. */
async function connected(start: StdioServerParameters): Promise<{ client: Client; tools: string[] }> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StdioClientTransport(start));
  const { tools } = await client.listTools();
  return { client, tools: tools.map(({ name }) => name) };
}

const json = async (name: string) => JSON.parse(await readFile(join(ROOT, name), 'utf8'));

describe('the npm package', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-npm-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is a program that npx starts, without dependencies', async () => {
    writeFiles(join(folder, 'staged'), npmPackage());
    const packed = await npm(folder, 'pack', './staged', '--json');
    const [pack] = Object.values(JSON.parse(packed.stdout)) as { filename: string; files: { path: string }[] }[];
    assert.deepEqual(
      [...new Set(pack?.files.map(({ path }) => path.replace(/^(dist\/server)\/[\w-]+\.cjs$/, '$1')))].sort(),
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'README.zh-cn.md',
        'dist/THIRD-PARTY-NOTICES.txt',
        'dist/sbom.cdx.json',
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
      const { client, tools } = await connected({ ...start, cwd: folder, env });
      assert.ok(tools.includes('get_resource') && !tools.includes('delete_resource'), tools.join());
      assert.equal(client.getServerVersion()?.version, version);
      const answer = await client.callTool({ name: 'get_resource', arguments: { kind: 'ns', name: 'shop' } });
      assert.match(JSON.stringify(answer.content), /name: shop/);
      await client.close();
    }
  });

  it('starts as a bundle (.mcpb), with the switches that the user has ticked', async () => {
    const place = join(folder, 'bundle');
    writeFiles(place, mcpBundle());
    const manifest = JSON.parse(await readFile(join(place, 'manifest.json'), 'utf8'));
    const { command, args, env } = manifest.server.mcp_config as { command: string; args: string[]; env: object };
    const options = Object.entries(manifest.user_config as Record<string, { default: unknown }>);
    for (const ticked of [[], ['enable_delete']]) {
      const values = new Map(options.map(([name, option]) => [`user_config.${name}`, String(option.default)]));
      for (const name of ticked) values.set(`user_config.${name}`, 'true');
      values.set('__dirname', place);
      const filled = (text: string) =>
        text.replace(/\$\{([^}]+)\}/g, (_, name: string) => values.get(name) ?? 'missing');
      const { client, tools } = await connected({
        command,
        args: args.map(filled),
        env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(String(value))])),
        cwd: folder,
      });
      assert.deepEqual(
        tools.filter((name) => /^(create|update|delete)_/.test(name)),
        ticked.map(() => 'delete_resource'),
      );
      await client.close();
    }
  });

  it('starts from a plugin, for the hosts that know each of its two formats', async () => {
    const place = join(folder, 'plugin');
    const plugin = agentPlugin();
    assert.ok(plugin.has('skills/kubernetes-triage/SKILL.md'));
    writeFiles(place, plugin);
    for (const [file, variable] of [
      ['mcp.json', 'PLUGIN_ROOT'],
      ['.mcp.json', 'CLAUDE_PLUGIN_ROOT'],
    ] as const) {
      const { mcpServers } = JSON.parse(await readFile(join(place, file), 'utf8'));
      const [{ command, args }] = Object.values(mcpServers) as [{ command: string; args: string[] }];
      const filled = args.map((arg) => arg.replaceAll(`\${${variable}}`, place));
      const { client, tools } = await connected({ command, args: filled, cwd: folder });
      assert.ok(tools.includes('list_resources'), tools.join());
      await client.close();
    }
  });

  it('is what the registry of MCP servers is told', async () => {
    const [manifest, server] = await Promise.all([json('package.json'), json('server.json')]);
    const [described] = server.packages;
    assert.equal(server.name, manifest.mcpName);
    assert.deepEqual([server.version, described.version], [manifest.version, manifest.version]);
    assert.equal(described.identifier, npmName());
    assert.match(described.identifier, /^@mcp-k8s\//, 'without a scope, whoever takes the name gets our users');
    assert.ok(server.description.length <= 100);
  });
});
