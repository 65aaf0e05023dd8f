import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { LoginError } from '../../kubernetes/apimachinery/errors.ts';
import type { ContextLoginListener } from '../../kubernetes/client/credentials.ts';
import type { Login, LoginWait } from '../../kubernetes/client/login.ts';
import { Call } from './call.ts';
import type { Caller } from './caller.ts';
import type { EditorLink } from './editor-link.ts';

/** How often a client hears that its call still waits, in milliseconds: many clients time out without news. */
const REMINDER_MS = 10_000;
/** How long a call waits when its client cannot notify anyone, in milliseconds; its answer then has to. */
const UNHEARD_MS = 20_000;
/** A client that cancels a call and retries within this time still wants the login, in milliseconds. */
const LINGER_MS = 1_000;
/** How long a user may take to answer a question, in milliseconds. */
const QUESTION_TIMEOUT_MS = 15 * 60_000;

export interface LoginDeskOptions {
  editor: Pick<EditorLink, 'login'> | undefined;
  /** True when the caller is the user who has to log in; false where callers are on other machines. */
  isUsersOwn: boolean;
  log(message: string): void;
}

/** Tells the user that a login is waiting: in the editor, or else through the clients whose calls wait for it. */
export class LoginDesk {
  readonly #options: LoginDeskOptions;
  readonly #announced = new WeakMap<Login, AnnouncedLogin>();

  constructor(options: LoginDeskOptions) {
    this.#options = options;
  }

  readonly onLogin: ContextLoginListener = (login, context) => {
    let announced = this.#announced.get(login);
    if (!announced) {
      announced = new AnnouncedLogin(login, context, this.#options);
      this.#announced.set(login, announced);
    }
    const { caller, client } = Call.current() ?? {};
    if (caller) return announced.join(caller);
    return client && announced.joinUnheard();
  };
}

/** A waiting call. */
interface Seat {
  left: PromiseWithResolvers<never>;
  timers: NodeJS.Timeout[];
}

class AnnouncedLogin {
  readonly #login: Login;
  readonly #context: string;
  readonly #options: LoginDeskOptions;
  readonly #seats = new Map<Caller, Seat>();
  /** Clients whose user was asked about the current wait. */
  #asked = new Set<Server>();
  /** Aborts when the call waits for something else, or is over. */
  #current = new AbortController();
  #inEditor = false;
  /** The call was answered early; its login is kept for the next one. */
  #isKept = false;

