import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { serverId } from '../../servers/server-provider.ts';
import type { App } from '../parts/app.ts';
import { chooseTarget } from '../parts/choose-target.ts';

/** Restarts the server. */
export async function restartServer(app: App): Promise<void> {
  const target = await chooseTarget(app, vscode.l10n.t('Restart Server'));
  if (!target) return;
  try {
    // Not part of the API: editors without it restart servers from their own list.
    await vscode.commands.executeCommand('workbench.mcp.restartServer', serverId(app.context, target));
  } catch {
    throw new UserError(
      vscode.l10n.t('This editor has no command to restart a server. “MCP: List Servers” may offer it.'),
    );
  }
}
