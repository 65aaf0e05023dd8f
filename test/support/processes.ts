import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { End, Program, Report, Request } from './guardian.ts';

interface Started {
  end: End | undefined;
  ended: PromiseWithResolvers<End>;
}

/** Programs that share a folder. Both go when `end` is called or this process ends, for whatever reason. */
export class Processes {
  readonly #folder: string;
  readonly #guardian: ChildProcess;
  readonly #programs = new Map<string, Started>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#guardian = fork(join(import.meta.dirname, 'guardian.ts'), [folder], {
      // A separate process group: Ctrl+C in a terminal reaches only us, so we can shut down in order.
      detached: true,
      execArgv: [],
      // A test runner's Node options (loaders, coverage, a debugger) must not reach the guardian.
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#guardian.on('message', ({ ended, ...end }: Report) => this.#ended(ended, end));
    this.#guardian.on('exit', () => {
      for (const name of this.#programs.keys()) this.#ended(name, { code: 1, reason: 'stopped' });
    });
    // Programs still running do not keep this process alive.
    this.#guardian.unref();
    this.#guardian.channel?.unref();
  }

  /** Their guardian process. */
  get guardian(): number | undefined {
    return this.#guardian.pid;
  }

  start(program: Program): void {
    this.#programs.set(program.name, { end: undefined, ended: Promise.withResolvers() });
    this.#send({ start: program, log: this.#log(program.name) });
  }

  /** Ends one program and waits until it is gone. */
  async stop(name: string): Promise<void> {
    this.#send({ stop: name });
    const program = this.#programs.get(name);
    while (program && !program.end) await delay(10);
    this.#programs.delete(name);
  }

  /** Resolves to a program's exit code; waiting does not keep this process alive. */
  async exited(name: string): Promise<number> {
    const end = await this.#programs.get(name)?.ended.promise;
    return end?.code ?? 1;
  }

  /** Polls until there is an answer; fails as soon as a program ends, or with a log on timeout. */
  async until<T>(name: string, probe: () => Promise<T | false | undefined>, seconds = 60): Promise<T> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const answer = await probe().catch(() => undefined);
      if (answer !== undefined && answer !== false) return answer;
      for (const [program, { end }] of this.#programs) {
        if (end) throw new Error(`${program} ended (${end.reason}):\n${this.output(program)}`);
      }
      if (Date.now() > deadline) throw new Error(`${name} is not ready after ${seconds} s:\n${this.output(name)}`);
      await delay(50);
    }
  }

  /** The first match in a program's output lines. */
  line(name: string, pattern: RegExp): Promise<RegExpExecArray> {
    return this.until(name, async () => pattern.exec(this.#printed(name)) ?? undefined);
  }

  /** A program's last output lines, for error messages. */
  output(name: string): string {
    return this.#printed(name).trim().split('\n').slice(-20).join('\n');
  }

  /** Ends everything and removes the folder. */
  async end(): Promise<void> {
    if (this.#guardian.exitCode !== null || this.#guardian.signalCode !== null) return;
    this.#guardian.ref();
    const exited = once(this.#guardian, 'exit');
    if (this.#guardian.connected) this.#guardian.disconnect();
    await exited;
  }

  #send(request: Request): void {
    this.#guardian.send(request);
  }

  #ended(name: string, end: End): void {
    const program = this.#programs.get(name);
    if (!program) return;
    program.end ??= end;
    program.ended.resolve(program.end);
  }

  #log(name: string): string {
    return join(this.#folder, `${name}.log`);
  }

  /** Its output up to the last complete line. */
  #printed(name: string): string {
    try {
      return readFileSync(this.#log(name), 'utf8').replace(/[^\n]*$/, '');
    } catch {
      return '';
    }
  }
}
