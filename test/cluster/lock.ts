import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from './binaries.ts';

/** Runs `work` while no other process of this machine holds the lock file; that of a dead process is taken over. */
export async function withLock(file: string, progress: Progress, work: () => Promise<void>): Promise<void> {
  let waiting = false;
  while (!acquire(file)) {
    const pid = holder(file);
    if (pid !== undefined && !isRunning(pid)) rmSync(file, { force: true });
    else await sleep(500);
    if (!waiting && pid) progress(`waiting for process ${pid}, which is building the same`);
    waiting = true;
  }
  try {
    await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function acquire(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function holder(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
