import * as vscode from 'vscode';
import { resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { isNode } from '../../views/nodes.ts';
import type { App } from '../parts/app.ts';

/** Puts a kind at the top of every namespace. */
export async function addFavorite({ view }: App, argument?: unknown): Promise<void> {
  if (isNode(argument) && argument.type === 'kind')
    await view.choices.setFavorite(resourceNameOf(argument.resource), true);
}

/** A kind is a favorite no longer. */
export async function removeFavorite({ view }: App, argument?: unknown): Promise<void> {
  if (isNode(argument) && argument.type === 'kind')
    await view.choices.setFavorite(resourceNameOf(argument.resource), false);
}

/** Hides a kind everywhere in the view. */
export async function hideKind({ view }: App, argument?: unknown): Promise<void> {
  if (isNode(argument) && argument.type === 'kind')
    await view.choices.setHidden(resourceNameOf(argument.resource), true);
}

/** Lets the user choose which hidden kinds to show again. */
export async function showHiddenKinds({ view }: App): Promise<void> {
  const { hidden } = view.choices;
  if (hidden.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No kind is hidden.'));
    return;
  }
  const title = vscode.l10n.t('Show Hidden Kinds');
  const chosen = await vscode.window.showQuickPick([...hidden], { title, canPickMany: true });
  for (const name of chosen ?? []) await view.choices.setHidden(name, false);
}
