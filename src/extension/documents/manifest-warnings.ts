import * as vscode from 'vscode';
import { SOURCE } from '../common/ids.ts';
import { looksLikeManifest } from './manifest-text.ts';

/** Idle time before a text is checked, in milliseconds. */
const DELAY_MS = 300;
/** Longer texts are not checked, in characters. */
const MAX_TEXT_LENGTH = 500_000;

/** Warns, while a manifest is edited, where Kubernetes reads a word differently than it looks. */
export function registerManifestWarnings(): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection(`${SOURCE}-warnings`);
  const timers = new Map<string, NodeJS.Timeout>();
  const forget = ({ uri }: vscode.TextDocument) => {
    clearTimeout(timers.get(uri.toString()));
    timers.delete(uri.toString());
  };
  const look = async (document: vscode.TextDocument) => {
    forget(document);
    const text = document.getText();
    const isManifest = text.length <= MAX_TEXT_LENGTH && looksLikeManifest(text);
    const { warningsIn } = await import('./text-problems.ts');
    if (document.isClosed) return;
    collection.set(
      document.uri,
      (isManifest ? warningsIn(text) : []).map(({ span, message }) => {
        const range = new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
        const warning = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Warning);
        warning.source = SOURCE;
        return warning;
      }),
    );
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
