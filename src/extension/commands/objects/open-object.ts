import * as vscode from 'vscode';
import type { App } from '../parts/app.ts';
import { coordinatesOf, theObject } from '../parts/the-object.ts';

/** Opens the object of a node. */
export async function openObject(app: App, argument?: unknown): Promise<void> {
  const chosen = await theObject(app, argument, vscode.l10n.t('Browse Resources'));
  if (chosen) await app.documents.open(chosen.target, coordinatesOf(chosen));
}
