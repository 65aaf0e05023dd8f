import * as vscode from 'vscode';
import { PAGE_EDITOR } from '../common/ids.ts';
import type { PageServices } from './live-page.ts';
import { type PageAddress, pageAddress, pageUri } from './page-uri.ts';

/** Pages of objects and clusters: read-only editors for their addresses, as logs are. */
export class PageEditors implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  readonly #services: PageServices;
  readonly #extension: vscode.Uri;
  readonly #registration: vscode.Disposable;

  constructor(services: PageServices, extension: vscode.Uri) {
    this.#services = services;
    this.#extension = extension;
    this.#registration = vscode.window.registerCustomEditorProvider(PAGE_EDITOR, this, {
      supportsMultipleEditorsPerDocument: true,
    });
  }

  dispose(): void {
    this.#registration.dispose();
  }

  async show(address: PageAddress): Promise<void> {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(pageUri(address), true));
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const address = pageAddress(uri.path, uri.query);
    if (!address) throw vscode.FileSystemError.FileNotFound(uri);
    const [{ LivePage }, { openPage }] = await Promise.all([
      import('./live-page.ts'),
      import('../common/webview-page.ts'),
    ]);
    const page = new LivePage(panel, address, this.#services);
    panel.onDidDispose(() => page.dispose());
    openPage(panel.webview, this.#extension, 'pages');
  }
}
