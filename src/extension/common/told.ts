import * as vscode from 'vscode';
import type { Message } from '../../kubernetes/diagnosis/facts/message.ts';

/** A message of the core in the user's language. */
export function told(message: Message): string {
  return message.in((template) => vscode.l10n.t(template));
}
