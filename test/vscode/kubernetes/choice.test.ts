import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { row } from '../tree.ts';
import {
  agreeIfAsked,
  callTool,
  choices,
  environment,
  offeredTools,
  STATUS,
  startServer,
  textOf,
  until,
} from '../workspace.ts';

interface StandIn {
  use(path: { pathType: string; hostPath?: string; wslPath?: string }): void;
}

// The Kubernetes extension's stand-in has chosen the admin's kubeconfig; KUBECONFIG is the viewer's.
describe('the choice of the Kubernetes extension', () => {
  let kubernetes: StandIn;
  before(async () => {
    const extension = vscode.extensions.getExtension<StandIn>('ms-kubernetes-tools.vscode-kubernetes-tools');
    assert.ok(extension);
    kubernetes = await extension.activate();
    await vscode.commands.executeCommand('mcpK8s.clusters.focus');
  });
  afterEach(() => vscode.commands.executeCommand('notifications.hideList'));

  const context = async () => textOf(await callTool('list_contexts', {}));

  it('is used by the view, the status bar and agents, without a question', async () => {
    await page.waitFor(row('admin'));
    await page.waitFor(`${STATUS} >> text=admin`);
    await until('the tools', async () => {
      await startServer();
      return offeredTools().includes('list_contexts');
    });
    assert.match(await context(), /admin/);
    assert.deepEqual(await choices(), []);
    await page.screenshot('kubernetes-extension');
  });

  it('is followed when it changes, and one inside of WSL is passed over', async () => {
    kubernetes.use({ pathType: 'wsl', wslPath: '/home/me/.kube/config' });
    await page.waitFor(row('viewer'));
    await page.waitFor(`${STATUS} >> text=viewer`);
    await until('the server of the viewer', async () => {
      await startServer();
      return /viewer/.test(await context());
    });
    kubernetes.use({ pathType: 'host', hostPath: environment.kubeconfig });
    await page.waitFor(row('admin'));
    await until('the server of the admin', async () => {
      await startServer();
      return /admin/.test(await context());
    });
  });

  it('needs consent when it is a file of the workspace', async () => {
    const file = join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'cluster.yaml');
    await copyFile(environment.kubeconfig, file);
    kubernetes.use({ pathType: 'host', hostPath: file });
    await page.waitFor('.pane-body .welcome-view-content >> text=before you have decided');
    await until('the question', async () => (await choices()).length > 0);
    await agreeIfAsked();
    await page.waitFor(row('admin'));
  });
});
