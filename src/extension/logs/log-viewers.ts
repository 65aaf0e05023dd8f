import * as vscode from 'vscode';
import { LOG_EDITOR } from '../common/ids.ts';
import { registerPageEditor } from '../common/page-editor.ts';
import { type LogAddress, logAddress, logUri } from './log-uri.ts';
import type { LogServices } from './log-viewer.ts';

/** Logs in a viewer of our own; *Reopen Editor With…* leads to the text and back. */
export class LogViewers implements vscode.Disposable {
  readonly #registration: vscode.Disposable;

  constructor(services: LogServices, extension: vscode.Uri) {
    this.#registration = registerPageEditor(LOG_EDITOR, {
      page: 'logs',
      extension,
      // A log goes on while its tab is in the background.
      retainContextWhenHidden: true,
      addressOf: ({ path, query }) => logAddress(path, query),
      fill: async ({ webview }, address) => new (await import('./log-viewer.ts')).LogViewer(webview, address, services),
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
}
