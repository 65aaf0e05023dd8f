import * as vscode from 'vscode';
import type { App } from '../parts/app.ts';
import { coordinatesOf, theObject } from '../parts/the-object.ts';

/** Shows the state of an object and what is likely wrong with it. */
export async function describeResource(app: App, argument?: unknown): Promise<void> {
  const chosen = await theObject(app, argument, vscode.l10n.t('Describe'));
  if (chosen) await app.descriptions.show({ target: chosen.target.name, coordinates: coordinatesOf(chosen) }, 'digest');
}

/** Shows the events of an object. */
export async function showEvents(app: App, argument?: unknown): Promise<void> {
  const chosen = await theObject(app, argument, vscode.l10n.t('Show Events'));
  if (chosen) await app.descriptions.show({ target: chosen.target.name, coordinates: coordinatesOf(chosen) }, 'events');
}
