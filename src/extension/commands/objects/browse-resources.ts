import * as vscode from 'vscode';
import { chooseObject } from '../../browse/choose-object.ts';
import type { App } from '../parts/app.ts';
import { coordinatesOf } from '../parts/the-object.ts';

/** Asks for kind, namespace and object, and opens it. */
export async function browseResources(app: App): Promise<void> {
  const found = await chooseObject(app, vscode.l10n.t('Browse Resources'));
  if (found) await app.documents.open(found.target, coordinatesOf(found));
}
