import { delimiter } from 'node:path';
import * as vscode from 'vscode';
import { SECTION } from '../../../settings.ts';

/** Lets the user choose the kubeconfig, or several: kept in their own settings, for every workspace. */
export async function chooseKubeconfig(): Promise<void> {
  const files = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose Kubeconfig'),
    openLabel: vscode.l10n.t('Use'),
    canSelectMany: true,
  });
  if (!files || files.length === 0) return;
  const paths = files.map(({ fsPath }) => fsPath).join(delimiter);
  await vscode.workspace.getConfiguration(SECTION).update('kubeconfig', paths, vscode.ConfigurationTarget.Global);
}
