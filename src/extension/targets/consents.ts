import * as vscode from 'vscode';
import { SECTION } from '../common/ids.ts';
import type { WriteSwitch } from '../settings/setting-values.ts';
import type { Brought } from './brought.ts';

/** Where the answers are kept, by key. */
const ANSWERS = 'consent';

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

/** Asks the human, once, whether what a workspace brings along may count, and keeps the answer on this machine. */
export class Consents implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #postponed = new Set<string>();
  readonly #open = new Set<Question>();

  /** An answer was given, or taken back. */
  readonly onDidChange = this.#changed.event;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Has the human agreed? */
  allows(brought: Pick<Brought, 'key'>): boolean {
    return this.answerTo(brought) === true;
  }

  /** What the human said; undefined before they have. */
  answerTo({ key }: Pick<Brought, 'key'>): boolean | undefined {
    return this.#answers()[key];
  }

  /** Keeps an answer for each. */
  async record(brought: readonly Brought[], answer: boolean): Promise<void> {
    const given = Object.fromEntries(brought.map(({ key }) => [key, answer]));
    await this.#memory.update(ANSWERS, { ...this.#answers(), ...given });
    this.#changed.fire();
  }

  /**
   * Asks about what nobody has answered or put off yet, and withdraws questions about what is not brought any more.
   * Resolves when none about a kubeconfig is open: without it nothing can be done, while a switch is simply off.
   */
  async ask(brought: readonly Brought[]): Promise<void> {
    for (const { keys, close } of this.#open) if (!brought.some(({ key }) => keys.includes(key))) close();
    const answers = this.#answers();
    const asked = [...this.#open].flatMap(({ keys }) => keys);
    const fresh = brought.filter(
      ({ key }) => answers[key] === undefined && !this.#postponed.has(key) && !asked.includes(key),
    );
    this.#askAll(fresh);
    await Promise.all([...this.#open].map(({ isOfKubeconfig, over }) => isOfKubeconfig && over));
  }

  /** Asks again, whatever was answered or put off before; shows what is still open. */
  async reconsider(brought: readonly Brought[]): Promise<void> {
    const answers = { ...this.#answers() };
    for (const { key } of brought) {
      delete answers[key];
      this.#postponed.delete(key);
    }
    await this.#memory.update(ANSWERS, answers);
    const keys = brought.map(({ key }) => key);
    for (const question of this.#open) if (question.keys.some((key) => keys.includes(key))) question.show();
    this.#changed.fire();
    await this.ask(brought);
  }

  #answers(): Record<string, boolean> {
    return this.#memory.get<Record<string, boolean>>(ANSWERS, {});
  }

  #askAll(brought: readonly Brought[]): void {
    for (const one of brought) if ('path' in one) this.#askOne([one], kubeconfigWords(one), () => open(one.path));
    const switches = brought.filter((one) => 'setting' in one);
    if (switches.length === 0) return;
    const query = `${SECTION}.enable`;
    this.#askOne(switches, switchWords(switches), async () =>
      vscode.commands.executeCommand('workbench.action.openWorkspaceSettings', { query }),
    );
  }

  #askOne(brought: readonly Brought[], message: string, showMore: () => Promise<unknown>): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const [allow, refuse, more] = [vscode.l10n.t('Allow'), vscode.l10n.t('Don’t Allow'), vscode.l10n.t('Show')];
    let rounds = 0;
    const show = async (): Promise<void> => {
      rounds += 1;
      const round = rounds;
      const chosen = await vscode.window.showWarningMessage(message, allow, refuse, more);
      if (chosen === more) {
        await showMore();
        return show();
      }
      // The same question, shown again, takes the place of this one: that is no answer.
      if (chosen === undefined && round !== rounds) return;
      // A late answer counts too: it is bound to what the question was about.
      if (chosen !== undefined) await this.record(brought, chosen === allow);
      else for (const { key } of brought) this.#postponed.add(key);
      question.close();
    };
    const close = () => {
      this.#open.delete(question);
      resolve();
    };
    const question: Question = {
      keys: brought.map(({ key }) => key),
      isOfKubeconfig: brought.some((one) => 'path' in one),
      show: () => void show(),
      close,
      over: promise,
    };
    this.#open.add(question);
    question.show();
  }
}

/** What a switch lets agents do, in a word or two. */
export function switchWord(setting: WriteSwitch): string {
  switch (setting) {
    case 'enableCreate':
      return vscode.l10n.t('create');
    case 'enableUpdate':
      return vscode.l10n.t('update');
    case 'enableDelete':
      return vscode.l10n.t('delete');
    case 'enableExec':
      return vscode.l10n.t('run commands');
  }
}

function switchWords(brought: readonly { setting: WriteSwitch }[]): string {
  const words = [...new Set(brought.map(({ setting }) => setting))].map(switchWord).join(', ');
  return vscode.l10n.t('The settings of this workspace let agents write to the cluster: {0}. Do you agree?', words);
}

function kubeconfigWords({ path, commands }: { path: string; commands: readonly string[] }): string {
  // With its folder where there are several: VS Code shows two questions with the same words as one.
  const name = vscode.workspace.asRelativePath(path);
  return commands.length === 0
    ? vscode.l10n.t('This workspace brings a kubeconfig of its own, {0}. Connect to its clusters?', name)
    : vscode.l10n.t(
        'This workspace brings a kubeconfig of its own, {0}. Connect to its clusters, and run its programs? They are: {1}',
        name,
        commands.join('; '),
      );
}

async function open(path: string): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(path));
}
