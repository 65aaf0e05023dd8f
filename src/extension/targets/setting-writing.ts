import * as vscode from 'vscode';
import { SECTION } from '../common/ids.ts';
import type { Settings } from '../settings/setting-values.ts';
import { placeOf } from '../settings/settings.ts';
import type { Target } from './targets.ts';

/**
 * Writes a setting for the target: into its folder where folders differ, else into the workspace, else, in a window without
 * one, into the human's own. The default is written only where it has to cover a value from further out. Resolves with the
 * place that was written to.
 */
export async function writeSetting<Name extends keyof Settings>(
  { folder, name: targetName }: Pick<Target, 'folder' | 'name'>,
  name: Name,
  value: Settings[Name] | undefined,
): Promise<string> {
  const configuration = vscode.workspace.getConfiguration(SECTION, folder ?? null);
  const { WorkspaceFolder, Workspace, Global } = vscode.ConfigurationTarget;
  const values = configuration.inspect<unknown>(name);
  // Without a workspace file, a folder's settings are the workspace's.
  const several = vscode.workspace.workspaceFile !== undefined;
  const inFolder = several && (targetName !== undefined || values?.workspaceFolderValue !== undefined);
  const level = !vscode.workspace.workspaceFolders ? Global : inFolder ? WorkspaceFolder : Workspace;
  const outer = [values?.globalValue, inFolder ? values?.workspaceValue : undefined];
  const covers = level !== Global && outer.some((one) => one);
  await configuration.update(name, value ? value : covers ? values?.defaultValue : undefined, level);
  return placeOf(folder, inFolder);
}

/** Is the workspace trusted, so that its settings count? Otherwise the human is shown the way there. */
export async function isTrustedOrExplained(message: string): Promise<boolean> {
  if (!vscode.workspace.workspaceFolders || vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  if ((await vscode.window.showWarningMessage(message, manage)) === manage)
    await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}
