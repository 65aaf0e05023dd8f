import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { SCHEME } from '../ids.ts';

/** Reads the object of a document anew: the one of the button that was pressed, or the active one. */
export async function refreshDocument({ documents }: App, argument?: unknown): Promise<void> {
  const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme === SCHEME) await documents.refresh(uri);
}
