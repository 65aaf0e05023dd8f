import * as vscode from 'vscode';
import { formatError, wrapped } from '../common/problems.ts';
import { reportError } from '../writing/report.ts';
import { BACK, CANCELLED } from './ask.ts';

/** An item and the value that choosing it returns. A separator has none. */
export interface Choice<T> extends vscode.QuickPickItem {
  value?: T;
  /** Highlighted at first, in place of the top. */
  isFirst?: boolean;
}

/** Replaces the choices shown so far; a caption replaces the question's title or placeholder. */
export type Show<T> = (choices: readonly Choice<T>[], caption?: { title?: string; placeholder?: string }) => void;

export interface Question<T> {
  title: string;
  placeholder: string;
  /** Whether there is a previous question. */
  canGoBack: boolean;
  /** Loads the choices. The signal aborts when they are no longer needed. */
  load(show: Show<T>, signal: AbortSignal): Promise<void>;
  /** A choice made from the typed text, for values the list cannot hold. */
  typed?(text: string): Choice<T> | undefined;
}

/** An item of the quick pick and the action on accept. */
export interface Entry extends vscode.QuickPickItem {
  run?: () => void;
  isFirst?: boolean;
}

type Answer<T> = T | typeof BACK | typeof CANCELLED;

/** One question in its own quick pick, from the first choices to the answer. */
export class QuestionSession<T> {
  readonly #pick: vscode.QuickPick<Entry>;
  readonly #question: Question<T>;
  readonly #log: vscode.LogOutputChannel;
  readonly #answer = Promise.withResolvers<Answer<T>>();
  #loading = new AbortController();
  #choices: readonly Entry[] = [];
  /** The user pressed Enter while nothing was highlighted. */
  #accepted = false;

  constructor(pick: vscode.QuickPick<Entry>, question: Question<T>, log: vscode.LogOutputChannel) {
    this.#pick = pick;
    this.#question = question;
    this.#log = log;
    pick.title = question.title;
    pick.matchOnDescription = true;
    pick.keepScrollPosition = true;
    if (question.canGoBack) pick.buttons = [vscode.QuickInputButtons.Back];
    pick.onDidChangeActive((active) => this.#highlighted(active));
    pick.onDidAccept(() => {
      const [active] = pick.activeItems;
      if (active) active.run?.();
      this.#accepted = active === undefined;
    });
    pick.onDidChangeValue(() => {
      this.#accepted = false;
    });
    pick.onDidTriggerButton(() => this.#answer.resolve(BACK));
    pick.onDidHide(() => this.#answer.resolve(CANCELLED));
    if (question.typed) pick.onDidChangeValue(() => this.#display());
  }

  /** The value of the user's choice. */
  async answer(): Promise<Answer<T>> {
    this.#pick.show();
    void this.#load();
    try {
      return await this.#answer.promise;
    } finally {
      this.#loading.abort();
    }
  }

  #highlighted(active: readonly Entry[]): void {
    // The typed text filtered out the active entry: setting the items again highlights the first match.
    if (active.length === 0) this.#pick.items = [...this.#pick.items];
    else if (this.#accepted) {
      this.#accepted = false;
      active[0]?.run?.();
    }
  }

  #display(): void {
    const pick = this.#pick;
    const typed = this.#question.typed?.(pick.value.trim());
    const [active = this.#choices.find(({ isFirst }) => isFirst)] = pick.activeItems;
    pick.items = typed ? [...this.#choices, this.#entryOf(typed)] : this.#choices;
    // New items reset the highlight to the top; keep the user's.
    if (active && pick.items.includes(active)) pick.activeItems = [active];
  }

  #entryOf({ value, ...item }: Choice<T>): Entry {
    return value === undefined ? item : { ...item, run: () => this.#answer.resolve(value) };
  }

  async #load(): Promise<void> {
    this.#loading.abort();
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    this.#pick.busy = true;
    this.#pick.placeholder = this.#question.placeholder;
    try {
      await this.#question.load(this.#show(signal), signal);
    } catch (error) {
      if (signal.aborted) return;
      this.#choices = [...this.#choices, ...this.#problem(error)];
      this.#display();
    } finally {
      if (!signal.aborted) this.#pick.busy = false;
    }
  }

  #show(signal: AbortSignal): Show<T> {
    const { title: ownTitle, placeholder: ownPlaceholder } = this.#question;
    const known = new Map<Choice<T>, Entry>();
    return (shown, { title = ownTitle, placeholder = ownPlaceholder } = {}) => {
      if (signal.aborted) return;
      this.#accepted = false;
      this.#choices = shown.map((choice) => {
        const entry = known.get(choice) ?? this.#entryOf(choice);
        known.set(choice, entry);
        return entry;
      });
      this.#pick.title = title;
      this.#pick.placeholder = placeholder;
      this.#display();
    };
  }

  // A long message does not fit into the list: it shows the beginning, and choosing it shows all of it.
  #problem(error: unknown): Entry[] {
    const message = formatError(error);
    this.#log.warn(`${this.#question.title}: ${message}`);
    const [first = '', ...others] = wrapped(message, 75);
    return [
      {
        label: `$(error) ${first}`,
        detail: others.join(' '),
        alwaysShow: true,
        run: () => void reportError(this.#log, error),
      },
      { label: vscode.l10n.t('$(refresh) Try again'), alwaysShow: true, run: () => void this.#load() },
    ];
  }
}
