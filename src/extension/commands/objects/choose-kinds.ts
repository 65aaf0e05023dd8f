import * as vscode from 'vscode';
import { resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import type { App } from '../parts/app.ts';
import { theRow } from '../parts/the-object.ts';

/** Puts a kind at the top of every namespace. */
export async function addFavorite({ view }: App, argument?: unknown): Promise<void> {
  const kind = theRow(argument, 'kind');
  if (kind) await view.choices.setFavorite(resourceNameOf(kind.resource), true);
}

/** A kind is a favorite no longer. */
export async function removeFavorite({ view }: App, argument?: unknown): Promise<void> {
  const kind = theRow(argument, 'kind');
  if (kind) await view.choices.setFavorite(resourceNameOf(kind.resource), false);
}

/** Hides a kind everywhere in the view. */
export async function hideKind({ view }: App, argument?: unknown): Promise<void> {
  const kind = theRow(argument, 'kind');
  if (kind) await view.choices.setHidden(resourceNameOf(kind.resource), true);
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
