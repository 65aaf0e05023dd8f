import * as vscode from 'vscode';
import type { TerminalRequest, TerminalSession } from '../../kubernetes/workloads/terminal-session.ts';
import { formatError } from '../common/problems.ts';

/** Starts the program of a terminal. */
export type StartSession = (request: Pick<TerminalRequest, 'onOutput' | 'signal'>) => Promise<TerminalSession>;

/** A terminal for a program in a container. Each ends with the other. */
export class PodTerminal implements vscode.Pseudoterminal {
  readonly #start: StartSession;
  readonly #written = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<number>();
  readonly #controller = new AbortController();
  #session: TerminalSession | undefined;
  #size: vscode.TerminalDimensions | undefined;
  #failed = false;

  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#closed.event;

  constructor(start: StartSession) {
    this.#start = start;
  }

  open(size: vscode.TerminalDimensions | undefined): void {
    this.#size = size;
    void this.#run();
  }

  close(): void {
    this.#controller.abort();
    this.#written.dispose();
    this.#closed.dispose();
  }

  handleInput(text: string): void {
    if (this.#failed) this.#closed.fire(0);
    else this.#session?.write(text);
  }

  setDimensions(size: vscode.TerminalDimensions): void {
    this.#size = size;
    this.#session?.resize(size.columns, size.rows);
  }

  async #run(): Promise<void> {
    const { signal } = this.#controller;
    try {
      this.#session = await this.#start({ onOutput: (text) => this.#written.fire(text), signal });
      if (this.#size) this.setDimensions(this.#size);
      const end = await this.#session.ended;
      if (signal.aborted) return;
      // A shell exits with its last command's exit code: not an error.
      if ('exitCode' in end) this.#closed.fire(0);
      else this.#fail('problem' in end ? end.problem : '');
    } catch (error) {
      if (!signal.aborted) this.#fail(formatError(error));
    }
  }

  // Stays open, so that the user can read the reason.
  #fail(problem: string): void {
    this.#failed = true;
    this.#written.fire(`\r\n\x1b[31m${problem.replace(/\r?\n/g, '\r\n')}\x1b[0m\r\n`);
    this.#written.fire(`${vscode.l10n.t('Press any key to close.')}\r\n`);
  }
}
