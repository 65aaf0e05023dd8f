import * as vscode from 'vscode';

/** Of the editors of a kind. */
export interface PageEditorOptions<Address> {
  /** Of our webviews. */
  page: string;
  extension: vscode.Uri;
  /** Pages go on while their tabs are in the background. */
  retainContextWhenHidden?: boolean;
  /** Undefined for an address of nothing. */
  addressOf(uri: vscode.Uri): Address | undefined;
  /** What fills a page, until it is disposed of. */
  fill(panel: vscode.WebviewPanel, address: Address): Promise<vscode.Disposable>;
}

/**
 * Registers read-only editors that are pages of our own. They are editors of VS Code rather than panels: their tabs,
 * breadcrumbs and badges name the context as those of documents do, and VS Code restores them after a reload.
 */
export function registerPageEditor<Address>(
  viewType: string,
  { page, extension, retainContextWhenHidden = false, addressOf, fill }: PageEditorOptions<Address>,
): vscode.Disposable {
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
    resolveCustomEditor: async ({ uri }, panel) => {
      const address = addressOf(uri);
      if (!address) throw vscode.FileSystemError.FileNotFound(uri);
      const { openPage } = await import('./webview-page.ts');
      const filled = await fill(panel, address);
      panel.onDidDispose(() => filled.dispose());
      openPage(panel.webview, extension, page);
    },
  };
  return vscode.window.registerCustomEditorProvider(viewType, provider, {
    webviewOptions: { retainContextWhenHidden },
    supportsMultipleEditorsPerDocument: true,
  });
}
