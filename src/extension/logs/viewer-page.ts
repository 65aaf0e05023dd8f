import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The page of a webview of ours: its script and style from the extension, and nothing from anywhere else. */
export function viewerPage(webview: vscode.Webview, extension: vscode.Uri, name: string): string {
  const nonce = randomBytes(16).toString('hex');
  const file = (ending: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', 'webviews', `${name}.${ending}`));
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" nonce="${nonce}" href="${file('css')}">
</head>
<body>
<script nonce="${nonce}" src="${file('js')}"></script>
</body>
</html>`;
}
