import * as vscode from 'vscode';

/** Shows an error, and the way to the log; resolves when the human has seen to it. */
export async function reportError(log: vscode.LogOutputChannel, message: string): Promise<void> {
  const showLog = vscode.l10n.t('Show Log');
  if ((await vscode.window.showErrorMessage(message, showLog)) === showLog) log.show();
}
