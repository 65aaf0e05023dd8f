import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { python } from '../support/python.ts';
import { pythonSdk } from './prerequisites.ts';

const running = new Set<PythonClient>();

afterEach(() => {
  for (const client of running) client.kill();
});

/** A Python client that stays connected between calls. */
export class PythonClient {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: Interface;
  readonly #ended: Promise<never>;
  #stderr = '';

  private constructor(folder: string, args: readonly string[]) {
    this.#child = spawn(python, [join(import.meta.dirname, 'python', 'calls.py'), ...args], {
      env: { PATH: process.env.PATH ?? '', PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' },
      stdio: 'pipe',
    });
    this.#child.stderr.on('data', (chunk) => {
      this.#stderr += chunk;
    });
    this.#lines = createInterface(this.#child.stdout);
    running.add(this);
    this.#ended = once(this.#child, 'exit').then(() => {
      running.delete(this);
      throw new Error(`Python ended: ${this.#stderr}`);
    });
    this.#ended.catch(() => undefined);
  }

  static async start(sdk: string, url: string, over: 'sse' | 'streamable-http', token?: string): Promise<PythonClient> {
    return new PythonClient(await pythonSdk(sdk), [url, over, ...(token ? [token] : [])]);
  }

  /** Calls a tool. @throws if the client ends. */
  async ask(name: string, args: Record<string, unknown> = {}): Promise<{ text: string; error: boolean }> {
    const line = once(this.#lines, 'line');
    this.#child.stdin.write(`${JSON.stringify({ name, arguments: args })}\n`);
    const [text] = await Promise.race([line, this.#ended]);
    return JSON.parse(text);
  }

  /** Calls a tool that must succeed. */
  async text(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const { text, error } = await this.ask(name, args);
    if (error) throw new Error(`${name} failed: ${text} ${this.#stderr}`);
    return text;
  }

  /** Lets it close its session and end. */
  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
