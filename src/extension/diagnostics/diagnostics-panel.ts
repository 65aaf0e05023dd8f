import * as vscode from 'vscode';
import type { FromPage, ToPage } from '../../webviews/pages/messages.ts';
import { openPage } from '../common/webview-page.ts';
import { Destinations } from '../pages/destinations.ts';
import { redactedPage } from '../pages/page-parts.ts';
import { AS_TEXT, diagnosticsPage } from './diagnostics-page.ts';
import { DiagnosticsDocument } from './document.ts';
import type { Finding } from './finding.ts';
import { reportText } from './report.ts';

/** The tab with the report, which a new report replaces. */
export class DiagnosticsPanel implements vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #text = new DiagnosticsDocument();
  #panel: vscode.WebviewPanel | undefined;
  #destinations = new Destinations();
  #findings: readonly Finding[] = [];
  #surroundings: readonly string[] = [];

  constructor(extension: vscode.Uri) {
    this.#extension = extension;
  }

  dispose(): void {
    this.#panel?.dispose();
    this.#text.dispose();
  }

  show(findings: readonly Finding[], surroundings: readonly string[]): void {
    this.#findings = findings;
    this.#surroundings = surroundings;
    if (this.#panel) {
      this.#panel.reveal();
      this.#send();
      return;
    }
    const title = vscode.l10n.t('Kubernetes Diagnostics');
    this.#panel = vscode.window.createWebviewPanel('mcpK8s.diagnostics', title, vscode.ViewColumn.Active);
    this.#panel.webview.onDidReceiveMessage((message: FromPage) => this.#receive(message));
    this.#panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    openPage(this.#panel.webview, this.#extension, 'pages');
  }

  async #receive(message: FromPage): Promise<void> {
    if (message.type === 'ready') this.#send();
    else if (message.to === AS_TEXT) await this.#text.show(reportText(this.#findings, this.#surroundings));
    else {
      const destination = this.#destinations.at(message.to);
      if (destination?.type === 'command') await vscode.commands.executeCommand(destination.command);
    }
  }

  #send(): void {
    const page = redactedPage(diagnosticsPage(this.#findings, this.#surroundings, this.#destinations));
    const message: ToPage = { type: 'page', page };
    void this.#panel?.webview.postMessage(message);
  }
}