  constructor(login: Login, context: string, options: LoginDeskOptions) {
    this.#login = login;
    this.#context = context;
    this.#options = options;
    login.onWait((wait) => void this.#announce(wait));
    void login.over.then(() => {
      this.#current.abort();
      for (const caller of this.#seats.keys()) this.#leave(caller);
    });
  }

  /** The returned promise rejects when the call should stop waiting. */
  join(caller: Caller): Promise<never> {
    const known = this.#seats.get(caller);
    if (known) return known.left.promise;
    const seat: Seat = { left: Promise.withResolvers(), timers: [] };
    // By then nobody may be awaiting it.
    seat.left.promise.catch(() => undefined);
    this.#seats.set(caller, seat);
    caller.signal.addEventListener('abort', () => this.#cancelled(caller, seat), { once: true });
    void caller.answered.then(() => {
      if (this.#leave(caller)) this.#endWith(seat);
    });
    if (this.#login.wait) this.#tell(caller, seat, this.#login.wait);
    return seat.left.promise;
  }

  /** Like `join`, for a call whose answer has left, as with a task. */
  joinUnheard(): Promise<never> {
    const seat: Seat = { left: Promise.withResolvers(), timers: [] };
    seat.left.promise.catch(() => undefined);
    this.#endWith(seat);
    return seat.left.promise;
  }

  /** Nobody is there to be told: only the result of the call can, if it still goes on. */
  #endWith(seat: Seat): void {
    this.#login.onWait((wait) => {
      if (wait.elsewhere || this.#inEditor) return;
      if (this.#options.isUsersOwn) this.#dismiss(seat, wait);
      else this.#refuse(seat);
    });
  }

  async #announce(wait: LoginWait): Promise<void> {
    const { editor, log } = this.#options;
    this.#current.abort();
    this.#current = new AbortController();
    this.#asked = new Set();
    const { signal } = this.#current;
    log(this.#textOf(wait));
    this.#inEditor = editor !== undefined && !wait.elsewhere;
    this.#tellAll(wait);
    if (!editor || wait.elsewhere) return;
    const { plugin } = this.#login;
    const { url, code, text = '' } = wait;
    const isCancelled = await editor.login({ context: this.#context, plugin, url, code, text }, signal);
    if (signal.aborted) return;
    if (isCancelled) this.#login.cancel('the user cancelled the login');
    if (isCancelled !== undefined) return;
    this.#inEditor = false;
    this.#tellAll(wait);
  }

  #tellAll(wait: LoginWait): void {
    for (const [caller, seat] of this.#seats) this.#tell(caller, seat, wait);
  }

  #tell(caller: Caller, seat: Seat, wait: LoginWait): void {
    for (const timer of seat.timers.splice(0)) clearTimeout(timer);
    if (!this.#options.isUsersOwn) {
      if (!wait.elsewhere) this.#refuse(seat);
      return;
    }
    const text = this.#textOf(wait);
    if (caller.wantsProgress) {
      caller.progress(text);
      seat.timers.push(setInterval(() => caller.progress(text), REMINDER_MS));
    }
    const unheard = () => {
      if (!caller.wantsProgress) seat.timers.push(setTimeout(() => this.#dismiss(seat, wait), UNHEARD_MS));
    };
    if (this.#inEditor) return;
    if (wait.url && caller.opensUrls) void this.#ask(caller, text, wait.url).catch(unheard);
    else unheard();
  }

  async #ask(caller: Caller, text: string, url: string): Promise<void> {
    if (this.#asked.has(caller.server)) return;
    this.#asked.add(caller.server);
    const { signal } = this.#current;
    const options = { signal, timeout: QUESTION_TIMEOUT_MS, over: this.#login.over };
    const isAccepted = await caller.openUrl(text, url, options).catch((error: unknown) => {
      if (!signal.aborted) throw error;
      return true;
    });
    if (!isAccepted && !signal.aborted) this.#login.cancel('the user declined the login');
  }

  #refuse(seat: Seat): void {
    seat.left.reject(
      new LoginError(`${this.#plugin()} waits for whoever runs this server to sign in; its log says how.`),
    );
  }

  // If nothing else can show the login, the answer does, and the login goes on.
  #dismiss(seat: Seat, wait: LoginWait): void {
    this.#isKept = true;
    const next = wait.elsewhere
      ? 'Tell the user, and call again after it.'
      : 'Tell the user exactly this. It goes on waiting in the background: call again once they have signed in.';
    seat.left.reject(new LoginError(`${this.#textOf(wait)} ${next}`));
  }

  #cancelled(caller: Caller, seat: Seat): void {
    seat.left.reject(caller.signal.reason);
    if (!this.#leave(caller)) return;
    setTimeout(() => {
      if (this.#seats.size === 0 && !this.#isKept)
        this.#login.cancel('every call that waited for the login was cancelled');
    }, LINGER_MS).unref();
  }

  #leave(caller: Caller): boolean {
    for (const timer of this.#seats.get(caller)?.timers ?? []) clearTimeout(timer);
    return this.#seats.delete(caller);
  }

  #plugin(): string {
    return `the credential plugin "${this.#login.plugin}" of context "${this.#context}"`;
  }

  #textOf({ url, code, text, elsewhere }: LoginWait): string {
    if (elsewhere)
      return `The same credential plugin, "${this.#login.plugin}", is running in another window or server, and may wait for the user to sign in there. The call for context "${this.#context}" goes on after it.`;
    const who = this.#plugin().replace('the', 'The');
    const enter = code === undefined ? '' : ` and enter the code ${code}`;
    if (url !== undefined) return `${who} waits for the user to sign in: open ${url}${enter}.`;
    return `${who} waits for the user. It says: ${text}`;
  }
}
