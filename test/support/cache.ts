import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';

/** Reports progress. */
export type Progress = (line: string) => void;

/** Our folder in this system's cache directory: `<cache>/mcp-k8s/<parts>`. */
export function cacheFolder(...parts: string[]): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const base =
    XDG_CACHE_HOME ||
    (process.platform === 'win32' && LOCALAPPDATA) ||
    path.join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  return path.join(base, 'mcp-k8s', ...parts);
}

/** Makes a file or folder once for all runs: one process at a time, under a temporary name, renamed when complete. */
export async function makeOnce(
  target: string,
  make: (temporary: string) => Promise<void>,
  progress: Progress = console.error,
): Promise<void> {
  if (existsSync(target)) return;
  await mkdir(path.dirname(target), { recursive: true });
  const release = await lock(target, () => progress(`waiting for another run, which is making ${target}`));
  const temporary = `${target}.part`;
  const clean = () => rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  try {
    // Another run may have made it meanwhile.
    if (existsSync(target)) return;
    await clean();
    await make(temporary);
    await rename(temporary, target);
  } finally {
    await clean();
    release();
  }
}

/** Takes the lock of `target`, a socket because that is released however its owner ends. */
async function lock(target: string, onWait: () => void): Promise<() => void> {
  const name = `mcp-k8s-${createHash('sha256').update(path.resolve(target)).digest('hex').slice(0, 16)}`;
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : `/tmp/${name}.lock`;
  const waiting = new Set<Socket>();
  for (;;) {
    const server = createServer((socket) => waiting.add(socket.on('error', () => {}))).listen(address);
    try {
      await once(server, 'listening');
      return () => {
        server.close();
        for (const socket of waiting) socket.destroy();
      };
    } catch (error) {
      if (!hasCode(error, 'EADDRINUSE')) throw error;
    }
    await ownerGone(address, onWait);
  }
}

/** Resolves when the socket's owner releases it or ends. */
async function ownerGone(address: string, onWait: () => void): Promise<void> {
  const socket = connect(address);
  try {
    await once(socket, 'connect');
  } catch (error) {
    if (hasCode(error, 'ECONNREFUSED')) await rm(address, { force: true });
    else if (!hasCode(error, 'ENOENT')) throw error;
    return;
  }
  onWait();
  await once(socket.resume(), 'close').catch(() => {});
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
