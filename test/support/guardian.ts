/**
 * A separate process, `guardian.ts <folder>`, that starts programs for its parent. However the parent ends, the channel
 * closes, and the guardian kills every program with its descendants and removes the folder.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { removeGroup } from './control-groups.ts';

/** A program to run. */
export interface Program {
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  /** The working directory. */
  folder?: string;
  /** How long it may take to exit by itself, in milliseconds; by default it is killed at once. */
  grace?: number;
  /** Its cgroups, removed after it ends. */
  groups?: string[];
}

/** How a program ended. */
export interface End {
  code: number;
  reason: string;
}

/** Messages from and to the parent. */
export type Request = { start: Program; log: string } | { stop: string };
export type Report = End & { ended: string };

const windows = process.platform === 'win32';
const dataFolder = process.argv[2];
const running = new Map<string, { pid: number; grace: number; groups: string[] }>();
let ending = false;

function start({ name, command, args, env, folder, grace = 0, groups = [] }: Program, log: string): void {
  const output = openSync(log, 'a');
  // A separate process group, to end it with its descendants.
  const options = { cwd: folder, env, detached: !windows, windowsHide: true };
  const child = spawn(command, args, { ...options, stdio: ['ignore', output, output] });
  closeSync(output);
  if (child.pid !== undefined) running.set(name, { pid: child.pid, grace, groups });
  const report = (end: End) => {
    const message: Report = { ended: name, ...end };
    // The parent may be gone.
    process.send?.(message, undefined, undefined, () => {});
  };
  child.on('error', ({ message }) => report({ code: 127, reason: message }));
  child.on('exit', (code, signal) => report({ code: code ?? 1, reason: signal ?? `exit code ${code}` }));
}

async function stop(name: string): Promise<void> {
  const program = running.get(name);
  running.delete(name);
  if (!program) return;
  const { pid, grace, groups } = program;
  if (windows) {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']);
    return;
  }
  const begin = Date.now();
  const late = (milliseconds: number) => Date.now() - begin >= milliseconds;
  let alive = signalGroup(pid, grace ? 'SIGTERM' : 'SIGKILL');
  // If nothing reaps orphans, a group of zombies remains.
  while (alive && !late(grace + 2_000)) {
    await delay(10);
    alive = signalGroup(pid, late(grace) ? 'SIGKILL' : 0);
  }
  // Programs with their own namespaces end shortly after their first process.
  while (!groups.every(removeGroup) && !late(grace + 10_000)) await delay(10);
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await Promise.all([...running.keys()].map(stop));
  if (dataFolder) rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  process.exit();
}

process.on('message', (request: Request) => {
  if (ending) return;
  if ('start' in request) start(request.start, request.log);
  else void stop(request.stop);
});
for (const event of ['disconnect', 'SIGINT', 'SIGTERM', 'SIGHUP']) process.on(event, () => void end());
process.on('uncaughtException', (error) => {
  console.error(error);
  void end();
});
