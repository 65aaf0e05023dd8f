import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const folder = join(root, 'dist', 'test');

/** The extension as users install it, once packed. */
export const vsix = join(folder, 'mcp-k8s.vsix');

/** Builds and packs the extension like `npm run package`. */
export async function packExtension(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const shell = process.platform === 'win32';
  await promisify(execFile)('npm', ['run', 'package', '--', '--out', vsix], { cwd: root, shell });
}
