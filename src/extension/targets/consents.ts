import * as vscode from 'vscode';
import { CONSENT_TITLE, ConsentDialog } from './consent-dialog.ts';
import { formatDetails } from './consent-text.ts';
import type { Provided } from './provided-by-workspace.ts';

/** The memento key of the answers. */
const ANSWERS = 'consent';
/** The scheme of documents with the details of a question. */
const DETAILS_SCHEME = 'mcp-k8s-consent';

/** How many lines of an editor a question without choices covers, and how many choices it shows at once. */
const COVERED_LINES = 5;
const MAX_CHOICES = 20;

/** Asks the user once whether to accept what a workspace provides, and keeps the answer on this machine. */
export class Consents implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #postponed = new Set<string>();
  #dialog: ConsentDialog | undefined;
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
   * Asks about what is neither answered nor postponed, all of it at once, and withdraws a question about anything else.
   * Resolves when no question about a kubeconfig is open: nothing works without it, while a switch is just off.
   */
  async ask(provided: readonly Provided[]): Promise<void> {
    const answers = this.#answers();
    const fresh = provided.filter(({ key }) => answers[key] === undefined && !this.#postponed.has(key));
    if (!this.#dialog?.isAbout(fresh)) {
      this.#dialog?.withdraw();
      this.#dialog = undefined;
      if (fresh.length > 0) this.#open(fresh);
    }
    while (this.#dialog?.isAboutKubeconfig) await this.#dialog.over;
  }

  /** Asks again, even if answered or postponed before. */
  async reconsider(provided: readonly Provided[]): Promise<void> {
    const answers = { ...this.#answers() };
    for (const { key } of provided) {
      delete answers[key];
      this.#postponed.delete(key);
    }
    await this.#memory.update(ANSWERS, answers);
    this.#changed.fire();
    await this.ask(provided);
  }

  #answers(): Record<string, boolean> {
    return this.#memory.get<Record<string, boolean>>(ANSWERS, {});
  }

  #open(provided: readonly Provided[]): void {
    const dialog = new ConsentDialog(provided);
    this.#dialog = dialog;
    this.#decide(dialog, provided).catch(() => {
      // What cannot be shown is not agreed to.
      if (this.#dialog === dialog) this.#dialog = undefined;
      dialog.withdraw();
    });
  }

  async #decide(dialog: ConsentDialog, provided: readonly Provided[]): Promise<void> {
    const details = await this.#showDetails(provided);
    const allowed = await dialog.ask();
    if (this.#dialog === dialog) this.#dialog = undefined;
    // Withdrawn: another one is about to ask, or nobody has to.
    if (allowed === 'withdrawn') return closeTab(details);
    if (allowed === undefined) {
      for (const { key } of provided) this.#postponed.add(key);
      return;
    }
    await this.#memory.update(ANSWERS, {
      ...this.#answers(),
      ...Object.fromEntries(provided.map((one) => [one.key, allowed.includes(one)])),
    });
    this.#changed.fire();
    await closeTab(details);
  }

  // Everything the user would agree to, before they can.
  async #showDetails(provided: readonly Provided[]): Promise<vscode.Uri> {
    // The question covers the first lines of the editor.
    const covered = '\n'.repeat(COVERED_LINES + Math.min(provided.length, MAX_CHOICES) * 2);
    const query = String(this.#details.push(`${covered}${formatDetails(provided)}`) - 1);
    const uri = vscode.Uri.from({ scheme: DETAILS_SCHEME, path: `/${CONSENT_TITLE()}`, query });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: false, preserveFocus: true });
    return uri;
  }
}

async function closeTab(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const shown = ({ input }: vscode.Tab) =>
    input instanceof vscode.TabInputText && input.uri.toString() === uri.toString();
  await vscode.window.tabGroups.close(tabs.filter(shown), true);
}
