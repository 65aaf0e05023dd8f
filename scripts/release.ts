/** `npm run release -- v1.2.3`: makes what a release publishes in dist/release, after checking that versions agree. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { agentPlugin } from './agent-plugin.ts';
import { writeFiles, zipOf } from './archives.ts';
import { changesOf } from './changelog.ts';
import { mcpBundle } from './mcp-bundle.ts';
import { npmPackage } from './npm-package.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'dist', 'release');
const read = (name: string) => readFileSync(join(root, name), 'utf8');

/** The version, by each place that states it. */
export function versions(): Record<string, string> {
  const server = JSON.parse(read('server.json')) as {
    version: string;
    packages: { identifier: string; version?: string }[];
  };
  const chart = parse(read('deploy/helm/mcp-k8s/Chart.yaml')) as { version: string; appVersion: string };
  return {
    'package.json': (JSON.parse(read('package.json')) as { version: string }).version,
    'package-lock.json': (JSON.parse(read('package-lock.json')) as { version: string }).version,
    'server.json': server.version,
    ...Object.fromEntries(
      server.packages.map(({ identifier, version }, at) => [
        `packages[${at}] of server.json`,
        // An image has it in its tag, which is that of the repository.
        version ?? identifier.replace(/^.*:v/, ''),
      ]),
    ),
    'version of Chart.yaml': chart.version,
    'appVersion of Chart.yaml': chart.appVersion,
  };
}

function npm(...args: string[]): void {
  const { status } = spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed`);
}

async function release(tag: string): Promise<void> {
  const wanted = tag.replace(/^v/, '');
  const others = Object.entries(versions()).filter(([, version]) => version !== wanted);
  if (others.length > 0)
    throw new Error(`${wanted} is not the version in ${others.map((one) => one.join(': ')).join(', ')}`);
  const changes = changesOf(read('CHANGELOG.md'), wanted);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  npm('run', 'package', '--', '--out', join(folder, 'mcp-k8s.vsix'));
  const staged = join(root, 'dist', 'npm');
  rmSync(staged, { recursive: true, force: true });
  writeFiles(staged, npmPackage());
  npm('pack', staged, '--pack-destination', folder);
  for (const file of readdirSync(folder))
    if (file.endsWith('.tgz')) renameSync(join(folder, file), join(folder, 'mcp-k8s.tgz'));
  writeFileSync(join(folder, 'mcp-k8s.mcpb'), await zipOf(mcpBundle()));
  writeFileSync(join(folder, 'mcp-k8s-plugin.zip'), await zipOf(agentPlugin()));
  for (const name of ['sbom.cdx.json', 'THIRD-PARTY-NOTICES.txt'])
    copyFileSync(join(root, 'dist', name), join(folder, name));
  writeFileSync(join(folder, 'CHANGES.md'), changes);
  console.log(`In dist/release: ${readdirSync(folder).sort().join(', ')}`);
}

if (import.meta.main) {
  const [tag = ''] = process.argv.slice(2);
  try {
    if (!/^v\d+\.\d+\.\d+$/.test(tag)) throw new Error('npm run release -- v1.2.3');
    await release(tag);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
