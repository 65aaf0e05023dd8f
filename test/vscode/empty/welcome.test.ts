import assert from 'node:assert/strict';
import { copyFile, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { row } from '../tree.ts';
import { inViewer } from '../viewer.ts';
import { environment, screenshots } from '../workspace.ts';

const WELCOME = '.pane-body .welcome-view-content';

// Neither the workspace nor the home folder nor KUBECONFIG has a kubeconfig.
describe('without any kubeconfig', () => {
  before(() =>
    // That of the desktop is none of VS Code's.
    vscode.workspace.getConfiguration('files').update('simpleDialog.enable', true, vscode.ConfigurationTarget.Global),
  );
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('the view says so, and what to do', async () => {
    await vscode.commands.executeCommand('mcpK8s.clusters.focus');
    await page.waitFor(`${WELCOME} >> text=No kubeconfig was found`);
    await screenshots('welcome');
    await page.click(`${WELCOME} .monaco-button >> text=Choose Kubeconfig…`);
    await page.waitFor('.quick-input-title >> text=Choose Kubeconfig');
    await page.waitFor('.quick-input-widget input:focus');
    await page.press('Escape');
    await page.waitFor('.quick-input-title', { state: 'hidden' });
  });

  it('the diagnostics say where one is looked for', async () => {
    await vscode.commands.executeCommand('mcpK8s.runDiagnostics');
    await page.waitFor(inViewer('role=region[name="Checks"] >> text=/\\.kube\\/config/'));
    const [report = ''] = await page.texts(inViewer('main'));
    assert.match(report, /Kubeconfig[\s\S]*\.kube\/config[\s\S]*does not exist/);
  });

  it('and shows the clusters when there is one', async () => {
    await mkdir(join(homedir(), '.kube'));
    await copyFile(environment.kubeconfig, join(homedir(), '.kube', 'config'));
    await page.click(`${WELCOME} .monaco-button >> text=Look Again`);
    await page.waitFor(row('admin'));
  });
});
