import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface StartOptions {
  env?: NodeJS.ProcessEnv;
  /** Removed when the process has ended, even if this one is killed first. */
  temporaryFolder?: string;
}

export interface Started {
  /** Resolves to the first match in a line of its output; rejects if the process ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** The last lines of its output, for error messages. */
  output(): string;
  exited: Promise<number>;
  /** Ends the process and everything it started. */
  stop(): Promise<void>;
}

/** Starts a process that ends, with all its children, when stopped or when this process is gone. */
export function start(command: string, args: string[], options: StartOptions = {}): Started {
  const guardian = fileURLToPath(new URL('guardian.ts', import.meta.url));
  const child = spawn(process.execPath, [guardian, options.temporaryFolder ?? '', command, ...args], {
    env: options.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl+C in the terminal must reach us only: we stop things in order.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 200) lines.shift();
      for (const listener of listeners) listener(line);
    });
  }
  const output = () => lines.join('\n');
  const exited = ended(child);
  return {
    output,
    exited,
    async line(pattern) {
      const seen = lines.map((line) => pattern.exec(line)).find((match) => match !== null);
      if (seen) return seen;
      const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
      const listener = (line: string) => {
        const match = pattern.exec(line);
        if (match) resolve(match);
      };
      listeners.add(listener);
      exited.then((code) => reject(new Error(`${command} ended with code ${code}:\n${output()}`)));
      return promise.finally(() => listeners.delete(listener));
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}

/** Runs a command to its end, its output on our stderr. */
export async function runCommand(command: string, args: string[], options: { cwd?: string } = {}): Promise<void> {
  const child = spawn(command, args, {
    ...options,
    stdio: ['ignore', 2, 2],
    // npm is a script on Windows; the arguments are ours.
    shell: process.platform === 'win32',
  });
  const code = await ended(child);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed with code ${code}`);
}

/** Asks until the answer is neither undefined nor false. */
export async function poll<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  { timeout = 30_000, interval = 50 } = {},
): Promise<T> {
  const deadline = Date.now() + timeout;
  while (true) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${timeout / 1000} s for ${what}`);
    await delay(interval);
  }
}

async function ended(child: ChildProcess): Promise<number> {
  const [code] = await once(child, 'close').catch(() => [127]);
  return typeof code === 'number' ? code : 1;
}
