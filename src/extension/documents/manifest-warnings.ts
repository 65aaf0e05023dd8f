import * as vscode from 'vscode';
import type { KindSchema } from '../../kubernetes/client/openapi.ts';
import { SCHEME, SOURCE } from '../common/ids.ts';
import { withoutKnown } from './document-problems.ts';
import { looksLikeManifest } from './manifest-text.ts';
import type { TextProblem } from './text-problems.ts';
import { YAML_EXTENSION } from './yaml-extension.ts';

/** Idle time before a text is checked, in milliseconds. */
const DELAY_MS = 300;
/** Longer texts are not checked, in characters. */
const MAX_TEXT_LENGTH = 500_000;

/** The schema of a kind for a document; undefined where there is none, or no cluster is in use. */
export type SchemaSource = (
  document: vscode.TextDocument,
  apiVersion: string,
  kind: string,
) => Promise<KindSchema | undefined>;

/**
 * Says, while a manifest is edited, what the cluster would refuse, and where Kubernetes reads a word differently than
 * it looks.
 */
export function registerManifestWarnings(schemaOf: SchemaSource): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection(`${SOURCE}-warnings`);
  const timers = new Map<string, NodeJS.Timeout>();
  const forget = ({ uri }: vscode.TextDocument) => {
    clearTimeout(timers.get(uri.toString()));
    timers.delete(uri.toString());
  };
  const look = async (document: vscode.TextDocument) => {
    forget(document);
    const { version } = document;
    const text = document.getText();
    const isManifest = text.length <= MAX_TEXT_LENGTH && looksLikeManifest(text);
    const [{ warningsIn }, { schemaProblems }] = await Promise.all([
      import('./text-problems.ts'),
      import('./schema-problems.ts'),
    ]);
    // What the cluster has is not for the user to mend, and the YAML extension checks by itself.
    const isChecked = isManifest && isEdited(document) && !vscode.extensions.getExtension(YAML_EXTENSION);
    const mistakes = isChecked
      ? await schemaProblems(text, (apiVersion, kind) => schemaOf(document, apiVersion, kind))
      : [];
    if (document.isClosed || document.version !== version) return;
    const { Error: Mistake, Warning } = vscode.DiagnosticSeverity;
    const diagnostics = (problems: readonly TextProblem[], severity: vscode.DiagnosticSeverity) =>
      problems.map(({ span, message }) => {
        const range = new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
        return Object.assign(new vscode.Diagnostic(range, message, severity), { source: SOURCE });
      });
    collection.set(document.uri, [
      ...withoutKnown(diagnostics(mistakes, Mistake), document, collection),
      ...diagnostics(isManifest ? warningsIn(text) : [], Warning),
    ]);
  };
  const soon = (document: vscode.TextDocument) => {
    if (document.languageId !== 'yaml') return;
    forget(document);
    timers.set(
      document.uri.toString(),
      setTimeout(() => void look(document), DELAY_MS),
    );
  };
  for (const document of vscode.workspace.textDocuments) soon(document);
  return vscode.Disposable.from(
    collection,
    vscode.workspace.onDidOpenTextDocument(soon),
    vscode.workspace.onDidChangeTextDocument(({ document }) => soon(document)),
    vscode.workspace.onDidCloseTextDocument((document) => {
      forget(document);
      collection.delete(document.uri);
    }),
    new vscode.Disposable(() => {
      for (const timer of timers.values()) clearTimeout(timer);
    }),
  );
}

function isEdited({ uri, isDirty }: vscode.TextDocument): boolean {
  return isDirty || !uri.scheme.startsWith(SCHEME);
}
