import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';

/** How long a busy window may take to report which tab is in front. */
const REPORT_TIMEOUT_MS = 10_000;

/** Does any tab show the document? */
export function isShown(uri: vscode.Uri): boolean {
  return vscode.window.tabGroups.all.some(({ tabs }) => tabs.some((tab) => shows(tab, uri)));
}

/**
 * Shows the document in the active tab: VS Code's commands about files take that one, whichever it is.
 * @throws UserError when another came to the front meanwhile.
 */
export async function bringToFront(uri: vscode.Uri): Promise<void> {
  const { tabGroups } = vscode.window;
  const isInFront = () => shows(tabGroups.activeTabGroup.activeTab, uri);
  await vscode.window.showTextDocument(uri, { preview: false });
  if (isInFront()) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const late = setTimeout(resolve, REPORT_TIMEOUT_MS);
  const look = () => {
    if (isInFront()) resolve();
  };
  const looking = vscode.Disposable.from(tabGroups.onDidChangeTabs(look), tabGroups.onDidChangeTabGroups(look));
  await promise;
  clearTimeout(late);
  looking.dispose();
  if (isInFront()) return;
  throw new UserError(vscode.l10n.t('Another editor came to the front, so nothing was done. Try again.'));
}

/** Saves the document as the user does: unlike its own `save`, also where auto save has already taken the text. */
export async function saveInFront(uri: vscode.Uri): Promise<void> {
  await bringToFront(uri);
  await vscode.commands.executeCommand('workbench.action.files.save');
}

function shows(tab: vscode.Tab | undefined, uri: vscode.Uri): boolean {
  return tab?.input instanceof vscode.TabInputText && tab.input.uri.toString() === uri.toString();
}
