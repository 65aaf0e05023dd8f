import * as vscode from 'vscode';
import type { App } from '../parts/app.ts';

/** Opens this extension's settings. */
export async function openSettings({ context }: App): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${context.extension.id}`);
}
