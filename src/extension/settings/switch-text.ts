import * as vscode from 'vscode';
import type { WriteSwitch } from '../../settings.ts';

/** What a switch allows agents, in a word or two. */
export function switchWord(setting: WriteSwitch): string {
  const words: Record<WriteSwitch, string> = {
    enableCreate: vscode.l10n.t('create'),
    enableUpdate: vscode.l10n.t('update'),
    enableDelete: vscode.l10n.t('delete'),
    enableExec: vscode.l10n.t('run commands'),
    enableHelmInstall: vscode.l10n.t('install charts'),
    enableHelmUpgrade: vscode.l10n.t('upgrade releases'),
    enableHelmRollback: vscode.l10n.t('roll back releases'),
    enableHelmUninstall: vscode.l10n.t('uninstall releases'),
    enableHelmRepoAdd: vscode.l10n.t('add chart repositories'),
    enableHelmRepoRemove: vscode.l10n.t('remove chart repositories'),
  };
  return words[setting];
}
