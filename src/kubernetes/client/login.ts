import { LoginError } from '../apimachinery/errors.ts';
import { type LoginPrompt, loginPromptOf } from './login-prompt.ts';

/** Nothing more is said for so long: then what was said is a whole question, in milliseconds. */
const QUIET_MS = 300;
/** One that goes on talking is listened to no longer than this before its question is shown, in milliseconds. */
const MAX_TALK_MS = 1_000;
/** Words without an address or a code may be no question: then the plugin goes on by itself before this, in milliseconds. */
const HESITATION_MS = 2_000;
/** Of what it says at once, in characters: so much from the beginning, and so much from the end. */
const MAX_WORDS = 4_000;

/** What a login waits for. */
export interface LoginWait extends Partial<LoginPrompt> {
  /** It waits for the same plugin in another process, which has its own way to ask. */
  elsewhere?: true;
}

/** A credential plugin at work, which may need a person. */
export class Login {
  /** The plugin, as it may be shown. */
  readonly plugin: string;
  readonly #stop = new AbortController();
  readonly #over = Promise.withResolvers<void>();
  readonly #listeners = new Set<(wait: LoginWait) => void>();
  #first = '';
  #last = '';
  #timer: NodeJS.Timeout | undefined;
  #hesitation: NodeJS.Timeout | undefined;
  /** When it began to say what is not settled yet, and when it said the last of it. */
  #talk: { since: number; until: number } | undefined;
  #wait: LoginWait | undefined;

  constructor(plugin: string) {
    this.plugin = plugin;
  }

  /** What it waits for, as far as it has said; undefined for nobody. */
  get wait(): LoginWait | undefined {
    return this.#wait;
  }

  /** Resolves when it has ended, whichever way. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** Aborts when it was called off. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  /** Calls `listener` with what it waits for, now and whenever that changes, until it has ended or the returned function is called. */
  onWait(listener: (wait: LoginWait) => void): () => void {
    this.#listeners.add(listener);
    if (this.#wait) listener(this.#wait);
    return () => this.#listeners.delete(listener);
  }

  /** Calls it off: the plugin is ended, and whoever waits for it gets an error with this reason. */
  cancel(reason: string): void {
    this.#stop.abort(new LoginError(reason));
  }

  /** Takes in a line of what the plugin says. */
  hear(line: string): void {
    const text = `${line.slice(0, MAX_WORDS)}\n`;
    if (this.#first.length < MAX_WORDS) this.#first += text;
    else this.#last += text;
    // Not each time: of ten megabytes that would cost.
    if (this.#last.length > 4 * MAX_WORDS) this.#last = this.#last.slice(-MAX_WORDS);
    const now = performance.now();
    if (!this.#talk) this.#after(QUIET_MS, this.#listen);
    this.#talk = { since: this.#talk?.since ?? now, until: now };
  }

  /** It waits for the same plugin in another process. */
  waitElsewhere(): void {
    this.#tell({ elsewhere: true });
  }

  /** The plugin itself begins now. */
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
    // An address and its code may come one after the other; further words take neither away.
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
