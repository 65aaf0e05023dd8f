import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { SCHEME } from '../../common/ids.ts';
import type { RedactedValue } from '../../documents/redacted-values.ts';
import type { ValueLink } from '../../documents/value-lenses.ts';
import type { App } from '../parts/app.ts';

/** Shows a redacted value beside its key, or hides it again: that of the code lens, or the one at the cursor. */
export async function revealValue({ documents }: App, link?: unknown): Promise<void> {
  const { document, value } = await chosen(link as ValueLink | undefined);
  await documents.values.toggle(document, value);
}

/** Copies a redacted value without showing it. */
export async function copyValue({ documents }: App, link?: unknown): Promise<void> {
  const { document, value } = await chosen(link as ValueLink | undefined);
  await documents.values.copy(document, value);
}

async function chosen(link: ValueLink | undefined): Promise<{ document: vscode.TextDocument; value: RedactedValue }> {
  const { redactedValuesIn } = await import('../../documents/redacted-values.ts');
  const editor = vscode.window.activeTextEditor;
  const document = link?.document ?? editor?.document;
  const values = document?.uri.scheme === SCHEME ? redactedValuesIn(document.getText()) : [];
  const name = JSON.stringify(link?.path);
  const line = editor?.selection.active.line;
  const value = values.find((one) =>
    link ? JSON.stringify(one.path) === name : document?.positionAt(one.span.start).line === line,
  );
  if (!document || !value)
    throw new UserError(
      vscode.l10n.t('There is no redacted value here: put the cursor on a line with “<redacted …>”.'),
    );
  return { document, value };
}
