import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Paths in a package, always with `/`, and what is there. */
export type Files = Map<string, string | Buffer>;

export interface Manifest {
  version: string;
  license: string;
  author: string;
  homepage: string;
  bugs: string;
  repository: { type: string; url: string };
  bin: Record<string, string>;
  mcpName: string;
  engines: { node: string };
  keywords: string[];
}

const root = new URL('../', import.meta.url);

/** A file of the repository. */
export function readBytes(name: string): Buffer {
  return readFileSync(new URL(name, root));
}

/** The repository's package.json, which describes the extension. */
export function extensionManifest(): Manifest {
  return JSON.parse(readBytes('package.json').toString()) as Manifest;
}

/** What the MCP registry is told of the server. */
export function registryEntry(): { title: string; description: string; packages: { identifier: string }[] } {
  return JSON.parse(readBytes('server.json').toString());
}

/** The npm package's name: server.json is the only place that decides it. */
export function npmName(): string {
  const [npm] = registryEntry().packages;
  if (!npm) throw new Error('server.json has no package.');
  return npm.identifier;
}

/** The program that starts the server. */
export function entryPoint(): string {
  const [file = ''] = Object.values(extensionManifest().bin);
  return file;
}

/** The built server with its licences: what `npm pack` takes from here, but for package.json. */
export function serverFiles(): Files {
  const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [pack] = Object.values(JSON.parse(listed)) as { files: { path: string }[] }[];
  const paths = pack?.files.map(({ path }) => path).filter((path) => path !== 'package.json') ?? [];
  if (!paths.includes(entryPoint())) throw new Error('The server is not built: npm run build');
  return new Map(paths.map((path) => [path, readBytes(path)]));
}
