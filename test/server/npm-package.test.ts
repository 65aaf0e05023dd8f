import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

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

  it('is one file that npx starts, without dependencies', async function () {
    this.timeout(60_000);
    const packed = await npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder);
    const [pack] = Object.values(JSON.parse(packed.stdout)) as { filename: string; files: { path: string }[] }[];
    assert.deepEqual(
      pack?.files.map(({ path }) => path).sort(),
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'dist/THIRD-PARTY-NOTICES.txt',
        'dist/server.cjs',
        'package.json',
      ].sort(),
    );
    await npm(folder, 'install', '--no-audit', '--no-fund', '--prefix', folder, `./${pack?.filename}`);
    const { version } = await json('package.json');
    const { stdout } = await npm(folder, 'exec', '--offline', '--prefix', folder, 'mcp-k8s', '--', '--version');
    assert.equal(stdout.trim(), version);
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
