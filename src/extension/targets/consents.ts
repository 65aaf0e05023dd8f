import * as vscode from 'vscode';
import { formatKubeconfig, formatSettings, type QuestionText } from './consent-text.ts';
import type { Provided } from './provided-by-workspace.ts';

/** Where the answers are kept, by key. */
const ANSWERS = 'consent';
/** Of documents that list what a question is about. */
const DETAILS_SCHEME = 'mcp-k8s-consent';

/** A question that waits for its answer. */
interface Question {
  keys: readonly string[];
  isOfKubeconfig: boolean;
  /** Shows it, in the place of the same one that was shown before. */
  show(): void;
  /** Waits no longer. */
  close(): void;
  over: Promise<void>;
}

/** Asks the user, once, whether what a workspace provides may count, and keeps the answer on this machine. */
export class Consents implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #postponed = new Set<string>();
  readonly #open = new Set<Question>();
  /** The lists that were shown, by the number in their documents' URIs. */
  readonly #details: string[] = [];
  readonly #provider = vscode.workspace.registerTextDocumentContentProvider(DETAILS_SCHEME, {
    provideTextDocumentContent: ({ query }) => this.#details[Number(query)] ?? '',
  });

  /** An answer was given, or taken back. */
  readonly onDidChange = this.#changed.event;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  dispose(): void {
    this.#changed.dispose();
    this.#provider.dispose();
  }

  /** Has the user agreed? */
  allows(provided: Pick<Provided, 'key'>): boolean {
    return this.answerTo(provided) === true;
  }

  /** What the user said; undefined before they have. */
  answerTo({ key }: Pick<Provided, 'key'>): boolean | undefined {
    return this.#answers()[key];
  }

  /** Keeps an answer for each. */
  async record(provided: readonly Provided[], answer: boolean): Promise<void> {
    const given = Object.fromEntries(provided.map(({ key }) => [key, answer]));
    await this.#memory.update(ANSWERS, { ...this.#answers(), ...given });
    this.#changed.fire();
  }

  /**
   * Asks about what nobody has answered or put off yet, and withdraws questions about what is not provided any more.
   * Resolves when none about a kubeconfig is open: without it nothing can be done, while a switch is simply off.
   */
  async ask(provided: readonly Provided[]): Promise<void> {
    for (const { keys, close } of this.#open) if (!provided.some(({ key }) => keys.includes(key))) close();
    const answers = this.#answers();
    const asked = [...this.#open].flatMap(({ keys }) => keys);
    const fresh = provided.filter(
      ({ key }) => answers[key] === undefined && !this.#postponed.has(key) && !asked.includes(key),
    );
    this.#askAll(fresh);
    await Promise.all([...this.#open].map(({ isOfKubeconfig, over }) => isOfKubeconfig && over));
  }

  /** Asks again, whatever was answered or put off before; shows what is still open. */
  async reconsider(provided: readonly Provided[]): Promise<void> {
    const answers = { ...this.#answers() };
    for (const { key } of provided) {
      delete answers[key];
      this.#postponed.delete(key);
    }
    await this.#memory.update(ANSWERS, answers);
    const keys = provided.map(({ key }) => key);
    for (const question of this.#open) if (question.keys.some((key) => keys.includes(key))) question.show();
    this.#changed.fire();
    await this.ask(provided);
  }

  #answers(): Record<string, boolean> {
    return this.#memory.get<Record<string, boolean>>(ANSWERS, {});
  }

  #askAll(provided: readonly Provided[]): void {
    for (const one of provided) if ('path' in one) this.#askOne([one], formatKubeconfig(one));
    const settings = provided.filter((one) => 'setting' in one);
    if (settings.length > 0) this.#askOne(settings, formatSettings(settings));
  }

  #askOne(provided: readonly Provided[], { message, details, isShortened }: QuestionText): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const [allow, refuse, more] = [vscode.l10n.t('Allow'), vscode.l10n.t('Don’t Allow'), vscode.l10n.t('Show')];
    let rounds = 0;
    // Nobody agrees to what they cannot have read.
    let isRead = !isShortened;
    const show = async (): Promise<void> => {
      rounds += 1;
      const round = rounds;
      const answers = isRead ? [allow, refuse, more] : [more, refuse];
      const chosen = await vscode.window.showWarningMessage(message, ...answers);
      if (chosen === more) {
        await this.#showDetails(details);
        isRead = true;
        return show();
      }
      // The same question, shown again, takes the place of this one: that is no answer.
      if (chosen === undefined && round !== rounds) return;
      // A late answer counts too: it is bound to what the question was about.
      if (chosen !== undefined) await this.record(provided, chosen === allow);
      else for (const { key } of provided) this.#postponed.add(key);
      question.close();
    };
    const close = () => {
      this.#open.delete(question);
      resolve();
    };
    const question: Question = {
      keys: provided.map(({ key }) => key),
      isOfKubeconfig: provided.some((one) => 'path' in one),
      show: () => void show(),
      close,
      over: promise,
    };
    this.#open.add(question);
    question.show();
  }

  async #showDetails(details: string): Promise<void> {
    const query = String(this.#details.push(details) - 1);
    const uri = vscode.Uri.from({
      scheme: DETAILS_SCHEME,
      path: `/${vscode.l10n.t('What This Workspace Asks For')}`,
      query,
    });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }
}
