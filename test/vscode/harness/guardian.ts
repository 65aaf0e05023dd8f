// Runs as a process of its own between us and a started process: `guardian.ts <temporary folder> <command> <args>`.
// When its stdin closes (we stop, or are killed) it ends the command's whole process group.
import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const [temporaryFolder = '', command = '', ...args] = process.argv.slice(2);
const windows = process.platform === 'win32';
const grace = 3_000;

const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: !windows, windowsHide: true });
let exitCode = 0;
let ending = false;

child.on('exit', (code) => {
  exitCode = code ?? 1;
  end();
});
child.on('error', (error) => {
  console.error(error.message);
  exitCode = 127;
  end();
});
process.stdin.on('close', end).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
// Whoever read our output may be gone.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await endTree();
  if (temporaryFolder) rmSync(temporaryFolder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(exitCode);
}

async function endTree(): Promise<void> {
  if (child.pid === undefined) return;
  if (windows) {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
    return;
  }
  const deadline = Date.now() + grace;
  signalGroup(child.pid, 'SIGTERM');
  while (signalGroup(child.pid, 0)) {
    if (Date.now() > deadline) signalGroup(child.pid, 'SIGKILL');
    await delay(20);
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
