import * as vscode from 'vscode';
import type { DiagnosticsPanel } from '../../diagnostics/diagnostics-panel.ts';
import type { Finding } from '../../diagnostics/finding.ts';
import type { App } from '../parts/app.ts';
import { chooseTarget } from '../parts/choose-target.ts';

let panel: DiagnosticsPanel | undefined;

/** Checks everything between the editor and the cluster; shows what works and how to fix what does not. */
export async function runDiagnostics(app: App): Promise<void> {
  const title = vscode.l10n.t('Run Diagnostics');
  const target = await chooseTarget(app, title);
  if (!target) return;
  const [{ diagnose }, { DiagnosticsPanel }] = await Promise.all([
    import('../../diagnostics/diagnose.ts'),
    import('../../diagnostics/diagnostics-panel.ts'),
  ]);
  const findings: Finding[] = [];
  const stopped = new AbortController();
  const location = vscode.ProgressLocation.Notification;
  try {
    await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      token.onCancellationRequested(() => stopped.abort());
      for await (const finding of diagnose(app.context, app.clusters, target, stopped.signal)) {
        findings.push(finding);
        progress.report({ message: finding.title });
      }
    });
  } catch (error) {
    if (stopped.signal.aborted) return;
    throw error;
  }
  if (!panel) {
    panel = new DiagnosticsPanel(app.context.extensionUri);
    app.context.subscriptions.push(panel);
  }
  panel.show(findings, surroundings(app.context.extension));
}

/** What a reader of the report needs to know about this machine. */
function surroundings({ packageJSON }: vscode.Extension<unknown>): string[] {
  const remote = vscode.env.remoteName;
  return [
    `MCP for Kubernetes ${packageJSON.version}`,
    `${vscode.env.appName} ${vscode.version}${remote ? ` (${remote})` : ''}`,
    `${process.platform} ${process.arch}`,
    `Node ${process.versions.node}`,
  ];
}
