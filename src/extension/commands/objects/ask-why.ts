import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { App } from '../parts/app.ts';
import { coordinatesOf, theObject } from '../parts/the-object.ts';
import { whyQuestion } from './why-question.ts';

/** Asks the chat, with our tools, what is wrong with an object. */
export async function askWhy(app: App, argument?: unknown): Promise<void> {
  const chosen = await theObject(app, argument, vscode.l10n.t('Ask Copilot Why'));
  if (!chosen) return;
  const question = whyQuestion(coordinatesOf(chosen));
  try {
    await vscode.commands.executeCommand('workbench.action.chat.open', { ...question, mode: 'agent' });
  } catch {
    throw new UserError(vscode.l10n.t('This editor has no chat that can be asked.'));
  }
}
