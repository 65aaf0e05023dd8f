import * as vscode from 'vscode';
import { SCHEME } from '../../common/ids.ts';
import { documentAddress } from '../../documents/document-uri.ts';
import { isLensTarget } from '../../manifests/manifest-lenses.ts';
import type { App } from '../parts/app.ts';
import { type ApplyPlace, applyParts } from '../parts/apply-parts.ts';
import { chooseTarget } from '../parts/choose-target.ts';

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
  if (place) await applyParts(app, place, [{ document, range }]);
}

async function placeOf(app: App, { uri }: vscode.TextDocument): Promise<ApplyPlace | undefined> {
  if (uri.scheme === SCHEME) {
    const address = documentAddress(uri.path, uri.query);
    const target = address && (await app.targets.named(address.target));
    return target && { target, context: address.coordinates.context };
  }
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const own = (await app.targets.all()).find((target) => target.folder === folder);
  const target = own ?? (await chooseTarget(app, vscode.l10n.t('Apply This Document')));
  return target && { target };
}
