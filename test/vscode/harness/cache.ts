import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { poll } from './process.ts';

/** A folder of ours in the user's cache: `<cache>/mcp-k8s/<parts>`. */
export function cacheFolder(...parts: string[]): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const own = {
    darwin: path.join(homedir(), 'Library', 'Caches'),
    win32: LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local'),
  };
  const platformCache =
    process.platform === 'darwin' || process.platform === 'win32' ? own[process.platform] : undefined;
  return path.join(XDG_CACHE_HOME || platformCache || path.join(homedir(), '.cache'), 'mcp-k8s', ...parts);
}

/** Fills `folder` once for all runs: in a temporary folder, under a lock, renamed when complete. */
export async function installOnce(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  if (await exists(folder)) return;
  await mkdir(path.dirname(folder), { recursive: true });
  const lock = `${folder}.lock`;
  await poll(`another run to finish installing ${folder}`, () => takeLock(lock), { timeout: 15 * 60_000 });
  try {
    if (await exists(folder)) return;
    const temporary = `${folder}.part`;
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary);
    await fill(temporary);
    await rename(temporary, folder);
  } finally {
    await rm(lock, { force: true });
  }
}

/** Whether a file or folder is there. */
export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function takeLock(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx');
    await file.write(String(process.pid));
    await file.close();
    return true;
  } catch {
    const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
    // An empty lock is being written at this moment.
    if (owner > 0 && !isAlive(owner)) await rm(lock, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
