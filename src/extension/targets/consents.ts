import * as vscode from 'vscode';
import { formatKubeconfig, formatSettings, type QuestionText } from './consent-text.ts';
import type { Provided } from './provided-by-workspace.ts';

/** The memento key of the answers. */
const ANSWERS = 'consent';
/** The scheme of documents with the details of a question. */
const DETAILS_SCHEME = 'mcp-k8s-consent';

/** A question that waits for its answer. */
interface Question {
  keys: readonly string[];
  isOfKubeconfig: boolean;
  /** Shows it, replacing the same question shown before. */
  show(): void;
  /** Stops waiting for the answer. */
  close(): void;
  over: Promise<void>;
}

/** Asks the user once whether to accept what a workspace provides, and keeps the answer on this machine. */
export class Consents implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #postponed = new Set<string>();
  readonly #open = new Set<Question>();
  /** The details shown, by the number in their documents' URIs. */
  readonly #details: string[] = [];
  readonly #provider = vscode.workspace.registerTextDocumentContentProvider(DETAILS_SCHEME, {
    provideTextDocumentContent: ({ query }) => this.#details[Number(query)] ?? '',
  });

  /** An answer was given or withdrawn. */
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

  /** The user's answer; undefined before there is one. */
  answerTo({ key }: Pick<Provided, 'key'>): boolean | undefined {
    return this.#answers()[key];
  }

  /** Stores an answer for each. */
  async record(provided: readonly Provided[], answer: boolean): Promise<void> {
    const given = Object.fromEntries(provided.map(({ key }) => [key, answer]));
    await this.#memory.update(ANSWERS, { ...this.#answers(), ...given });
    this.#changed.fire();
  }

  /**
   * Asks about what is neither answered nor postponed, and withdraws questions about what is no longer provided.
   * Resolves when no kubeconfig question is open: nothing works without the kubeconfig, while a switch is just off.
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

  /** Asks again, even if answered or postponed before; shows open questions. */
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
    // No consent before the user has seen all of it.
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
      // The same question shown again replaces this one, which is not an answer.
      if (chosen === undefined && round !== rounds) return;
      // A late answer counts too: it is bound to the content in question.
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
