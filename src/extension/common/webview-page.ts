import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Loads a page of ours in a webview: its script and style from the extension, and nothing from anywhere else. */
export function openPage(webview: vscode.Webview, extension: vscode.Uri, name: string): void {
  const folder = vscode.Uri.joinPath(extension, 'dist', 'webviews');
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  webview.html = pageOf(name, (file) => webview.asWebviewUri(vscode.Uri.joinPath(folder, file)));
}

function pageOf(name: string, addressOf: (file: string) => vscode.Uri): string {
  const nonce = randomBytes(16).toString('hex');
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" nonce="${nonce}" href="${addressOf(`${name}.css`)}">
</head>
<body>
<script nonce="${nonce}" src="${addressOf(`${name}.js`)}"></script>
</body>
</html>`;
}
