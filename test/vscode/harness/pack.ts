import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Makes the VSIX as `npm run package` does, and returns its path. */
export async function packExtension(): Promise<string> {
  const folder = join(root, 'dist', 'test');
  await mkdir(folder, { recursive: true });
  const vsix = join(folder, 'mcp-k8s.vsix');
  const shell = process.platform === 'win32';
  await promisify(execFile)('npm', ['run', 'package', '--', '--out', vsix], { cwd: root, shell });
  return vsix;
}
