import * as vscode from 'vscode';
import { resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { isNode } from '../../views/nodes.ts';
import type { App } from '../parts/app.ts';
import { theObject } from '../parts/the-object.ts';

/** Asks the chat, with our tools, what is wrong with an object. */
export async function askWhy(app: App, argument?: unknown): Promise<void> {
  const chosen = await theObject(app, argument, vscode.l10n.t('Ask Copilot Why'));
  if (!chosen) return;
  const { resource, namespace, name, connection } = chosen;
  const problem = isNode(argument) && argument.type === 'problem' ? argument.finding : undefined;
  const finding = problem ? ` ${await boundedText(String(problem.message))}` : '';
  const place = namespace === undefined ? '' : ` in namespace ${namespace}`;
  // In English, as what the agent reads of it.
  const query = `Why is ${resourceNameOf(resource)} ${name}${place} of Kubernetes context ${connection.context.name} not as it should be?${finding} Diagnose it, and propose a fix.`;
  try {
    await vscode.commands.executeCommand('workbench.action.chat.open', { query, mode: 'agent' });
  } catch {
    throw new UserError(vscode.l10n.t('This editor has no chat that can be asked.'));
  }
}

async function boundedText(text: string): Promise<string> {
  const { bounded } = await import('../../../kubernetes/diagnosis/digest.ts');
  return bounded(text);
}
