import * as vscode from 'vscode';
import type { App } from '../parts/app.ts';
import { coordinatesOf, theObject } from '../parts/the-object.ts';

/** Opens the page of an object: how it is, why, and what is around it. */
export async function showOverview(app: App, argument?: unknown): Promise<void> {
  const chosen = await theObject(app, argument, vscode.l10n.t('Show Overview'));
  if (chosen) await app.pages.show({ target: chosen.target.name, coordinates: coordinatesOf(chosen) });
}
