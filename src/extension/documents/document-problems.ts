import * as vscode from 'vscode';
import type { EditConflict } from '../../kubernetes/writes/edit.ts';
import { SCHEME, SOURCE } from '../common/ids.ts';
import type { PlacedConflict } from './object-saving.ts';
import type { TextProblem } from './text-problems.ts';
import type { Span } from './yaml-positions.ts';

/** The code of diagnostics that the user may overrule. */
export const CONFLICT = 'conflict';

/** The problems of a document, shown at the fields; new ones replace the old. */
export class DocumentProblems implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection(SOURCE);

  dispose(): void {
    this.#collection.dispose();
  }

  clear(uri: vscode.Uri): void {
    this.#collection.delete(uri);
  }

  /** Shows errors, which must be fixed, and conflicts, which the user may overrule. */
  show(document: vscode.TextDocument, mistakes: readonly TextProblem[], conflicts: readonly PlacedConflict[]): void {
    const { Error: Mistake, Warning } = vscode.DiagnosticSeverity;
    // All fields of a deleted block conflict, at one place.
    const overruled = new Map<string, vscode.Diagnostic>();
    for (const conflict of conflicts) {
      const found = diagnostic(document, conflict.span, formatConflict(conflict), Warning);
      found.code = CONFLICT;
      overruled.set(`${conflict.span.start} ${conflict.owner ? found.message : ''}`, found);
    }
    this.#collection.set(document.uri, [
      ...withoutKnown(
        mistakes.map(({ span, message }) => diagnostic(document, span, message, Mistake)),
        document,
        this.#collection,
      ),
      ...overruled.values(),
    ]);
  }
}

/** Those that no other collection of ours has at the same place already. */
export function withoutKnown(
  found: readonly vscode.Diagnostic[],
  { uri }: vscode.TextDocument,
  own: vscode.DiagnosticCollection,
): vscode.Diagnostic[] {
  const mine = own.get(uri) ?? [];
  const isMine = (one: vscode.Diagnostic) =>
    mine.some(({ range, message }) => range.isEqual(one.range) && message === one.message);
  const others = vscode.languages.getDiagnostics(uri).filter((one) => one.source === SOURCE && !isMine(one));
  return found.filter(
    ({ range, severity }) => !others.some((one) => one.severity === severity && one.range.isEqual(range)),
  );
}

/** The open document of a URI. */
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
