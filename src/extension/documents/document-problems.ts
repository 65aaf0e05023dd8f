import * as vscode from 'vscode';
import type { EditConflict } from '../../kubernetes/writes/edit.ts';
import { SCHEME, SOURCE } from '../common/ids.ts';
import type { PlacedConflict } from './object-saving.ts';
import type { TextProblem } from './text-problems.ts';
import type { Span } from './yaml-positions.ts';

/** The code of diagnostics that a user may overrule. */
export const CONFLICT = 'conflict';

/** What is wrong with a document, shown at the fields; the last word on a document replaces the one before. */
export class DocumentProblems implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection(SOURCE);

  dispose(): void {
    this.#collection.dispose();
  }

  clear(uri: vscode.Uri): void {
    this.#collection.delete(uri);
  }

  /** Shows mistakes, which have to be mended, and conflicts, which the user may overrule. */
  show(document: vscode.TextDocument, mistakes: readonly TextProblem[], conflicts: readonly PlacedConflict[]): void {
    const { Error: Mistake, Warning } = vscode.DiagnosticSeverity;
    // Of a block that is gone every field is; they are all at one place.
    const overruled = new Map<string, vscode.Diagnostic>();
    for (const conflict of conflicts) {
      const found = diagnostic(document, conflict.span, formatConflict(conflict), Warning);
      found.code = CONFLICT;
      overruled.set(`${conflict.span.start} ${conflict.owner ? found.message : ''}`, found);
    }
    this.#collection.set(document.uri, [
      ...mistakes.map(({ span, message }) => diagnostic(document, span, message, Mistake)),
      ...overruled.values(),
    ]);
  }
}

/** The document that is open under a URI. */
export function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const key = uri.toString();
  return vscode.workspace.textDocuments.find(
    (document) => document.uri.scheme === SCHEME && document.uri.toString() === key,
  );
}

function diagnostic(
  document: vscode.TextDocument,
  { start, end }: Span,
  message: string,
  severity: vscode.DiagnosticSeverity,
) {
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  const found = new vscode.Diagnostic(range, message, severity);
  found.source = SOURCE;
  return found;
}

function formatConflict({ owner, live }: EditConflict): string {
  if (owner !== undefined)
    return vscode.l10n.t('{0} has set this field, and may set it back. The change belongs at its source.', owner);
  if (live === undefined)
    return vscode.l10n.t('This changed in the cluster after you had opened it: it is gone there.');
  if (typeof live === 'object') return vscode.l10n.t('This changed in the cluster after you had opened it.');
  return vscode.l10n.t('This changed in the cluster after you had opened it: it is now {0} there.', String(live));
}
