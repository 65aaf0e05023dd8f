import * as vscode from 'vscode';
import { COMMANDS, SCHEME } from '../common/ids.ts';
import type { ObjectFileSystem } from './object-file-system.ts';

/** At the top of a document: lets the user edit it, or end that. */
export class EditLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #files: ObjectFileSystem;
  readonly #registration: vscode.Disposable;

  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(files: ObjectFileSystem) {
    this.#files = files;
    this.onDidChangeCodeLenses = files.onDidChangeEditing;
    this.#registration = vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, this);
  }

  dispose(): void {
    this.#registration.dispose();
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const { live } = this.#files.objects(uri);
    if (!live) return [];
    const lens = (title: string, command: string) =>
      new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command, arguments: [uri] });
    if (!this.#files.isEditing(uri)) return [lens(vscode.l10n.t('$(edit) Edit'), COMMANDS.editDocument)];
    return [
      lens(vscode.l10n.t('$(check) Review and Apply'), COMMANDS.saveDocument),
      lens(vscode.l10n.t('$(discard) Discard Edits'), COMMANDS.reloadDocument),
    ];
  }
}
