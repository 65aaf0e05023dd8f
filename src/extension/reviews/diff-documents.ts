import * as vscode from 'vscode';
import { contextSegment } from '../common/context-name.ts';
import { escaped } from '../common/uri-query.ts';

/** The two sides of a diff. */
export interface TextPair {
  before: string;
  after: string;
}

/** Read-only documents of one scheme that exist while they are held. */
export class DiffDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #scheme: string;
  readonly #texts = new Map<string, TextPair>();
  readonly #registration: vscode.Disposable;

  constructor(scheme: string) {
    this.#scheme = scheme;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  dispose(): void {
    this.#registration.dispose();
  }

  /** Holds the texts of a diff until `release`. The file name sets the language; the context is shown with it. */
  hold(id: string, fileName: string, context: string, texts: TextPair): { before: vscode.Uri; after: vscode.Uri } {
    this.#texts.set(id, texts);
    const file = `${contextSegment(context)}/${fileName.replaceAll(/[^\w.-]/g, '_')}`;
    const query = `context=${escaped(context)}`;
    const uri = (side: keyof TextPair) =>
      vscode.Uri.from({ scheme: this.#scheme, path: `/${id}/${side}/${file}`, query });
    return { before: uri('before'), after: uri('after') };
  }

  release(id: string): void {
    this.#texts.delete(id);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const [, , side] = uri.path.split('/');
    const texts = this.#texts.get(this.idOf(uri) ?? '');
    return (side === 'before' ? texts?.before : texts?.after) ?? '';
  }

  /** The id a document is held under; undefined for other documents. */
  idOf(uri: vscode.Uri): string | undefined {
    return uri.scheme === this.#scheme ? uri.path.split('/')[1] : undefined;
  }

  /** The id of the diff in a tab. */
  idOfTab({ input }: vscode.Tab): string | undefined {
    return input instanceof vscode.TabInputTextDiff ? this.idOf(input.modified) : undefined;
  }

  /** Every tab with a diff of this scheme, or with this id. */
  tabs(id?: string): vscode.Tab[] {
    return vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => {
        const shown = this.idOfTab(tab);
        return shown !== undefined && (id === undefined || shown === id);
      });
  }
}
