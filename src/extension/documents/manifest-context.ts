import * as vscode from 'vscode';
import { SCHEME } from '../common/ids.ts';
import { looksLikeManifest } from './manifest-text.ts';

/** The context key for features of Kubernetes YAML only. */
const KEY = 'mcpK8s.manifest';

/** Keeps the context key true while the active editor shows a Kubernetes manifest. */
export function trackManifests(): vscode.Disposable {
  let shown: boolean | undefined;
  const update = () => {
    const document = vscode.window.activeTextEditor?.document;
    const manifest = document !== undefined && isManifest(document);
    if (manifest !== shown) void vscode.commands.executeCommand('setContext', KEY, manifest);
    shown = manifest;
  };
  update();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document === vscode.window.activeTextEditor?.document) update();
    }),
  );
}

function isManifest(document: vscode.TextDocument): boolean {
  // Documents shown for comparison are not for the user to apply.
  const { scheme } = document.uri;
  if (document.languageId !== 'yaml' || scheme.startsWith(`${SCHEME}-`)) return false;
  return looksLikeManifest(document.getText());
}
