import * as vscode from 'vscode';
import { SCHEME } from '../../common/ids.ts';
import { isLensTarget } from '../../manifests/manifest-lenses.ts';
import type { App } from '../parts/app.ts';
import { type ApplyPlace, applyBatches } from '../parts/apply-parts.ts';
import { thePlace } from '../parts/the-place.ts';

/** Creates or updates the objects in the active editor's selection or, without one, in its whole document. */
export async function applyDocument(app: App, argument?: unknown): Promise<void> {
  if (isLensTarget(argument)) {
    const document = await vscode.workspace.openTextDocument(argument.uri);
    await apply(app, document, argument.range);
    return;
  }
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a manifest to apply it.'));
    return;
  }
  await apply(app, editor.document, editor.selection.isEmpty ? undefined : editor.selection);
}

async function apply(app: App, document: vscode.TextDocument, range: vscode.Range | undefined): Promise<void> {
  const place = await placeOf(app, document);
  if (place) await applyBatches(app, [{ place, parts: [{ document, range }] }]);
}

async function placeOf(app: App, { uri }: vscode.TextDocument): Promise<ApplyPlace | undefined> {
  if (uri.scheme === SCHEME) {
    const { target, coordinates } = await app.documents.place(uri);
    return { target, context: coordinates.context };
  }
  return thePlace(app, uri, vscode.l10n.t('Apply This Document'));
}
