import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { diffTabs, titleButton } from '../reviewing.ts';
import { collapseAll, expand, fromMenu, readAloud, row } from '../tree.ts';
import { kubectl, screenshots, until } from '../workspace.ts';

const chart = () => join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'web');

/** The active document's text, once it contains this. */
async function shown(text: string): Promise<string> {
  const active = () => vscode.window.activeTextEditor?.document.getText() ?? '';
  await until(`a document with ${text}`, () => active().includes(text));
  return active();
}

describe('Helm in the editor', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('has the releases of a namespace in the tree, with revision and status', async () => {
    await expand('admin', 'releases', 'Helm Releases');
    await page.waitFor(row('checkout'));
    const labels = await readAloud();
    for (const label of [
      'Helm release checkout, Revision 2 · failed',
      'Helm release storefront, Revision 2 · deployed',
    ])
      assert.ok(labels.includes(label), labels.join('\n'));
    await screenshots('helm-releases');
  });

  it('shows values and manifests, without what is secret', async () => {
    await fromMenu('checkout', 'Show Values of Helm Release');
    assert.match(await shown('greeting: hello'), /image: nginx:1\.29/);
    await page.click(row('checkout'));
    const manifest = await shown('kind: Deployment');
    assert.match(manifest, /password: .*redacted/);
    assert.doesNotMatch(manifest, /change-me-please/);
  });

  it('says what is wrong with a release, and why', async () => {
    await fromMenu('checkout', 'Describe Helm Release');
    const digest = await shown('Helm release releases/checkout: failed');
    assert.match(digest, /Revision 1 was the last that worked/);
    assert.match(digest, /Deployment checkout/);
    await screenshots('helm-described');
  });

  it('compares revisions', async () => {
    await fromMenu('checkout', 'Compare Revisions of Helm Release');
    await page.waitFor('.quick-input-list >> text=Revision 1');
    await page.press('Enter');
    await until('the diff', () => diffTabs('k8s-release').length === 1);
    await screenshots('helm-compare');
  });

  it('rolls back what failed, after a review', async () => {
    await fromMenu('checkout', 'Roll Back Helm Release');
    await page.waitFor('.quick-input-list >> text=Revision 1');
    await page.press('Enter');
    await until('the review', () => diffTabs('k8s-review').length > 0, 120);
    await page.waitFor(titleButton('Apply'));
    await screenshots('helm-rollback-review');
    await vscode.commands.executeCommand('mcpK8s.applyReview');
    await until(
      'revision 3',
      async () =>
        (
          await kubectl('get', 'secret', '-n', 'releases', '-l', 'name=checkout,status=deployed', '-o', 'name')
        ).endsWith('checkout.v3'),
      120,
    );
    await until('the tree to say so', async () =>
      (await readAloud()).includes('Helm release checkout, Revision 3 · deployed'),
    );
    await collapseAll();
  });

  it('upgrades to new values, after a review, and keeps what is redacted', async () => {
    await expand('admin', 'releases', 'Helm Releases');
    await fromMenu('storefront', 'Upgrade Helm Release with New Values');
    const text = await shown('greeting: ');
    assert.doesNotMatch(text, /change-me-please/);
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    const at = text.indexOf('greeting: ');
    const end = editor.document.lineAt(editor.document.positionAt(at)).range.end;
    await editor.edit((edit) =>
      edit.replace(new vscode.Range(editor.document.positionAt(at), end), 'greeting: good day'),
    );
    await screenshots('helm-values');
    await page.click('.codelens-decoration a:has-text("Review and Upgrade storefront")');
    await until('the review', () => diffTabs('k8s-review').length > 0, 120);
    await page.waitFor(titleButton('Apply'));
    await screenshots('helm-upgrade-review');
    await vscode.commands.executeCommand('mcpK8s.applyReview');
    await until(
      'the tree to say so',
      async () => (await readAloud()).includes('Helm release storefront, Revision 3 · deployed'),
      120,
    );
    const greeting = 'jsonpath={.spec.template.spec.containers[0].env[0].value}';
    assert.equal(await kubectl('get', 'deploy', 'storefront', '-n', 'releases', '-o', greeting), 'good day');
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await collapseAll();
  });

  it('follows what others do', async () => {
    await expand('admin', 'releases', 'Helm Releases');
    await page.waitFor(row('storefront'));
    const said = async () => (await readAloud()).find((label) => label.startsWith('Helm release storefront,'));
    const before = await said();
    const read = (status: string) =>
      until(`the tree to say ${status}`, async () => (await said())?.endsWith(`Revision 9 · ${status}`) ?? false);
    const label = (...labels: string[]) =>
      kubectl('label', 'secret', '-n', 'releases', 'sh.helm.release.v1.storefront.v9', ...labels);
    const first = ['owner=helm', 'name=storefront', 'version=9', 'status=pending-upgrade'];
    await kubectl('create', 'secret', 'generic', '-n', 'releases', 'sh.helm.release.v1.storefront.v9');
    try {
      await label(...first);
      await read('pending-upgrade');
      await label('--overwrite', 'status=failed');
      await read('failed');
    } finally {
      await kubectl('delete', 'secret', '-n', 'releases', 'sh.helm.release.v1.storefront.v9');
    }
    await until('the tree to forget it', async () => (await said()) === before);
    await collapseAll();
  });

  it('renders the charts of the workspace, with what is wrong at its line', async () => {
    await vscode.window.showTextDocument(vscode.Uri.file(join(chart(), 'Chart.yaml')));
    await vscode.commands.executeCommand('mcpK8s.previewChart');
    const rendered = () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'k8s-chart')?.getText() ?? '';
    await until('the rendered chart', () => rendered().includes('kind: Deployment'));
    await screenshots('helm-chart');
    const template = vscode.Uri.file(join(chart(), 'templates', 'broken.yaml'));
    await writeFile(template.fsPath, 'kind: ConfigMap\n');
    const editor = await vscode.window.showTextDocument(template, { viewColumn: vscode.ViewColumn.One });
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), 'data: {{ .Values.nothing.at.all }}\n'));
    await until('the problem', () => vscode.languages.getDiagnostics(template).length === 1);
    assert.equal(vscode.languages.getDiagnostics(template)[0]?.range.start.line, 1);
    await screenshots('helm-chart-problem');
    await editor.edit((edit) => edit.delete(new vscode.Range(1, 0, 2, 0)));
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), 'apiVersion: v1\nmetadata: { name: mended }\n'));
    await until('the mended chart', () => rendered().includes('name: mended'));
    assert.equal(vscode.languages.getDiagnostics(template).length, 0);
    // Nothing of it was saved.
    assert.equal(await readFile(template.fsPath, 'utf8'), 'kind: ConfigMap\n');
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await until('the saved chart', () => !rendered().includes('name: mended'));
  });

  it('compares a chart with a release', async () => {
    await vscode.window.showTextDocument(vscode.Uri.file(join(chart(), 'Chart.yaml')));
    const done = vscode.commands.executeCommand('mcpK8s.compareChart');
    await page.waitFor('.quick-input-list >> text=storefront');
    await page.type('storefront');
    await page.press('Enter');
    await done;
    await until('the diff', () => diffTabs('k8s-chart').length === 1);
    await screenshots('helm-chart-compare');
  });

  it('compares the chart of the row, whatever the editor shows', async () => {
    const other = join(chart(), '..', 'other');
    await mkdir(other);
    try {
      await writeFile(join(other, 'Chart.yaml'), 'apiVersion: v2\nname: other\nversion: 0.1.0\n');
      await vscode.window.showTextDocument(vscode.Uri.file(join(other, 'Chart.yaml')));
      const uri = vscode.Uri.file(join(chart(), 'Chart.yaml'));
      const done = vscode.commands.executeCommand('mcpK8s.compareChart', { type: 'chart', uri });
      await page.waitFor('.quick-input-list >> text=storefront');
      await page.type('storefront');
      await page.press('Enter');
      await done;
      await until('the diff', () => diffTabs('k8s-chart').some(({ label }) => label === 'storefront ↔ web'));
    } finally {
      await rm(other, { recursive: true });
    }
  });
});
