import * as vscode from 'vscode';
import type { BACK, CANCELLED } from './ask.ts';
import { type Entry, type Question, QuestionSession } from './question-session.ts';

/** Asks questions in turn, all in the place of one quick pick. */
export class Picker implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  #shown: vscode.QuickPick<Entry> | undefined;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  dispose(): void {
    this.#shown?.dispose();
  }

  /** The value of the user's choice. */
  choose<T>(question: Question<T>): Promise<T | typeof BACK | typeof CANCELLED> {
    // A new pick each time, so that late events of an old list are not taken for events of the new one.
    const pick = vscode.window.createQuickPick<Entry>();
    this.#shown?.dispose();
    this.#shown = pick;
    return new QuestionSession(pick, question, this.#log).answer();
  }
}
