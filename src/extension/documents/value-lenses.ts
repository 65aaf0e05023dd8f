import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import type { FieldPath } from '../../kubernetes/apimachinery/field-path.ts';
import { COMMANDS, SCHEME } from '../common/ids.ts';
import type { ObjectFileSystem } from './object-file-system.ts';
import type { RedactedValue } from './redacted-values.ts';

/** The longest value shown beside its key. */
const MAX_CHARACTERS = 120;

/** The value of a code lens. */
export interface ValueLink {
  document: vscode.TextDocument;
  path: FieldPath;
}

/** Reveals single values of `k8s:` documents to the user, beside the text and never in it. */
export class ValueLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #files: ObjectFileSystem;
  readonly #changed = new vscode.EventEmitter<void>();
  /** By document, the paths of revealed values. */
  readonly #revealed = new Map<string, Set<string>>();
  #decoration: vscode.TextEditorDecorationType | undefined;
  readonly #subscriptions: vscode.Disposable[];

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(files: ObjectFileSystem) {
    this.#files = files;
    this.#subscriptions = [
      vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, this),
      // Revealed values are hidden when the text changes or is no longer visible.
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#hideAll(document.uri.toString());
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        const visible = new Set(editors.map(({ document }) => document.uri.toString()));
        for (const key of this.#revealed.keys()) if (!visible.has(key)) this.#hideAll(key);
      }),
    ];
  }

  dispose(): void {
    for (const one of [...this.#subscriptions, this.#changed]) one.dispose();
    this.#decoration?.dispose();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const { redactedValuesIn } = await import('./redacted-values.ts');
    return redactedValuesIn(document.getText()).flatMap(({ path, span }) => {
      const range = new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
      const shown = this.#revealed.get(document.uri.toString())?.has(JSON.stringify(path));
      const link: ValueLink = { document, path };
      const lens = (title: string, command: string) =>
        new vscode.CodeLens(range, { title, command, arguments: [link] });
      return [
        lens(shown ? vscode.l10n.t('Hide Value') : vscode.l10n.t('Reveal Value'), COMMANDS.revealValue),
        lens(vscode.l10n.t('Copy Value'), COMMANDS.copyValue),
      ];
    });
  }

  /** Shows a value beside its key, or hides it. */
  async toggle(document: vscode.TextDocument, { path }: RedactedValue): Promise<void> {
    const key = document.uri.toString();
    const paths = this.#revealed.get(key) ?? new Set();
    this.#revealed.set(key, paths);
    const name = JSON.stringify(path);
    if (!paths.delete(name)) paths.add(name);
    try {
      await this.#decorate(document);
    } catch (error) {
      paths.delete(name);
      throw error;
    }
    this.#changed.fire();
  }

  /** Copies a value to the clipboard without showing it. */
  async copy(document: vscode.TextDocument, value: RedactedValue): Promise<void> {
    await vscode.env.clipboard.writeText(await this.#valueOf(document, value));
    vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) The value of {0} was copied', value.key), 5_000);
  }

  async #decorate(document: vscode.TextDocument): Promise<void> {
    const { redactedValuesIn } = await import('./redacted-values.ts');
    const paths = this.#revealed.get(document.uri.toString());
    const shown = redactedValuesIn(document.getText()).filter(({ path }) => paths?.has(JSON.stringify(path)));
    const decorations = await Promise.all(
      shown.map(async (value): Promise<vscode.DecorationOptions> => {
        const text = await this.#valueOf(document, value);
        const line = text.replace(/(?<!\s)\s*\n\s*/g, ' ⏎ ');
        return {
          range: new vscode.Range(document.positionAt(value.span.start), document.positionAt(value.span.end)),
          renderOptions: {
            after: { contentText: line.length > MAX_CHARACTERS ? `${line.slice(0, MAX_CHARACTERS)}…` : line },
          },
          hoverMessage: new vscode.MarkdownString().appendCodeblock(text, 'text'),
        };
      }),
    );
    this.#decoration ??= vscode.window.createTextEditorDecorationType({
      after: {
        margin: '0 0 0 1.5em',
        color: new vscode.ThemeColor('editorInlayHint.foreground'),
        backgroundColor: new vscode.ThemeColor('editorInlayHint.background'),
      },
    });
    for (const editor of vscode.window.visibleTextEditors)
      if (editor.document === document) editor.setDecorations(this.#decoration, decorations);
  }

  async #valueOf({ uri }: vscode.TextDocument, { path, key }: RedactedValue): Promise<string> {
    const [{ plainValue }, { pathInObject }] = await Promise.all([
      import('./redacted-values.ts'),
      import('./secret-text.ts'),
    ]);
    // Taken from the object the document was read with, not fetched again: the value must match the text.
    const { shown } = this.#files.objects(uri);
    const value = shown && plainValue(shown, pathInObject(shown, path));
    if (value === undefined)
      throw new UserError(vscode.l10n.t('The cluster has no value of {0}. Refresh this document to try again.', key));
    return value;
  }

  #hideAll(key: string): void {
    if (!this.#revealed.delete(key) || !this.#decoration) return;
    for (const editor of vscode.window.visibleTextEditors)
      if (editor.document.uri.toString() === key) editor.setDecorations(this.#decoration, []);
    this.#changed.fire();
  }
}
