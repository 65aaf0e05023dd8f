/**
 * A process of its own that starts the cluster's components and outlives nobody: when its parent ends, however that
 * happens, the channel to it closes, and the components and the data folder go.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync } from 'node:fs';

/** A program to run. */
export interface Component {
  name: string;
  file: string;
  args: string[];
  env: Record<string, string>;
  folder: string;
  log: string;
}

/** What the parent asks for, and what it is told. */
export type Request = { start: Component } | { stop: string };
export type Report = { ended: string; reason: string };

const children = new Map<string, ChildProcess>();
const dataFolder = process.argv[2];

function report(message: Report): void {
  if (process.connected) process.send?.(message);
}

function start({ name, file, args, env, folder, log }: Component): void {
  const output = openSync(log, 'a');
  const child = spawn(file, args, { cwd: folder, env, stdio: ['ignore', output, output], windowsHide: true });
  closeSync(output);
  children.set(name, child);
  child.on('error', (error) => report({ ended: name, reason: error.message }));
  child.on('exit', (code, signal) => report({ ended: name, reason: signal ?? `exit code ${code}` }));
}

// Nothing of a cluster's data is kept, so there is nothing to end gracefully.
async function stop(name: string): Promise<void> {
  const child = children.get(name);
  children.delete(name);
  if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function end(): Promise<void> {
  await Promise.all([...children.keys()].map(stop));
  if (dataFolder) rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  // Commands that were executed "in a pod" are in this process's group; this ends them and this process itself.
  if (process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL');
  process.exit();
}

process.on('message', (request: Request) => {
  if ('start' in request) start(request.start);
  else void stop(request.stop);
});
process.on('disconnect', () => void end());
process.on('SIGTERM', () => void end());
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
