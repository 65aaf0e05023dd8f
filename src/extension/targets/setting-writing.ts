import * as vscode from 'vscode';
import { isInside } from '../../kubernetes/client/places.ts';
import { isWriteSwitch, SECTION, type Settings } from '../../settings.ts';
import { placeOf } from '../settings/settings.ts';
import type { Consents } from './consents.ts';
import { contextIn, providedSetting } from './provided-by-workspace.ts';
import type { Target } from './targets.ts';
import { folderIdentity } from './workspace-identity.ts';

/**
 * Writes a setting for the target: into its folder if folders differ, else into the workspace, else, in a window
 * without one, into the user's own. The default is written only to override an outer value. A value written here
 * counts as agreed to.
 */
export async function writeSetting<Name extends keyof Settings>(
  consents: Consents,
  target: Target,
  name: Name,
  value: Settings[Name] | undefined,
): Promise<void> {
  const { folder, name: targetName } = target;
  const configuration = vscode.workspace.getConfiguration(SECTION, folder ?? null);
  const { WorkspaceFolder, Workspace, Global } = vscode.ConfigurationTarget;
  const values = configuration.inspect<unknown>(name);
  // Without a workspace file, a folder's settings are the workspace's.
  const several = vscode.workspace.workspaceFile !== undefined;
  const inFolder = several && (targetName !== undefined || values?.workspaceFolderValue !== undefined);
  const level = !vscode.workspace.workspaceFolders ? Global : inFolder ? WorkspaceFolder : Workspace;
  const outer = [values?.globalValue, inFolder ? values?.workspaceValue : undefined];
  const covers = level !== Global && outer.some((one) => one);
  const written = value ? value : covers ? values?.defaultValue : undefined;
  if (written !== undefined && level !== Global) {
    const isStrange = (path: string) => isInside(path, target.places);
    const where = {
      place: placeOf(folder, inFolder),
      identity: await folderIdentity(folder),
      context: isWriteSwitch(name)
        ? await contextIn(target.kubeconfig.paths, target.settings.context, isStrange)
        : undefined,
    };
    // Before the update: its listeners ask at once.
    await consents.record([providedSetting(name, value || undefined, where)], true);
  }
  await configuration.update(name, written, level);
}

/** Is the workspace trusted, so that its settings count? If not, shows the user how to trust it. */
export async function isTrustedOrExplained(message: string): Promise<boolean> {
  if (!vscode.workspace.workspaceFolders || vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  if ((await vscode.window.showWarningMessage(message, manage)) === manage)
    await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}
