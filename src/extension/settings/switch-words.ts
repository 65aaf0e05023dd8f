import * as vscode from 'vscode';
import type { WriteSwitch } from '../../settings.ts';

/** What a switch lets agents do, in a word or two. */
export function switchWord(setting: WriteSwitch): string {
  const words: Record<WriteSwitch, string> = {
    enableCreate: vscode.l10n.t('create'),
    enableUpdate: vscode.l10n.t('update'),
    enableDelete: vscode.l10n.t('delete'),
    enableExec: vscode.l10n.t('run commands'),
  };
  return words[setting];
}
