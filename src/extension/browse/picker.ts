import * as vscode from 'vscode';
import { plainWords, wrapped } from '../common/problems.ts';
import { reportError } from '../writing/report.ts';
import { BACK, CANCELLED } from './ask.ts';

/** An item, and what choosing it answers. A separator answers nothing. */
export interface Choice<T> extends vscode.QuickPickItem {
  value?: T;
}

/** Shows the choices known so far, in the place of those shown before; a caption replaces the question's own words. */
export type Show<T> = (choices: readonly Choice<T>[], caption?: { title?: string; placeholder?: string }) => void;

export interface Question<T> {
  title: string;
  placeholder: string;
  /** Whether there is a question before this one. */
  canGoBack: boolean;
  /** Finds the choices. The signal aborts when nobody waits for them any more. */
  load(show: Show<T>, signal: AbortSignal): Promise<void>;
  /** A choice made of what was typed, for what the list cannot hold. */
  typed?(text: string): Choice<T> | undefined;
}

interface Entry extends vscode.QuickPickItem {
  run?: () => void;
}

/** Asks one question after the other, all in the place of one quick pick. */
export class Picker implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  #shown: vscode.QuickPick<Entry> | undefined;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  dispose(): void {
    this.#shown?.dispose();
  }

  /** The value of the choice that the human makes. */
  async choose<T>(question: Question<T>): Promise<T | typeof BACK | typeof CANCELLED> {
    // A new one each time: events of an old list, still under way, would be taken for events of the new one.
    const pick = vscode.window.createQuickPick<Entry>();
    this.#shown?.dispose();
    this.#shown = pick;
    const { promise, resolve } = Promise.withResolvers<T | typeof BACK | typeof CANCELLED>();
    let running = new AbortController();
    let choices: readonly Entry[] = [];
    /** The human accepted in the moment in which nothing was highlighted. */
    let accepted = false;
    const entryOf = ({ value, ...item }: Choice<T>): Entry =>
      value === undefined ? item : { ...item, run: () => resolve(value) };
    const display = () => {
      const typed = question.typed?.(pick.value.trim());
      const [active] = pick.activeItems;
      pick.items = typed ? [...choices, entryOf(typed)] : choices;
      // New items move the highlight to the top, away from what the human was about to choose.
      if (active && pick.items.includes(active)) pick.activeItems = [active];
    };
    const load = async () => {
      running.abort();
      const controller = new AbortController();
      running = controller;
      pick.busy = true;
      pick.placeholder = question.placeholder;
      const known = new Map<Choice<T>, Entry>();
      const show: Show<T> = (shown, { title = question.title, placeholder = question.placeholder } = {}) => {
        if (controller.signal.aborted) return;
        accepted = false;
        choices = shown.map((choice) => {
          const entry = known.get(choice) ?? entryOf(choice);
          known.set(choice, entry);
          return entry;
        });
        pick.title = title;
        pick.placeholder = placeholder;
        display();
      };
      try {
        await question.load(show, controller.signal);
      } catch (error) {
        if (controller.signal.aborted) return;
        choices = [...choices, ...this.#problem(question.title, error, load)];
        display();
      } finally {
        if (!controller.signal.aborted) pick.busy = false;
      }
    };
    pick.title = question.title;
    pick.matchOnDescription = true;
    pick.keepScrollPosition = true;
    if (question.canGoBack) pick.buttons = [vscode.QuickInputButtons.Back];
    pick.onDidChangeActive((active) => {
      // What the human typed meanwhile hides the entry that was held: with new items the first of what is left is highlighted.
      if (active.length === 0) pick.items = [...pick.items];
      else if (accepted) {
        accepted = false;
        active[0]?.run?.();
      }
    });
    pick.onDidAccept(() => {
      const [active] = pick.activeItems;
      if (active) active.run?.();
      accepted = active === undefined;
    });
    pick.onDidChangeValue(() => {
      accepted = false;
    });
    pick.onDidTriggerButton(() => resolve(BACK));
    pick.onDidHide(() => resolve(CANCELLED));
    if (question.typed) pick.onDidChangeValue(display);
    pick.show();
    void load();
    try {
      return await promise;
    } finally {
      running.abort();
    }
  }

  // A list is too narrow for a long message: what fits stands there, and choosing it shows all of it.
  #problem(title: string, error: unknown, again: () => Promise<void>): Entry[] {
    const message = plainWords(error);
    this.#log.warn(`${title}: ${message}`);
    const [first = '', ...others] = wrapped(message, 75);
    return [
      {
        label: `$(error) ${first}`,
        detail: others.join(' '),
        alwaysShow: true,
        run: () => void reportError(this.#log, error),
      },
      { label: vscode.l10n.t('$(refresh) Try again'), alwaysShow: true, run: () => void again() },
    ];
  }
}
