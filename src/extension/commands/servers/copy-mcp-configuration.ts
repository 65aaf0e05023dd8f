import * as vscode from 'vscode';
import { clientConfiguration, MCP_CLIENTS } from '../../servers/client-configurations.ts';
import { standaloneDefinition } from '../../servers/server-provider.ts';
import { untrustedKubeconfig } from '../../targets/untrusted-kubeconfig.ts';
import type { App } from '../parts/app.ts';
import { chooseClient } from '../parts/choose-client.ts';
import { chooseTarget } from '../parts/choose-target.ts';

/** Copies the configuration with which another MCP client starts the same server. */
export async function copyMcpConfiguration(app: App): Promise<void> {
  const title = vscode.l10n.t('Copy MCP Configuration');
  const target = await chooseTarget(app, title);
  if (!target) return;
  const provided = target.withheld.find((one) => 'path' in one);
  if (provided) throw untrustedKubeconfig(provided.path, provided.refused);
  const client = await chooseClient(MCP_CLIENTS, title, vscode.l10n.t('Choose the client that is to start the server'));
  if (!client) return;
  const definition = await standaloneDefinition(app.context, target);
  const electron = process.versions.electron !== undefined;
  await vscode.env.clipboard.writeText(clientConfiguration(client, definition, electron));
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'Copied. Add it to {0}; copy it again after an update of this extension or a change of its settings.',
      client.file,
    ),
  );
}
