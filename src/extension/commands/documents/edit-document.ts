import * as vscode from 'vscode';
import { saveInFront } from '../../documents/document-tabs.ts';
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
  if (uri) await saveInFront(uri);
}
