import * as vscode from 'vscode';
import { PAGE_EDITOR } from '../common/ids.ts';
import { registerPageEditor } from '../common/page-editor.ts';
import type { PageServices } from './live-page.ts';
import { type PageAddress, pageAddress, pageUri } from './page-uri.ts';

/** Pages of objects and clusters. */
export class PageEditors implements vscode.Disposable {
  readonly #registration: vscode.Disposable;

  constructor(services: PageServices, extension: vscode.Uri) {
    this.#registration = registerPageEditor(PAGE_EDITOR, {
      page: 'pages',
      extension,
      addressOf: ({ path, query }) => pageAddress(path, query),
      fill: async (panel, address) => new (await import('./live-page.ts')).LivePage(panel, address, services),
    });
  }

  dispose(): void {
    this.#registration.dispose();
  }

  async show(address: PageAddress, options?: vscode.TextDocumentShowOptions): Promise<void> {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(pageUri(address), true), options);
  }
}
