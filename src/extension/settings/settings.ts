import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { SECTION } from '../common/ids.ts';
import {
  parseSettings,
  type Settings,
  type SettingValues,
  TRUSTED_ONLY,
  WRITE_SWITCHES,
  type WriteSwitch,
} from './setting-values.ts';

/** The settings in force for a workspace folder, or for a window without one. */
export function readSettings(folder: vscode.WorkspaceFolder | undefined): Settings {
  const configuration = vscode.workspace.getConfiguration(SECTION, folder ?? null);
  const trusted = vscode.workspace.isTrusted;
  const value = (name: keyof Settings): unknown => {
    if (trusted || !TRUSTED_ONLY.includes(name)) return configuration.get(name);
    // VS Code leaves restricted values out by itself; this holds even if the manifest forgets one.
    return configuration.inspect(name)?.globalValue;
  };
  const values: SettingValues = {
    kubeconfig: value('kubeconfig'),
    context: value('context'),
    namespace: value('namespace'),
    enableList: value('enableList'),
    enableCreate: value('enableCreate'),
    enableUpdate: value('enableUpdate'),
    enableDelete: value('enableDelete'),
    enableExec: value('enableExec'),
    allowedContexts: value('allowedContexts'),
    allowedNamespaces: value('allowedNamespaces'),
    protectedContexts: value('protectedContexts'),
    deniedKinds: value('deniedKinds'),
    readOnlyKinds: value('readOnlyKinds'),
    reviewWrites: value('reviewWrites'),
    openResults: value('openResults'),
  };
  return parseSettings(values, trusted, { home: homedir(), folder: folder?.uri.fsPath, env: process.env });
}

/** The write switches that are on because the workspace, not the human's own settings, says so; and where it says so. */
export function switchesOfWorkspace(
  folder: vscode.WorkspaceFolder | undefined,
): { setting: WriteSwitch; place: string }[] {
  const configuration = vscode.workspace.getConfiguration(SECTION, folder ?? null);
  return WRITE_SWITCHES.flatMap((setting) => {
    const values = configuration.inspect<unknown>(setting);
    if (configuration.get(setting) !== true || values?.globalValue === true) return [];
    return [{ setting, place: placeOf(folder, values?.workspaceFolderValue !== undefined) }];
  });
}

/** Where settings of the workspace, or of a folder of it, are kept. */
export function placeOf(folder: vscode.WorkspaceFolder | undefined, inFolder: boolean): string {
  const place = inFolder ? folder?.uri : (vscode.workspace.workspaceFile ?? folder?.uri);
  return place?.toString() ?? '';
}
