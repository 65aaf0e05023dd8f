import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { titleButton } from '../reviewing.ts';
import { collapseAll, expand, row } from '../tree.ts';
import { allow, callTool, kubectl, objectTabs, screenshots, serverWith, set, textOf, until } from '../workspace.ts';

const NAMESPACE = 'team-b';

// The README uses its screenshots.
describe('a tour', () => {
  before(async () => {
    await kubectl('-n', NAMESPACE, 'create', 'deployment', 'checkout', '--image=nginx:1.29', '--replicas=2');
    await vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar');
    await vscode.commands.executeCommand('mcpK8s.clusters.focus');
  });
  after(async () => {
    await set('enableUpdate', undefined);
    await kubectl('-n', NAMESPACE, 'delete', 'deployment', 'checkout');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await collapseAll();
    await vscode.commands.executeCommand('workbench.view.explorer');
  });

  it('leads from the view to the object', async () => {
    await expand('admin', 'shop', 'Workloads', 'Deployments');
    await page.click(row('payments'));
    await until('the document', () => objectTabs().some(({ path }) => path === '/shop/deployments.apps/payments.yaml'));
    await page.waitFor('.view-line >> text=Deployment');
    await screenshots('tour-browse');
  });

  it('shows what an agent wants to change, and lets the user decide', async () => {
    await allow('enableUpdate');
    await serverWith((tools) => tools.includes('update_resource'));
    const patch = JSON.stringify({ spec: { replicas: 3 } });
    const answer = callTool('update_resource', { kind: 'deploy', name: 'checkout', namespace: NAMESPACE, patch });
    await page.waitFor('.monaco-diff-editor .view-line >> text=/replicas:\\s3/');
    await screenshots('tour-review');
    await page.click(titleButton('Apply'));
    assert.match(textOf(await answer), /replicas: 3/);
    const replicas = ['-o', 'jsonpath={.spec.replicas}'];
    assert.equal(await kubectl('-n', NAMESPACE, 'get', 'deployment', 'checkout', ...replicas), '3');
  });
});
