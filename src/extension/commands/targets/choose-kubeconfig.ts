import { delimiter } from 'node:path';
import * as vscode from 'vscode';
import { fullName, SECTION } from '../../../settings.ts';

/** Lets the user choose the kubeconfig, or several: kept in their own settings, for all workspaces that name none. */
export async function chooseKubeconfig(): Promise<void> {
  const files = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose Kubeconfig'),
    openLabel: vscode.l10n.t('Use'),
    canSelectMany: true,
  });
  if (!files || files.length === 0) return;
  const paths = files.map(({ fsPath }) => fsPath).join(delimiter);
  await vscode.workspace.getConfiguration(SECTION).update('kubeconfig', paths, vscode.ConfigurationTarget.Global);
  if (vscode.workspace.isTrusted && isNamedHere()) await tellOfWorkspace();
}

/** Do settings of this workspace, or of one of its folders, come before the user's own? */
function isNamedHere(): boolean {
  return (vscode.workspace.workspaceFolders ?? []).some((folder) => {
    const values = vscode.workspace.getConfiguration(SECTION, folder).inspect('kubeconfig');
    return (values?.workspaceFolderValue ?? values?.workspaceValue) !== undefined;
  });
}

async function tellOfWorkspace(): Promise<void> {
  const open = vscode.l10n.t('Open Settings');
  const message = vscode.l10n.t('The settings of this workspace name a kubeconfig, too, which comes first here.');
  if ((await vscode.window.showWarningMessage(message, open)) !== open) return;
  await vscode.commands.executeCommand('workbench.action.openWorkspaceSettings', { query: fullName('kubeconfig') });
}
