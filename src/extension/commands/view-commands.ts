import * as vscode from 'vscode';
import { isNode } from '../views/nodes.ts';
import type { App } from './parts/app.ts';

/** Lets the user filter the view by object name. */
export async function filterView({ view }: App): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Filter Objects'),
    prompt: vscode.l10n.t('Part of the names of the objects to show; empty for all'),
    value: view.filterText,
  });
  if (text !== undefined) await view.filter(text.trim().toLowerCase());
}

/** Clears the filter of the view. */
export async function clearFilter({ view }: App): Promise<void> {
  await view.filter('');
}

/** Reloads a node of the view, or all of it. */
export async function refreshView({ view }: App, argument?: unknown): Promise<void> {
  await view.refresh(isNode(argument) ? argument : undefined);
}

/** Shows more of a long list. */
export async function showMore({ view }: App, argument?: unknown): Promise<void> {
  if (isNode(argument) && argument.type === 'more') view.showMore(argument);
}
