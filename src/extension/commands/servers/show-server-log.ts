import * as vscode from 'vscode';
import { serverId } from '../../servers/server-provider.ts';
import type { App } from '../parts/app.ts';
import { chooseTarget } from '../parts/choose-target.ts';

/** Shows the server's log, or our own where the editor has no such command. */
export async function showServerLog(app: App): Promise<void> {
  const target = await chooseTarget(app, vscode.l10n.t('Show Server Log'));
  if (!target) return;
  try {
    // Not part of the API, but the only way to VS Code's log of a server.
    await vscode.commands.executeCommand('workbench.mcp.showOutput', serverId(app.context, target));
  } catch {
    app.log.show();
  }
}
