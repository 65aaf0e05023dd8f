import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { collapseAll, expand, fromMenu, row } from '../tree.ts';
import { kubectl, objectTabs, openObject, STATUS, screenshots } from '../workspace.ts';

const TAB = '.tabs-container .tab';
const { Global } = vscode.ConfigurationTarget;
const configuration = () => vscode.workspace.getConfiguration('mcpK8s');

async function open(path: string, context: string): Promise<vscode.TextDocument> {
  const document = await openObject(path, context);
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}

describe('which cluster something is of', () => {
  afterEach(async () => {
    await configuration().update('contextColors', undefined, Global);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('is told by every tab: two contexts’ objects of one name stay two', async () => {
    await configuration().update('contextColors', { admin: 'purple', view: 'green', viewer: 'green' }, Global);
    const one = await open('shop/deployments.apps/web', 'admin');
    const other = await open('shop/deployments.apps/web', 'viewer');
    assert.notEqual(one.uri.toString(), other.uri.toString());
    assert.equal(objectTabs().length, 2);
    // Badges, tooltips and breadcrumbs.
    await page.waitFor(`${TAB} .monaco-icon-label:has-text("web.yaml")[aria-label*="Context admin"]`);
    await page.waitFor(`${TAB} .monaco-icon-label:has-text("web.yaml")[aria-label*="Context viewer"]`);
    await page.waitFor('.breadcrumbs-control .monaco-breadcrumb-item >> text=viewer');
    await screenshots('identity-tabs');
  });

  it('is told by logs and by the tree, in the color that the user gave it', async () => {
    await configuration().update('contextColors', { 'adm*': 'orange' }, Global);
    const pod =
      (await kubectl('-n', 'shop', 'get', 'pod', '-l', 'app=web', '-o', 'name')).split('\n')[0]?.slice(4) ?? '';
    await expand('admin', 'shop', 'Workloads', 'Pods');
    await page.waitFor(row(pod));
    await fromMenu(pod, 'Show Logs');
    await page.waitFor('.breadcrumbs-control .monaco-breadcrumb-item >> text=admin');
    await page.waitFor(`${TAB} .monaco-icon-label[aria-label*="Context admin"]`);
    await page.waitFor(`${STATUS} >> text=admin / default`);
    await screenshots('identity-log');
    await collapseAll();
    await vscode.commands.executeCommand('workbench.view.explorer');
  });
});
