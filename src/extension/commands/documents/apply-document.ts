import * as vscode from 'vscode';
import { SCHEME } from '../../common/ids.ts';
import { formatError } from '../../common/problems.ts';
import { documentAddress } from '../../documents/document-uri.ts';
import { isLensTarget } from '../../manifests/manifest-lenses.ts';
import type { Target } from '../../targets/targets.ts';
import type { App } from '../parts/app.ts';
import { chooseTarget } from '../parts/choose-target.ts';

/** Creates or updates the objects in the active editor's selection or, without one, in its whole document. */
export async function applyDocument(app: App, argument?: unknown): Promise<void> {
  if (isLensTarget(argument)) {
    const document = await vscode.workspace.openTextDocument(argument.uri);
    await apply(app, document, new vscode.Selection(argument.range.start, argument.range.end), false);
    return;
  }
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a manifest to apply it.'));
    return;
  }
  await apply(app, editor.document, editor.selection, false);
}

async function apply(
  app: App,
  document: vscode.TextDocument,
  selection: vscode.Selection,
  force: boolean,
): Promise<void> {
  const where = await placeOf(app, document);
  if (!where) return;
  const { target, context } = where;
  const { TextError } = await import('../../documents/text-problems.ts');
  const { applyText } = await import('../../documents/text-application.ts');
  const range = selection.isEmpty ? undefined : selection;
  const offset = range ? document.offsetAt(range.start) : 0;
  const { problems } = app.documents.conflicts;
  problems.clear(document.uri);
  const { signal } = new AbortController();
  const writer = () =>
    app.writes.writer({ target, context, confirm: (...review) => app.reviews.confirm(...review), signal });
  try {
    const connection = await app.clusters.connect(target, context);
    const { lines, failed, ...found } = await applyText(document.getText(range), offset, {
      connection,
      signal,
      writer,
      // Through a writer, so that a rejection is journaled.
      review: async (changes) => (await writer()).review(changes),
      force,
    });
    problems.show(document, found.problems, found.conflicts);
    app.lenses.refresh();
    const text = lines.join('; ');
    if (!failed) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Applied: {0}', text));
      return;
    }
    app.log.warn(text);
    const overwrite = vscode.l10n.t('Apply Anyway');
    const choices = found.conflicts.length > 0 ? [overwrite] : [];
    const answer = await vscode.window.showErrorMessage(vscode.l10n.t('Not applied: {0}', text), ...choices);
    if (answer === overwrite) await apply(app, document, selection, true);
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    const moved = error.problems.map(({ span, message }) => ({
      span: { start: span.start + offset, end: span.end + offset },
      message,
    }));
    problems.show(document, moved, []);
    void vscode.window.showErrorMessage(formatError(error));
  }
}

async function placeOf(
  app: App,
  { uri }: vscode.TextDocument,
): Promise<{ target: Target; context: string | undefined } | undefined> {
  if (uri.scheme === SCHEME) {
    const address = documentAddress(uri.path, uri.query);
    const target = address && (await app.targets.named(address.target));
    return target && { target, context: address.coordinates.context };
  }
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const own = (await app.targets.all()).find((target) => target.folder === folder);
  const target = own ?? (await chooseTarget(app, vscode.l10n.t('Apply This Document')));
  return target && { target, context: undefined };
}
