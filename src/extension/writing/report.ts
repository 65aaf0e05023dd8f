import * as vscode from 'vscode';
import { RejectedError } from '../../kubernetes/apimachinery/errors.ts';
import { UntrustedKubeconfigError } from '../../kubernetes/client/kubeconfig.ts';
import { COMMANDS } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';

/** Logs an error and shows it with a fix if there is one; resolves when the user has dealt with it. */
export async function reportError(log: vscode.LogOutputChannel, error: unknown): Promise<void> {
  const message = formatError(error);
  // The user knows that they rejected it.
  if (error instanceof RejectedError) return log.info(message);
  log.error(message);
  if (error instanceof UntrustedKubeconfigError) {
    const answer = vscode.l10n.t('Answer…');
    if ((await vscode.window.showErrorMessage(message, answer)) === answer)
      await vscode.commands.executeCommand(COMMANDS.answerWorkspace);
    return;
  }
  const showLog = vscode.l10n.t('Show Log');
  if ((await vscode.window.showErrorMessage(message, showLog)) === showLog) log.show();
}
