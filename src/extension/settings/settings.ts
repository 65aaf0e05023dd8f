import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { SECTION, SETTING_NAMES, type SettingName, type Settings } from '../../settings.ts';
import { parseSettings, type SettingValues } from './setting-values.ts';

/** The settings of a workspace folder, or of a window without one, by origin. */
export interface FoundSettings {
  /** The user's own, for this machine. */
  user: Settings;
  /** The same, overridden by the workspace's. */
  asked: Settings;
  /** The settings the workspace sets, and where. */
  provided: ReadonlyMap<SettingName, string>;
}

/** The current settings. An untrusted workspace sets none. */
export function findSettings(folder: vscode.WorkspaceFolder | undefined): FoundSettings {
  const configuration = vscode.workspace.getConfiguration(SECTION, folder ?? null);
  const trusted = vscode.workspace.isTrusted;
  const user: SettingValues = {};
  const asked: SettingValues = {};
  const provided = new Map<SettingName, string>();
  for (const name of SETTING_NAMES) {
    const values = configuration.inspect<unknown>(name);
    const own = values?.globalValue ?? values?.defaultValue;
    const theirs = trusted ? (values?.workspaceFolderValue ?? values?.workspaceValue) : undefined;
    user[name] = own;
    // VS Code itself ignores settings a workspace may not set; this handles the rest.
    asked[name] = theirs ?? own;
    if (theirs !== undefined) provided.set(name, placeOf(folder, values?.workspaceFolderValue !== undefined));
  }
  const surroundings = { home: homedir(), folder: folder?.uri.fsPath, env: process.env };
  return {
    user: parseSettings(user, trusted, surroundings),
    asked: parseSettings(asked, trusted, surroundings, provided.has('kubeconfig')),
    provided,
  };
}

/** Where settings of the workspace, or of one of its folders, are kept. */
export function placeOf(folder: vscode.WorkspaceFolder | undefined, inFolder: boolean): string {
  const place = inFolder ? folder?.uri : (vscode.workspace.workspaceFile ?? folder?.uri);
  return place?.toString() ?? '';
}
