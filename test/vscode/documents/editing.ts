import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { titleButton } from '../reviewing.ts';
import { screenshots } from '../workspace.ts';

/** Replaces the first occurrence in an open document, as by typing. */
export async function edit(document: vscode.TextDocument, before: string | RegExp, after: string): Promise<void> {
  const text = document.getText();
  const found = typeof before === 'string' ? before : (before.exec(text)?.[0] ?? String(before));
  const start = text.indexOf(found);
  assert.ok(start >= 0, `"${found}" is not in:\n${text}`);
  const change = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(start), document.positionAt(start + found.length));
  change.replace(document.uri, range, after);
  assert.ok(await vscode.workspace.applyEdit(change));
}

/** Saves the document; rejects if it stays dirty. */
export async function saveInEditor(document: vscode.TextDocument): Promise<void> {
  assert.ok(await document.save(), 'the document was not saved');
}

/** Our extension's diagnostics for a document. */
export function problems(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'MCP for Kubernetes');
}

/** Begins to edit the document, in its editor. */
export async function startEditing(document: vscode.TextDocument): Promise<void> {
  await vscode.window.showTextDocument(document, { preview: false });
  await page.waitFor(titleButton('Edit'));
  await page.click(titleButton('Edit'));
  await page.waitFor(titleButton('Review and Apply'));
}

/** Waits for the review and answers it. */
export async function answerReview(answer: 'Apply' | 'Delete' | 'Reject', screenshot?: string): Promise<void> {
  await page.waitFor('.monaco-diff-editor .view-line');
  const button = titleButton(answer);
  await page.waitFor(button);
  if (screenshot) await screenshots(screenshot);
  await page.click(button);
}
