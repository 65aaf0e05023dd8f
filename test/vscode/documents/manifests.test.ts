import assert from 'node:assert/strict';
import { delimiter, dirname } from 'node:path';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { clickLens, lens } from '../lenses.ts';
import { diffTabs } from '../reviewing.ts';
import { notified } from '../tree.ts';
import { allow, environment, kubectl, screenshots, set, until, untitled } from '../workspace.ts';
import { answerReview, edit } from './editing.ts';

const NAMESPACE = 'team-b';
const MANIFEST = `apiVersion: v1
kind: ConfigMap
metadata:
  name: lens-a
  namespace: ${NAMESPACE}
data:
  a: "1"
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: lens-b
  namespace: ${NAMESPACE}
data:
  b: "1"
`;

const left = () => kubectl('-n', NAMESPACE, 'get', 'configmap', 'lens-a', 'lens-b', '--ignore-not-found', '-o', 'name');

describe('manifests of the workspace', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(() => kubectl('-n', NAMESPACE, 'delete', 'configmap', 'lens-a', 'lens-b', '--ignore-not-found'));

  it('are applied one by one, and say how far the cluster has them', async () => {
    const document = await untitled(MANIFEST);
    await vscode.window.showTextDocument(document);
    await page.waitFor(lens('Apply'));
    // Opening a file signs in nowhere: the cluster is asked once the user asks for it.
    await clickLens('Compare with Cluster', 'k8s-manifest');
    await vscode.window.tabGroups.close(diffTabs('k8s-manifest'));
    await page.waitFor(lens('not in the cluster'));
    await clickLens('Apply', 'k8s-review');
    await answerReview('Apply');
    await notified('ConfigMap team-b/lens-a created');
    assert.equal(await left(), 'configmap/lens-a', 'only the object of the lens');
    await page.waitFor(lens('in sync'));
    await edit(document, 'a: "1"', 'a: "2"\n  c: "3"');
    await page.waitFor(lens('2 fields differ'));
    await screenshots('manifest-lenses');
    await clickLens('2 fields differ', 'k8s-manifest');
    await screenshots('manifest-compare');
    const shown = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'k8s-manifest');
    const [before = '', after = ''] = ['before', 'after'].map((side) =>
      shown.find(({ uri }) => uri.path.includes(`/${side}/`))?.getText(),
    );
    assert.match(before, /a: "1"/);
    assert.doesNotMatch(before, /resourceVersion|uid/, 'only what the file names');
    assert.match(after, /a: "2"\n {2}c: "3"/);
  });

  it('take back what they made, after one review', async () => {
    await allow('enableDelete');
    try {
      await kubectl('-n', NAMESPACE, 'delete', 'configmap', 'lens-a', 'lens-b', '--ignore-not-found');
      for (const name of ['lens-a', 'lens-b']) await kubectl('-n', NAMESPACE, 'create', 'configmap', name);
      const document = await untitled(MANIFEST);
      const editor = await vscode.window.showTextDocument(document);
      await until('the editor to be active', () => vscode.window.activeTextEditor === editor);
      const deleted = vscode.commands.executeCommand('mcpK8s.deleteManifest');
      await answerReview('Delete', 'manifest-delete');
      await deleted;
      await notified('ConfigMap lens-a deleted. ConfigMap lens-b deleted.');
      assert.equal(await left(), '');
    } finally {
      await set('enableDelete', undefined);
    }
  });

  it('are listed with how far the cluster has them, and applied as a folder', async () => {
    const root = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(root);
    const folder = vscode.Uri.joinPath(root, 'lenses');
    const file = vscode.Uri.joinPath(folder, 'both.yaml');
    const row = (state: string) => `.monaco-list-row[aria-label^="lenses/both.yaml, ${state}"]`;
    await kubectl('-n', NAMESPACE, 'delete', 'configmap', 'lens-a', 'lens-b', '--ignore-not-found');
    await vscode.workspace.fs.writeFile(file, Buffer.from(MANIFEST));
    try {
      await vscode.commands.executeCommand('mcpK8s.manifests.focus');
      await page.waitFor(row('2 of 2 not in sync'));
      await screenshots('manifest-view');
      const applied = vscode.commands.executeCommand('mcpK8s.applyManifests', folder, [folder]);
      await answerReview('Apply');
      await applied;
      await notified('ConfigMap team-b/lens-a created; ConfigMap team-b/lens-b created');
      await page.waitFor(row('in sync'));
    } finally {
      await vscode.workspace.fs.delete(folder, { recursive: true });
    }
  });

  it('are one node where a kustomization makes them, and applied as what it makes', async () => {
    const root = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(root);
    const folder = vscode.Uri.joinPath(root, 'kustomized');
    const write = (name: string, text: string) =>
      vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), Buffer.from(text));
    const file = vscode.Uri.joinPath(folder, 'kustomization.yaml');
    const row = (state: string) => `.monaco-list-row[aria-label^="kustomized, kustomization · ${state}"]`;
    const path = process.env.PATH;
    process.env.PATH = `${dirname(environment.kubectl)}${delimiter}${path}`;
    await kubectl('-n', NAMESPACE, 'delete', 'configmap', 'lens-a', 'lens-b', '--ignore-not-found');
    await write('both.yaml', MANIFEST);
    await write('patch.yaml', MANIFEST.slice(MANIFEST.indexOf('---') + 4).replace('"1"', '"2"'));
    await write('kustomization.yaml', 'resources: [both.yaml]\npatches: [{ path: missing.yaml }]\n');
    try {
      await vscode.commands.executeCommand('mcpK8s.manifests.focus');
      await page.waitFor('.monaco-list-row[aria-label^="kustomized, "][aria-label*="does not exist in kustomized"]');
      await screenshots('manifest-kustomization-broken');
      await write(
        'kustomization.yaml',
        `namespace: ${NAMESPACE}\nresources: [both.yaml]\npatches: [{ path: patch.yaml }]\n`,
      );
      await page.waitFor(row('2 of 2 not in sync'));
      assert.deepEqual(await page.texts('.monaco-list-row[aria-label^="kustomized/"]'), [], 'no part is a manifest');
      await screenshots('manifest-kustomization');
      const applied = vscode.commands.executeCommand('mcpK8s.applyManifests', folder, [folder]);
      await answerReview('Apply');
      await applied;
      await notified('ConfigMap team-b/lens-a created; ConfigMap team-b/lens-b created');
      await page.waitFor(row('in sync'));
      const patched = await kubectl('-n', NAMESPACE, 'get', 'configmap', 'lens-b', '-o', 'jsonpath={.data.b}');
      assert.equal(patched, '2');
      await vscode.commands.executeCommand('workbench.view.explorer');
      await page.waitFor(row('in sync'), { state: 'hidden' });
      await write('patch.yaml', MANIFEST.slice(MANIFEST.indexOf('---') + 4).replace('"1"', '"3"'));
      await vscode.commands.executeCommand('mcpK8s.manifests.focus');
      await page.waitFor(row('1 of 2 not in sync'));
      await vscode.window.showTextDocument(file);
      await clickLens('Compare with Cluster', 'k8s-manifest');
      await vscode.window.tabGroups.close(diffTabs('k8s-manifest'));
      const part = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, 'patch.yaml'));
      await edit(part, '"3"', '"4"');
      void vscode.commands.executeCommand('mcpK8s.applyManifests', { type: 'kustomization', uri: file });
      await notified('Save kustomized/patch.yaml first: a kustomization is built from saved files.');
      await part.save();
      const deleted = vscode.commands.executeCommand('mcpK8s.deleteManifest', { type: 'kustomization', uri: file });
      await answerReview('Delete');
      await deleted;
      assert.equal(await left(), '');
    } finally {
      process.env.PATH = path;
      await vscode.workspace.fs.delete(folder, { recursive: true });
    }
  });

  it('begin with a template of their kind', async () => {
    void vscode.commands.executeCommand('mcpK8s.newResource');
    await page.waitFor('.quick-input-title >> text=New Resource');
    await page.waitFor('.quick-input-list .monaco-list-row');
    await page.type('horizontalpodautoscalers');
    await page.waitFor('.quick-input-list .monaco-list-row.focused:has-text("HorizontalPodAutoscaler")');
    await page.press('Enter');
    const text = () => vscode.window.activeTextEditor?.document.getText() ?? '';
    await until('the template', () => text().includes('maxReplicas: 5'));
    assert.match(text(), /^apiVersion: autoscaling\/v2\nkind: HorizontalPodAutoscaler\n/);
    await page.screenshot('manifest-new');
  });
});
