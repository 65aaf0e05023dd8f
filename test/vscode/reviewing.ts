import * as vscode from 'vscode';

/** The diff tabs whose right side has this scheme. */
export function diffTabs(scheme: string): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === scheme);
}

/** The selector of a button in the active editor's title. */
export function titleButton(label: string): string {
  const actions = '.editor-group-container.active .editor-actions';
  return `${actions} :is([aria-label="${label}"], [aria-label^="${label} ("])`;
}
