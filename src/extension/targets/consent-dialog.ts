import * as vscode from 'vscode';
import { switchWord } from '../settings/switch-text.ts';
import { formatSetting, kubeconfigName } from './consent-text.ts';
import { isSwitch, type Provided, type ProvidedKubeconfig } from './provided-by-workspace.ts';
import { quotedWord } from './quoted-words.ts';

interface Choice extends vscode.QuickPickItem {
  provided?: Provided;
}

export const CONSENT_TITLE = () => vscode.l10n.t('What This Workspace Asks For');

/** One question about all that a workspace provides: a choice for each thing, and none made before. It waits. */
export class ConsentDialog {
  readonly #provided: readonly Provided[];
  readonly #pick = vscode.window.createQuickPick<Choice>();
  readonly #over = Promise.withResolvers<readonly Provided[] | 'withdrawn' | undefined>();

  constructor(provided: readonly Provided[]) {
    this.#provided = provided;
  }

  /** Is it about exactly these? */
  isAbout(provided: readonly Provided[]): boolean {
    const keys = new Set(this.#provided.map(({ key }) => key));
    return keys.size === provided.length && provided.every(({ key }) => keys.has(key));
  }

  get isAboutKubeconfig(): boolean {
    return this.#provided.some((one) => 'path' in one);
  }

  /** Resolves when it is answered, left or withdrawn. */
  get over(): Promise<unknown> {
    return this.#over.promise;
  }

  /** What the user allows; the rest is refused. Undefined when they leave it for later. */
  async ask(): Promise<readonly Provided[] | 'withdrawn' | undefined> {
    const pick = this.#pick;
    pick.title = CONSENT_TITLE();
    pick.placeholder = vscode.l10n.t(
      'Check what you allow: the rest has no effect. All of it is in the document below.',
    );
    pick.canSelectMany = true;
    pick.ignoreFocusOut = true;
    pick.items = choicesOf(this.#provided).map((choice) => ({
      ...choice,
      label: plain(choice.label),
      description: plain(choice.description ?? ''),
    }));
    pick.onDidAccept(() => this.#over.resolve(pick.selectedItems.flatMap(({ provided }) => provided ?? [])));
    pick.onDidHide(() => this.#over.resolve(undefined));
    pick.show();
    try {
      return await this.#over.promise;
    } finally {
      pick.dispose();
    }
  }

  /** Ends it without an answer. */
  withdraw(): void {
    this.#over.resolve('withdrawn');
  }
}

// Names may contain icon syntax.
function plain(text: string): string {
  return text.replaceAll('$(', '\\$(');
}

function choicesOf(provided: readonly Provided[]): Choice[] {
  const group = (label: string, choices: Choice[]): Choice[] =>
    choices.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...choices];
  return [
    ...group(
      vscode.l10n.t('cluster'),
      provided.flatMap((one) => ('path' in one ? [kubeconfigChoice(one)] : [])),
    ),
    ...group(
      vscode.l10n.t('what agents may write'),
      provided.filter(isSwitch).map((one) => ({
        label: vscode.l10n.t('Let agents {0}', switchWord(one.setting)),
        description: one.context === undefined ? '' : vscode.l10n.t('in context {0}', quotedWord(one.context)),
        provided: one,
      })),
    ),
    ...group(
      vscode.l10n.t('settings that allow more than yours'),
      provided.flatMap((one) =>
        'setting' in one && !isSwitch(one) ? [{ label: formatSetting(one), provided: one }] : [],
      ),
    ),
  ];
}

function kubeconfigChoice(one: ProvidedKubeconfig): Choice {
  const { programs, servers } = one.risk;
  const name = kubeconfigName(one);
  return {
    label:
      programs.length === 0
        ? vscode.l10n.t('Connect with {0}', name)
        : vscode.l10n.t('Connect with {0}, and run its programs ({1})', name, programs.length),
    description: servers.map(quotedWord).join(', '),
    provided: one,
  };
}
