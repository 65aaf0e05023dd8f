import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { agreeIfAsked, choices, STATUS, screenshots, serverWith, set, until } from '../workspace.ts';

const ROW = '.quick-input-list .monaco-list-row';
const configuration = () => vscode.workspace.getConfiguration('mcpK8s');

describe('status bar', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('shows the context, the namespace and a lock, and tells them to a screen reader', async () => {
    await page.waitFor(`${STATUS} >> text=admin / default · agents read-only`);
    await page.waitFor(`${STATUS} .codicon-lock`);
    await page.waitFor(`${STATUS} [aria-label="Kubernetes context admin, namespace default. Agents may only read."]`);
    await screenshots('status-read-only');
  });

  it('turns a switch on and off in the workspace’s settings, without asking what was just said', async () => {
    await page.click(STATUS);
    await page.waitFor(`${ROW} >> text=create`);
    await screenshots('status-pick');
    await page.click(`${ROW} >> text=create`);
    await page.waitFor(`${STATUS} >> text=admin / default · agents may create`);
    assert.equal(configuration().inspect('enableCreate')?.workspaceValue, true);
    await page.waitFor(`${ROW}:has-text("create") .codicon-check`);
    await page.waitFor(`${ROW}.focused:has-text("create")`);
    await page.screenshot('status-create');
    await serverWith((tools) => tools.includes('create_resource'));
    await page.click(STATUS);
    await page.click(`${ROW}:has-text("create") .codicon-check`);
    await page.waitFor(`${STATUS} .codicon-lock`);
    assert.equal(configuration().inspect('enableCreate')?.workspaceValue, undefined);
  });

  it('is red in a protected context, with a lock whatever is switched on', async () => {
    const { Global } = vscode.ConfigurationTarget;
    await configuration().update('protectedContexts', ['adm*'], Global);
    await set('enableCreate', true);
    try {
      await page.waitFor(`${STATUS}.error-kind >> text=protected · agents read-only`);
      await screenshots('status-protected');
    } finally {
      await set('enableCreate', undefined);
      await configuration().update('protectedContexts', undefined, Global);
    }
    await page.waitFor(`${STATUS}.error-kind`, { state: 'hidden' });
  });

  it('follows the kubeconfig’s current context', async () => {
    const file = join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'kubeconfig.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('current-context: admin', 'current-context: viewer'));
    // It is the workspace's, so any changed byte needs new consent.
    await page.waitFor(`${STATUS} >> text=waiting for your answer`);
    await until('the question', async () => (await choices()).length > 0);
    await agreeIfAsked();
    await page.waitFor(`${STATUS} >> text=viewer`);
    await writeFile(file, 'contexts: [');
    await page.waitFor(`${STATUS} .codicon-warning`);
    await writeFile(file, text);
    await page.waitFor(`${STATUS} >> text=admin`);
  });

  it('leads to the namespaces', async () => {
    await page.click(STATUS);
    await page.click(`${ROW} >> text=Namespace`);
    await page.waitFor(`${ROW} >> text=shop`);
    await page.screenshot('switch-namespace');
    await page.type('shop');
    await page.waitFor(`${ROW}.focused >> text=shop`);
    await page.press('Enter');
    await page.waitFor(`${STATUS} >> text=admin / shop`);
    await until('the setting', () => configuration().get('namespace') === 'shop');
    await set('namespace', undefined);
    await page.waitFor(`${STATUS} >> text=admin / default · agents read-only`);
  });
});
