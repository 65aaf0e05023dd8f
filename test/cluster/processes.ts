import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Component, Report, Request } from './supervisor.ts';

/** The running components of one cluster; they end when this process does. */
export class Processes {
  readonly #supervisor: ChildProcess;
  readonly #logs = new Map<string, string>();
  readonly #ended = new Map<string, string>();

  constructor(dataFolder: string) {
    this.#supervisor = fork(join(import.meta.dirname, 'supervisor.ts'), [dataFolder], {
      // A group of its own: Ctrl+C in a terminal ends the parent, which then ends the cluster in order.
      detached: true,
      execArgv: [],
      // What a test runner has Node do (loaders, coverage, a debugger) is not for the supervisor.
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#supervisor.on('message', ({ ended, reason }: Report) => this.#ended.set(ended, reason));
    // A cluster that nobody stopped does not keep its parent from ending.
    this.#supervisor.unref();
    this.#supervisor.channel?.unref();
  }

  start(component: Component): void {
    this.#logs.set(component.name, component.log);
    this.#ended.delete(component.name);
    this.#send({ start: component });
  }

  /** Ends one component and waits until it is gone. */
  async stop(name: string): Promise<void> {
    this.#send({ stop: name });
    while (!this.#ended.has(name)) await sleep(10);
  }

  /** Waits until `ready` says true; fails as soon as a component ends, and with its log when the time is over. */
  async until(name: string, ready: () => Promise<boolean>, seconds: number): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!(await ready().catch(() => false))) {
      const [ended] = this.#ended;
      if (ended) throw new Error(`${ended[0]} ended (${ended[1]}):\n${this.#logEnd(ended[0])}`);
      if (Date.now() > deadline) throw new Error(`${name} is not ready after ${seconds} s:\n${this.#logEnd(name)}`);
      await sleep(50);
    }
  }

  /** Ends everything and removes the data. */
  async end(): Promise<void> {
    if (this.#supervisor.exitCode !== null || this.#supervisor.signalCode !== null) return;
    this.#supervisor.ref();
    const exited = once(this.#supervisor, 'exit');
    if (this.#supervisor.connected) this.#supervisor.disconnect();
    await exited;
  }

  #send(request: Request): void {
    this.#supervisor.send(request);
  }

  #logEnd(name: string): string {
    try {
      return readFileSync(this.#logs.get(name) ?? '', 'utf8')
        .trim()
        .split('\n')
        .slice(-15)
        .join('\n');
    } catch {
      return '(no log)';
    }
  }
}
