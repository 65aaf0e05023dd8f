import * as vscode from 'vscode';
import { SCHEME } from '../common/ids.ts';
import { looksLikeManifest } from './manifest-text.ts';

/** The context key for features of Kubernetes YAML only. */
const KEY = 'mcpK8s.manifest';
/** The context key for offers in places of every workspace: the extension has been needed in this one. */
const ACTIVE = 'mcpK8s.active';

/** Keeps the context keys: is the active editor a Kubernetes manifest, and may there be others? */
export function trackManifests(): vscode.Disposable {
  void vscode.commands.executeCommand('setContext', ACTIVE, true);
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
