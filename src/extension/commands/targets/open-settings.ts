import * as vscode from 'vscode';
import type { App } from '../parts/app.ts';

/** Opens the settings of this extension. */
export async function openSettings({ context }: App): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${context.extension.id}`);
}
