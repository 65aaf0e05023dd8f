import * as vscode from 'vscode';
import type { App } from '../parts/app.ts';
import { documentOf } from './document-conflict.ts';

/** Lets the user edit a document. */
export async function editDocument({ documents }: App, argument?: unknown): Promise<void> {
  const uri = documentOf(argument);
  if (!uri) return;
  await documents.edit(uri);
  await vscode.window.showTextDocument(uri, { preview: false });
}

/** Asks the user to review a document's edits, and applies them. */
export async function saveDocument(_app: App, argument?: unknown): Promise<void> {
  const uri = documentOf(argument);
  if (!uri) return;
  await vscode.window.showTextDocument(uri, { preview: false });
  // Unlike the document's own `save`, also where auto save has already taken the text.
  await vscode.commands.executeCommand('workbench.action.files.save');
}
