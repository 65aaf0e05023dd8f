import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { unhurried } from '../../support/load.ts';
import { page } from '../harness/page.ts';
import { SCALE_TIMEOUT_MS, scaled } from '../scale.ts';
import { objectTabs, until } from '../workspace.ts';

const ROW = '.quick-input-list .monaco-list-row';
const row = (text: string) => `${ROW} >> text=${text}`;

async function fromPalette(command: string): Promise<void> {
  await page.press('F1');
  await page.waitFor('.quick-input-widget input:focus');
  await page.type(`MCP for Kubernetes: ${command}`);
  await page.waitFor(`${ROW}.focused >> text=${command}`);
  await page.press('Enter');
}

async function choose(text: string, wanted = text): Promise<void> {
  await page.type(text);
  await page.waitFor(`${ROW}.focused >> text=${wanted}`);
  await page.press('Enter');
}

describe('commands', () => {
  afterEach(async () => {
    await page.press('Escape');
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('browse from kind to namespace to object to YAML', async () => {
    await fromPalette('Browse Resources');
    await page.waitFor(row('Deployment'));
    await page.screenshot('browse-kinds');
    await choose('deploy', 'Deployment');
    await page.waitFor(row('All namespaces'));
    await page.screenshot('browse-namespaces');
    await choose('shop');
    await page.waitFor(row('payments'));
    await page.screenshot('browse-objects');
    await choose('payments');
    await until('the document', () => objectTabs().some(({ path }) => path === '/shop/deployments.apps/payments.yaml'));
    await page.waitFor('.view-line >> text=Deployment');
    await page.screenshot('browse-document');
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'yaml');
  });

  it('put the kinds used last on top, custom ones included, and go back', async () => {
    await fromPalette('Browse Resources');
    await page.waitFor(row('Deployment'));
    await choose('widget', 'Widget');
    await page.waitFor(row('All namespaces'));
    await page.click('.quick-input-titlebar .codicon-quick-input-back');
    await page.waitFor(row('Deployment'));
    assert.match((await page.texts(ROW))[0] ?? '', /^Widget/);
  });

  it('stay usable with 2,000 pods', async function () {
    this.timeout(SCALE_TIMEOUT_MS);
    await scaled();
    await fromPalette('Browse Resources');
    await page.waitFor(row('Deployment'));
    await choose('pods', 'Pod');
    await page.waitFor(row('All namespaces'));
    await page.type('scale');
    await page.waitFor(`${ROW}.focused >> text=scale`);
    const begin = performance.now();
    await page.press('Enter');
    await page.waitFor(row('pod-0000'));
    const first = unhurried(performance.now() - begin);
    await page.type('1999');
    await page.waitFor(`${ROW}.focused >> text=pod-1999`);
    const found = performance.now() - begin;
    await page.screenshot('browse-2000-pods');
    console.log(`2,000 pods: first list after ${first.toFixed(0)} ms, the last pod found after ${found.toFixed(0)} ms`);
    assert.ok(first < 1500, `the first list took ${first} ms`);
    await page.press('Enter');
    await until('the document', () => objectTabs().some(({ path }) => path === '/scale/pods/pod-1999.yaml'));
  });

  it('open what a person types, and say what is wrong with it', async () => {
    await fromPalette('Open Resource');
    await page.waitFor('.quick-input-widget input[placeholder*="deploy"]:focus');
    await page.type('deploy/wbe -n shop');
    await page.press('Enter');
    await page.waitFor('.quick-input-message >> text=web');
    await page.screenshot('open-resource-mistake');
    await page.press('Control+A');
    await page.type('deploy web -n shop');
    await page.press('Enter');
    await until('the document', () => objectTabs().some(({ path }) => path === '/shop/deployments.apps/web.yaml'));
  });

  it('switch the context in our setting, never in the kubeconfig', async () => {
    const context = () => vscode.workspace.getConfiguration('mcpK8s').get('context');
    await fromPalette('Switch Context');
    await page.waitFor(row('viewer'));
    await page.screenshot('switch-context');
    await choose('viewer');
    await until('the setting', () => context() === 'viewer');
    await vscode.workspace
      .getConfiguration('mcpK8s')
      .update('context', undefined, vscode.ConfigurationTarget.Workspace);
  });

  it('show the log and the settings', async () => {
    await fromPalette('Show Server Log');
    await page.waitFor('.pane-body .view-line, .panel .view-lines');
    await page.screenshot('server-log');
    await vscode.commands.executeCommand('workbench.action.closePanel');
    await fromPalette('Open Settings');
    await page.waitFor('.settings-editor >> text=Allowed Contexts');
    await page.screenshot('settings');
  });
});
