import { randomUUID } from 'node:crypto';
import { rmdirSync, unlinkSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, rename, rm, rmdir, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { userFolder } from '../apimachinery/user-folders.ts';

/** How often a waiting process checks the lock, and how often the holder refreshes it, in milliseconds. */
const LOOK_MS = 250;
const BEAT_MS = 2_000;
/** A holder without a sign of life for this long while somebody waits is gone: its process ID may be reused. */
const SILENT_MS = 20_000;
/** Error codes for replacing a folder that is not empty. */
const HELD = process.platform === 'win32' ? ['EEXIST', 'EPERM', 'EACCES'] : ['ENOTEMPTY', 'EEXIST'];

/** Held until `release` is called or the process ends. */
export interface LoginLock {
  release(): void;
}

const held = new Set<LoginLock>();
process.once('exit', () => {
  for (const lock of held) lock.release();
});

/** Where the user's processes agree on which one runs a plugin. */
const LOCKS = 'logins';

/**
 * Waits until no other process of the user holds the lock of this name, and takes it. A lock is a folder with one file,
 * named after its owner. The folder is created with the file in it, so it always has an owner; and removing a dead
 * owner's file never removes another's. Undefined where no lock is possible, such as without a home folder: then
 * nothing is waited for.
 * @param onHeld called once when another process holds it.
 * @throws the signal's reason.
 */
export async function takeLoginLock(
  name: string,
  {
    signal,
    onHeld,
    folder = join(userFolder('cache'), LOCKS),
  }: { signal: AbortSignal; onHeld?: () => void; folder?: string },
): Promise<LoginLock | undefined> {
  if (!(await isOwnFolder(folder))) return undefined;
  const path = join(folder, name);
  let told = false;
  let seen = { owner: '', beat: 0, since: 0 };
  for (;;) {
    signal.throwIfAborted();
    const lock = await take(folder, path);
    if (lock !== 'held') return lock;
    const [owner] = await readdir(path).catch(() => []);
    // Left behind if a process died between removing its file and the folder.
    if (owner === undefined) await rmdir(path).catch(() => undefined);
    else {
      const beat = await stat(join(path, owner)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      if (owner !== seen.owner || beat !== seen.beat) seen = { owner, beat, since: performance.now() };
      if (isGone(owner) || performance.now() - seen.since > SILENT_MS) {
        await unlink(join(path, owner)).catch(() => undefined);
        await rmdir(path).catch(() => undefined);
        continue;
      }
    }
    if (!told) onHeld?.();
    told = true;
    await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function take(folder: string, path: string): Promise<LoginLock | 'held' | undefined> {
  const owner = `${process.pid}@${hostname()}@${randomUUID()}`;
  const prepared = join(folder, `.${randomUUID()}`);
  try {
    await mkdir(prepared, { mode: 0o700 });
    await writeFile(join(prepared, owner), '', { mode: 0o600 });
    // Replaces nothing, or an empty folder: one with an owner cannot be replaced.
    await rename(prepared, path);
  } catch (error) {
    await rm(prepared, { recursive: true, force: true }).catch(() => undefined);
    return HELD.includes(String((error as NodeJS.ErrnoException).code)) ? 'held' : undefined;
  }
  return hold(path, join(path, owner));
}

function hold(path: string, file: string): LoginLock {
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, BEAT_MS).unref();
  const lock: LoginLock = {
    release() {
      if (!held.delete(lock)) return;
      clearInterval(beat);
      try {
        unlinkSync(file);
        rmdirSync(path);
      } catch {
        // Another process has it.
      }
    },
  };
  held.add(lock);
  return lock;
}

function isGone(owner: string): boolean {
  const [pid, host] = owner.split('@');
  // Processes of another machine or container cannot be checked here.
  if (host !== hostname() || !/^[1-9]\d*$/.test(pid ?? '')) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Creates the folder, and checks that it is not another user's. */
async function isOwnFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const found = await lstat(folder);
    if (!found.isDirectory()) return false;
    if (process.getuid === undefined) return true;
    if (found.uid !== process.getuid()) return false;
    if ((found.mode & 0o077) !== 0) await chmod(folder, 0o700);
    return true;
  } catch {
    return false;
  }
}
