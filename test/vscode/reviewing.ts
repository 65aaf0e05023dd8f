import * as vscode from 'vscode';

/** The tabs of diffs whose right side is of this scheme. */
export function diffTabs(scheme: string): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === scheme);
}

/** Where to find a button in the title of the active editor. */
export function titleButton(label: string): string {
  return `.editor-group-container.active .editor-actions [aria-label^="${label}"]`;
}
