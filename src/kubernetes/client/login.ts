import { LoginError } from '../apimachinery/errors.ts';
import { type LoginPrompt, loginPromptOf } from './login-prompt.ts';

/** After this pause, in milliseconds, the output counts as a whole question. */
const QUIET_MS = 300;
/** If output continues, its question is shown after this long, in milliseconds. */
const MAX_TALK_MS = 1_000;
/** Text without an address or a code may be no question: the plugin gets this long to go on, in milliseconds. */
const HESITATION_MS = 2_000;
/** Limit on its output in one go, in characters, at the beginning and at the end each. */
const MAX_WORDS = 4_000;

/** What a login waits for. */
export interface LoginWait extends Partial<LoginPrompt> {
  /** It waits for the same plugin in another process, which has its own way to prompt. */
  elsewhere?: true;
}

/** A running credential plugin, which may need a person. */
export class Login {
  /** The plugin's name, safe to show. */
  readonly plugin: string;
  readonly #stop = new AbortController();
  readonly #over = Promise.withResolvers<void>();
  readonly #listeners = new Set<(wait: LoginWait) => void>();
  #first = '';
  #last = '';
  #timer: NodeJS.Timeout | undefined;
  #hesitation: NodeJS.Timeout | undefined;
  /** Times of the first and last line of output not yet evaluated. */
  #talk: { since: number; until: number } | undefined;
  #wait: LoginWait | undefined;

  constructor(plugin: string) {
    this.plugin = plugin;
  }

  /** What it waits for, as far as its output tells; undefined if nothing. */
  get wait(): LoginWait | undefined {
    return this.#wait;
  }

  /** Resolves when it has ended, in whatever way. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** Aborts when it was cancelled. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  /** Calls `listener` with what it waits for, now and on every change, until it ends or the result is called. */
  onWait(listener: (wait: LoginWait) => void): () => void {
    this.#listeners.add(listener);
    if (this.#wait) listener(this.#wait);
    return () => this.#listeners.delete(listener);
  }

  /** Cancels it: the plugin is ended, and all waiters get an error with this reason. */
  cancel(reason: string): void {
    this.#stop.abort(new LoginError(reason));
  }

  /** Takes a line of the plugin's output. */
  hear(line: string): void {
    const text = `${line.slice(0, MAX_WORDS)}\n`;
    if (this.#first.length < MAX_WORDS) this.#first += text;
    else this.#last += text;
    // Not on each line: that would be slow for ten megabytes.
    if (this.#last.length > 4 * MAX_WORDS) this.#last = this.#last.slice(-MAX_WORDS);
    const now = performance.now();
    if (!this.#talk) this.#after(QUIET_MS, this.#listen);
    this.#talk = { since: this.#talk?.since ?? now, until: now };
  }

  /** It waits for the same plugin in another process. */
  waitElsewhere(): void {
    this.#tell({ elsewhere: true });
  }

  /** The plugin itself starts now. */
  begin(): void {
    this.#wait = undefined;
  }

  /** It has ended. */
  end(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#hesitation);
    this.#listeners.clear();
    this.#over.resolve();
  }

  readonly #listen = (): void => {
    const now = performance.now();
    const { since, until } = this.#talk ?? { since: now, until: now };
    const rest = Math.min(until + QUIET_MS, since + MAX_TALK_MS) - now;
    if (rest > 0) this.#after(rest, this.#listen);
    else this.#settle();
  };

  #settle(): void {
    const prompt = loginPromptOf(this.#first + this.#last.slice(-MAX_WORDS));
    this.#first = '';
    this.#last = '';
    this.#talk = undefined;
    if (!prompt) return;
    const before = this.#wait;
    // An address and its code may arrive one after the other; later text removes neither.
    if (prompt.url || prompt.code) this.#tell(prompt.url ? prompt : { ...before, ...prompt });
    else if (!before?.url && !before?.code) {
      clearTimeout(this.#hesitation);
      this.#hesitation = setTimeout(() => this.#tell(prompt), HESITATION_MS);
    }
  }

  #tell(wait: LoginWait): void {
    clearTimeout(this.#hesitation);
    if (JSON.stringify(wait) === JSON.stringify(this.#wait)) return;
    this.#wait = wait;
    for (const listener of this.#listeners) listener(wait);
  }

  #after(milliseconds: number, work: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, milliseconds);
  }
}
