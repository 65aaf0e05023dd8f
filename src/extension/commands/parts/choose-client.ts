import * as vscode from 'vscode';
import type { McpClient } from '../../servers/client-configurations.ts';

/** Lets the user choose the MCP client a configuration is for. */
export async function chooseClient(
  clients: readonly McpClient[],
  title: string,
  placeHolder: string,
): Promise<Pick<McpClient, 'file' | 'key'> | undefined> {
  const named = clients.map(({ name, file, key }) => ({ label: name, description: file, file, key }));
  const key = 'mcpServers' as const;
  const other = { label: vscode.l10n.t('Another client'), description: key, file: key, key };
  return vscode.window.showQuickPick([...named, other], { title, placeHolder });
}
