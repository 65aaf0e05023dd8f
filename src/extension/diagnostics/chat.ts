import * as vscode from 'vscode';
import { COMMANDS } from '../common/ids.ts';
import { cursorMcp } from '../servers/cursor-servers.ts';
import type { Finding } from './finding.ts';

/** How VS Code names our tools: the server's title, shortened, as a prefix. */
const PREFIX = 'mcp_kubernetes_';

/** Does the editor's chat have the tools? Starts the server as a question in agent mode would. */
export async function checkChat(serverId: string): Promise<Finding> {
  const title = vscode.l10n.t('Chat');
  const bad = (fact: string, ...remedies: string[]): Finding => ({ state: 'bad', title, facts: [fact], remedies });
  // Forks of VS Code may lack what the type declarations promise.
  const register: unknown = vscode.lm?.registerMcpServerDefinitionProvider;
  if (!register && cursorMcp(vscode)) {
    const facts = [vscode.l10n.t('The editor has the server in its own list of MCP servers')];
    return { state: 'good', title, facts, remedies: [] };
  }
  if (!register) {
    const finding = bad(
      vscode.l10n.t('This editor cannot take MCP servers from extensions'),
      vscode.l10n.t(
        'Run “MCP for Kubernetes: Copy MCP Configuration” and add the server to the editor’s own configuration.',
      ),
    );
    return { ...finding, commands: [COMMANDS.copyMcpConfiguration] };
  }
  if (vscode.workspace.getConfiguration('chat.mcp').get('access') === 'none')
    return bad(
      vscode.l10n.t('MCP servers are switched off in this editor'),
      vscode.l10n.t('Change the setting {0}, or ask whoever manages this editor.', 'chat.mcp.access'),
    );
  if (!vscode.workspace.isTrusted)
    return bad(
      vscode.l10n.t('VS Code starts no server of a workspace that is not trusted'),
      vscode.l10n.t('Run “Workspaces: Manage Workspace Trust”.'),
    );
  try {
    const options = { waitForLiveTools: true, errorOnUserInteraction: true, promptType: 'never' };
    // Not part of the API: elsewhere the first question starts the server.
    await vscode.commands.executeCommand('workbench.mcp.startServer', serverId, options);
  } catch {
    // The tools are checked below.
  }
  const tools = vscode.lm.tools.filter(({ name }) => name.startsWith(PREFIX));
  if (tools.length > 0) {
    const facts = [vscode.l10n.t('Has {0} tools of this server', tools.length)];
    return { state: 'good', title, facts, remedies: [] };
  }
  return bad(
    vscode.l10n.t('Has no tools of this server'),
    vscode.l10n.t('Run “MCP: List Servers” and start {0} there.', serverId.split('/').at(-1) ?? serverId),
    vscode.l10n.t('Then ask a question in the chat, in agent mode.'),
  );
}
