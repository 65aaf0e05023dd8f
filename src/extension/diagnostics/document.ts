import * as vscode from 'vscode';

const SCHEME = 'mcp-k8s-diagnostics';

/** The report as a document to read and copy; a new report replaces the old one. */
export class DiagnosticsDocument implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;
  #text = '';

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: () => this.#text,
    });
  }

  async show(text: string): Promise<void> {
    this.#text = text;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: '/Kubernetes Diagnostics.md' });
    const document = await vscode.workspace.openTextDocument(uri);
    // VS Code is slow to reread a document: the old report would be taken for the new one.
    if (document.getText() !== text) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const listener = vscode.workspace.onDidChangeTextDocument((event) => event.document === document && resolve());
      this.#changed.fire(uri);
      await promise.finally(() => listener.dispose());
    }
    await vscode.window.showTextDocument(document, { preview: false });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
