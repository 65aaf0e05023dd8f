import * as vscode from 'vscode';
import { SCHEME } from '../../common/ids.ts';
import type { App } from '../parts/app.ts';

/** The `k8s:` document of a command: that of the button or code action, or the active one. */
export function documentOf(argument: unknown): vscode.Uri | undefined {
  const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === SCHEME ? uri : undefined;
}

/** Discards the user's edits. */
export async function reloadDocument({ documents }: App, argument?: unknown): Promise<void> {
  const uri = documentOf(argument);
  if (uri) await documents.conflicts.reload(uri);
}

/** Compares the document with the object in the cluster. */
export async function showLive({ documents }: App, argument?: unknown): Promise<void> {
  const uri = documentOf(argument);
  if (uri) await documents.conflicts.showLive(uri);
}

/** Saves the document over others' changes. */
export async function overwriteLive({ documents }: App, argument?: unknown): Promise<void> {
  const uri = documentOf(argument);
  if (uri) await documents.conflicts.overwrite(uri);
}
