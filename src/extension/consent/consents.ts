import { basename } from 'node:path';
import * as vscode from 'vscode';
import { SECTION } from '../ids.ts';
import type { WriteSwitch } from '../setting-values.ts';
import type { StickyNotifications } from '../sticky-notifications.ts';
import type { Brought } from './brought.ts';

/** Where the answers are kept, by key. */
const ANSWERS = 'consent';

/** A question that waits for its answer. */
interface Question {
  keys: readonly string[];
  /** Undefined: no answer. */
  settle(answer: boolean | undefined): void;
  over: Promise<void>;
}

/** Asks the human, once, whether what a workspace brings along may count, and keeps the answer on this machine. */
export class Consents implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #notifications: StickyNotifications;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #postponed = new Set<string>();
  readonly #open = new Set<Question>();

  /** An answer was given, or taken back. */
  readonly onDidChange = this.#changed.event;

  constructor(memory: vscode.Memento, notifications: StickyNotifications) {
    this.#memory = memory;
    this.#notifications = notifications;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Has the human agreed? */
  allows({ key }: Brought): boolean {
    return this.#answers()[key] === true;
  }

  /** Keeps an answer for each. */
  async record(brought: readonly Brought[], answer: boolean): Promise<void> {
    const given = Object.fromEntries(brought.map(({ key }) => [key, answer]));
    await this.#memory.update(ANSWERS, { ...this.#answers(), ...given });
    this.#changed.fire();
  }

  /**
   * Asks about what nobody has answered or put off yet, and withdraws questions about what is not brought any more.
   * Resolves when none is open.
   */
  async ask(brought: readonly Brought[]): Promise<void> {
    for (const { keys, settle } of this.#open) if (!brought.some(({ key }) => keys.includes(key))) settle(undefined);
    const answers = this.#answers();
    const asked = [...this.#open].flatMap(({ keys }) => keys);
    const fresh = brought.filter(
      ({ key }) => answers[key] === undefined && !this.#postponed.has(key) && !asked.includes(key),
    );
    this.#askAll(fresh);
    await Promise.all([...this.#open].map(({ over }) => over));
  }

  /** Asks again, whatever was answered before. */
  async reconsider(brought: readonly Brought[]): Promise<void> {
    const answers = { ...this.#answers() };
    for (const { key } of brought) {
      delete answers[key];
      this.#postponed.delete(key);
    }
    await this.#memory.update(ANSWERS, answers);
    await this.ask(brought);
  }

  #answers(): Record<string, boolean> {
    return this.#memory.get<Record<string, boolean>>(ANSWERS, {});
  }

  #askAll(brought: readonly Brought[]): void {
    for (const one of brought) if ('path' in one) this.#askOne([one], kubeconfigWords(one), () => show(one.path));
    const switches = brought.filter((one) => 'setting' in one);
    if (switches.length === 0) return;
    const query = `${SECTION}.enable`;
    this.#askOne(switches, switchWords(switches), () =>
      vscode.commands.executeCommand('workbench.action.openWorkspaceSettings', { query }),
    );
  }

  #askOne(brought: readonly Brought[], message: string, showMore: () => unknown): void {
    const { promise, resolve } = Promise.withResolvers<boolean | undefined>();
    const answers = [
      { label: vscode.l10n.t('Allow'), run: () => resolve(true) },
      { label: vscode.l10n.t('Don’t Allow'), run: () => resolve(false) },
      { label: vscode.l10n.t('Show'), run: showMore },
    ];
    const postpone = () => {
      for (const { key } of brought) this.#postponed.add(key);
      resolve(undefined);
    };
    this.#notifications.show(promise, message, answers, postpone);
    const over = promise.then(async (answer) => {
      this.#open.delete(question);
      if (answer !== undefined) await this.record(brought, answer);
    });
    const question: Question = { keys: brought.map(({ key }) => key), settle: resolve, over };
    this.#open.add(question);
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
  const name = basename(path);
  return commands.length === 0
    ? vscode.l10n.t('This workspace brings a kubeconfig of its own, {0}. Connect to its clusters?', name)
    : vscode.l10n.t(
        'This workspace brings a kubeconfig of its own, {0}. Connect to its clusters, and run its programs? They are: {1}',
        name,
        commands.join('; '),
      );
}

async function show(path: string): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(path));
}
