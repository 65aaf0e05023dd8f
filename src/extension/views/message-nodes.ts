import * as vscode from 'vscode';
import { UnreachableError } from '../../kubernetes/apimachinery/errors.ts';
import { UntrustedKubeconfigError } from '../../kubernetes/client/kubeconfig.ts';
import { formatError } from '../common/problems.ts';
import type { MessageNode, Node } from './nodes.ts';

/** A row that says something; VS Code wants each row of a parent to have an id of its own, and these differ in their texts. */
export function messageNode(
  parent: Node | undefined,
  text: string,
  tone: MessageNode['tone'] = 'plain',
  detail: string = text,
): MessageNode {
  return { type: 'message', id: `${parent?.id ?? ''}/message/${text}`, parent, text, detail, tone };
}

/** A row in place of children that cannot be read. */
export function errorNode(parent: Node | undefined, error: unknown): MessageNode {
  const detail = formatError(error);
  // The view is narrow, and the tree shows which cluster it is.
  if (error instanceof UntrustedKubeconfigError) {
    const text = error.refused ? vscode.l10n.t('Kubeconfig not allowed') : vscode.l10n.t('Waiting for your answer');
    return messageNode(parent, text, 'question', detail);
  }
  const text = error instanceof UnreachableError ? vscode.l10n.t('Not reached: {0}', error.reason) : detail;
  return messageNode(parent, text, 'error', detail);
}

/** What is said in place of objects where there are none, or none that fit the filter. */
export function noneText(filter: string): string {
  return filter === '' ? vscode.l10n.t('None') : vscode.l10n.t('None with “{0}” in its name', filter);
}
