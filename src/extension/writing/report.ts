import * as vscode from 'vscode';
import { RejectedError } from '../../kubernetes/apimachinery/errors.ts';
import { UntrustedKubeconfigError } from '../../kubernetes/client/kubeconfig.ts';
import { COMMANDS } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';
import { SwitchedOffError } from './switched-off-error.ts';

/** Logs an error and shows it with a fix if there is one; resolves when the user has dealt with it. */
export async function reportError(log: vscode.LogOutputChannel, error: unknown): Promise<void> {
  const message = formatError(error);
  // The user knows that they rejected it.
  if (error instanceof RejectedError) return log.info(message);
  log.error(message);
  if (error instanceof UntrustedKubeconfigError || (error instanceof SwitchedOffError && error.isWithheld)) {
    const answer = vscode.l10n.t('Answer…');
    if ((await vscode.window.showErrorMessage(message, answer)) === answer)
      await vscode.commands.executeCommand(COMMANDS.answerWorkspace);
    return;
  }
  if (error instanceof SwitchedOffError) {
    const openSetting = vscode.l10n.t('Open Setting');
    if ((await vscode.window.showErrorMessage(message, openSetting)) === openSetting)
      await vscode.commands.executeCommand('workbench.action.openWorkspaceSettings', { query: error.setting });
    return;
  }
  const showLog = vscode.l10n.t('Show Log');
  if ((await vscode.window.showErrorMessage(message, showLog)) === showLog) log.show();
}
