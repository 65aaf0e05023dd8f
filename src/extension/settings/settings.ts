import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { SECTION, SETTING_NAMES, type SettingName, type Settings } from '../../settings.ts';
import { parseSettings, type SettingValues } from './setting-values.ts';

/** The settings for a workspace folder, or for a window without one, by whose they are. */
export interface FoundSettings {
  /** The user's own, for this machine. */
  user: Settings;
  /** With what the workspace says in their place. */
  asked: Settings;
  /** The settings that the workspace says something about, and where it says so. */
  provided: ReadonlyMap<SettingName, string>;
}

/** The settings as they stand. A workspace that is not trusted says nothing. */
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
    // What a workspace has no say in VS Code leaves out by itself; this is about the rest.
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

/** Where settings of the workspace, or of a folder of it, are kept. */
export function placeOf(folder: vscode.WorkspaceFolder | undefined, inFolder: boolean): string {
  const place = inFolder ? folder?.uri : (vscode.workspace.workspaceFile ?? folder?.uri);
  return place?.toString() ?? '';
}
