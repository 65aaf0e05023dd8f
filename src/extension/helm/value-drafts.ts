import * as vscode from 'vscode';
import type { JsonObject } from '../../kubernetes/apimachinery/objects.ts';
import { COMMANDS } from '../common/ids.ts';
import type { ReleaseAddress } from './release-uri.ts';

/** Values that the user changes, and the revision they are of. */
export interface ValueDraft extends ReleaseAddress {
  /** The values of that revision, nothing redacted. */
  config: JsonObject;
}

/** Unsaved documents with the values of releases. Above each stands what upgrades its release to them. */
export class ValueDrafts implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #drafts = new Map<string, ValueDraft>();
  readonly #subscriptions: vscode.Disposable[];

  constructor() {
    this.#subscriptions = [
      vscode.languages.registerCodeLensProvider({ scheme: 'untitled' }, this),
      vscode.workspace.onDidCloseTextDocument(({ uri, isClosed }) => {
        // With another language, a document is closed and opened without being closed.
        if (isClosed) this.#drafts.delete(uri.toString());
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** The draft in a document. */
  of(uri: vscode.Uri): ValueDraft | undefined {
    return this.#drafts.get(uri.toString());
  }

  keep(uri: vscode.Uri, draft: ValueDraft): void {
    this.#drafts.set(uri.toString(), draft);
  }

  /** Opens the values as a document to be changed; secret ones are redacted, and stay where that is left in place. */
  async open(draft: ValueDraft): Promise<void> {
    const { shownValues } = await import('../../kubernetes/helm/values.ts');
    const { name, namespace, context, revision, config } = draft;
    const lines = [
      vscode.l10n.t('Values of {0} in {1} ({2}), revision {3}', name, namespace, context, revision),
      vscode.l10n.t('What is redacted stays as it is.'),
    ];
    const comments = lines.map((line) => `# ${line}\n`).join('');
    const values = Object.keys(config).length === 0 ? '' : shownValues(config);
    const content = `${comments}${values}`;
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content });
    this.keep(document.uri, draft);
    await vscode.window.showTextDocument(document);
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const draft = this.of(uri);
    if (!draft) return [];
    const title = vscode.l10n.t('$(check) Review and Upgrade {0}', draft.name);
    const command = { title, command: COMMANDS.upgradeRelease, arguments: [uri] };
    return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), command)];
  }
}
