import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { clientConfiguration, MCP_CLIENTS } from '../../servers/client-configurations.ts';
import { definitionOf } from '../../servers/server-provider.ts';
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
  const { kubeconfigPaths } = await import('../../../kubernetes/client/kubeconfig.ts');
  // The client's environment may differ from ours, so defaults are written out.
  const paths = kubeconfigPaths(target.kubeconfig.paths).filter((path) => existsSync(path));
  const definition = definitionOf(app.context, { ...target, kubeconfig: { ...target.kubeconfig, paths } });
  // The other client has no editor to ask: it gets the user's consents, which hold for exactly that content.
  const args = [...definition.args, ...target.vouched.map((fingerprint) => `--vouched=${fingerprint}`)];
  const electron = process.versions.electron !== undefined;
  await vscode.env.clipboard.writeText(clientConfiguration(client, { ...definition, args }, electron));
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'Copied. Add it to {0}; copy it again after an update of this extension or a change of its settings.',
      client.file,
    ),
  );
}
