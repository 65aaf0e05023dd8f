import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { notified } from '../tree.ts';
import { callTool, offeredTools, serverWith, textOf, until } from '../workspace.ts';

const WRITES = ['create_resource', 'update_resource', 'delete_resource'];

// The workspace's settings turn every write switch on, and its folder has the admin's kubeconfig.
describe('a workspace that is not trusted', () => {
  it('gets no server without the user, and no write tool', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    await assert.rejects(
      serverWith(() => false),
      /interaction required/i,
    );
    assert.deepEqual(offeredTools(), []);
    await page.screenshot('untrusted');
  });

  it('does not choose the cluster that the user looks at', async () => {
    // KUBECONFIG is the viewer's, who may not read Secrets.
    const document = await vscode.workspace.openTextDocument(
      vscode.Uri.parse('k8s:///shop/secrets/db-credentials.yaml?context=viewer'),
    );
    assert.match(document.getText(), /may not|forbidden/);
    assert.doesNotMatch(document.getText(), /kind: Secret/);
  });

  it('is not served over HTTP', async () => {
    void vscode.commands.executeCommand('mcpK8s.serveOverHttp');
    await notified('until then its cluster cannot be served');
    assert.deepEqual(await page.texts('.quick-input-widget'), []);
  });

  it('has no kustomization built', async () => {
    const root = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(root);
    const folder = vscode.Uri.joinPath(root, 'kustomized');
    const uri = vscode.Uri.joinPath(folder, 'kustomization.yaml');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('resources: []\n'));
    try {
      void vscode.commands.executeCommand('mcpK8s.compareManifest', { type: 'kustomization', uri });
      await notified('Kustomizations are not built in Restricted Mode.');
    } finally {
      await vscode.commands.executeCommand('notifications.clearAll');
      await vscode.workspace.fs.delete(folder, { recursive: true });
    }
  });

  it('gets what its settings say once it is trusted', async () => {
    await vscode.commands.executeCommand('workbench.trust.manage');
    await page.click('.workspace-trust-editor .monaco-button >> text=/^Trust$/');
    await until('trust', () => vscode.workspace.isTrusted);
    await serverWith((tools) => WRITES.every((tool) => tools.includes(tool)));
    assert.match(
      textOf(await callTool('get_resource', { kind: 'secret', name: 'db-credentials', namespace: 'shop' })),
      /kind: Secret/,
    );
  });
});
