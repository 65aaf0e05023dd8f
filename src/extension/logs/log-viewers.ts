import * as vscode from 'vscode';
import { LOG_EDITOR } from '../common/ids.ts';
import { type LogAddress, logAddress, logUri } from './log-uri.ts';
import type { LogServices } from './log-viewer.ts';

/**
 * Logs in a viewer of our own. It is an editor of VS Code for the log's address rather than a panel: its tab, breadcrumb
 * and badge name the context as those of documents do, VS Code restores it after a reload, and *Reopen Editor With…*
 * leads to the text and back.
 */
export class LogViewers implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  readonly #services: LogServices;
  readonly #extension: vscode.Uri;
  readonly #registration: vscode.Disposable;

  constructor(services: LogServices, extension: vscode.Uri) {
    this.#services = services;
    this.#extension = extension;
    this.#registration = vscode.window.registerCustomEditorProvider(LOG_EDITOR, this, {
      // A log goes on while its tab is in the background.
      webviewOptions: { retainContextWhenHidden: true },
      supportsMultipleEditorsPerDocument: true,
    });
  }

  dispose(): void {
    this.#registration.dispose();
  }

  /** Opens a log at its end, and follows it. */
  async show(address: LogAddress): Promise<void> {
    const uri = vscode.Uri.parse(logUri(address), true);
    await vscode.commands.executeCommand('vscode.open', uri, { preview: false });
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const address = logAddress(uri.path, uri.query);
    if (!address) throw vscode.FileSystemError.FileNotFound(uri);
    const [{ LogViewer }, { openPage }] = await Promise.all([
      import('./log-viewer.ts'),
      import('../common/webview-page.ts'),
    ]);
    const viewer = new LogViewer(panel.webview, address, this.#services);
    panel.onDidDispose(() => viewer.dispose());
    openPage(panel.webview, this.#extension, 'logs');
  }
}
