import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { collapseAll, expand, fromMenu, row } from '../tree.ts';
import { kubectl, screenshots, until } from '../workspace.ts';

const text = () => vscode.window.activeTextEditor?.document.getText() ?? '';
const isLog = () => vscode.window.activeTextEditor?.document.uri.scheme === 'k8s-log';
const choice = (label: string) => `.quick-input-list .monaco-list-row:has(:text-is("${label}"))`;

/** How many logs the API server is streaming. */
async function followed(): Promise<number> {
  const metrics = await kubectl('get', '--raw', '/metrics');
  const lines = [...metrics.matchAll(/^apiserver_longrunning_requests\{.*subresource="log".*\} (\d+)$/gm)];
  return lines.reduce((sum, [, count]) => sum + Number(count), 0);
}

describe('logs', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await collapseAll();
  });
  after(() => vscode.commands.executeCommand('workbench.view.explorer'));

  it('of a workload are those of all its pods, end where the newest line is, and stop when their tab is closed', async () => {
    await expand('admin', 'shop', 'Workloads', 'Deployments');
    await page.waitFor(row('web'));
    await fromMenu('web', 'Show Logs');
    await until('the log', () => isLog() && text().split('\n').length > 20);
    const pods = (await kubectl('-n', 'shop', 'get', 'pod', '-l', 'app=web', '-o', 'name')).split('\n');
    assert.equal(pods.length, 3);
    for (const pod of pods) assert.ok(text().includes(`[${pod.slice(4)}] `), `${pod} in\n${text()}`);
    await until('the end in view', () => {
      const editor = vscode.window.activeTextEditor;
      return (editor?.visibleRanges.at(-1)?.end.line ?? 0) >= (editor?.document.lineCount ?? 0) - 2;
    });
    await screenshots('logs');
    assert.equal(await followed(), 3);
    const [pod = ''] = pods;
    const line = `${new Date().toISOString().replace('Z', '000000Z')} stdout F just-arrived`;
    // A command in a simulated pod runs in the folder of its log.
    await kubectl('-n', 'shop', 'exec', pod, '--', 'sh', '-c', `echo '${line}' >> web.log`);
    await page.waitFor('.view-line >> text=just-arrived');
    await page.screenshot('logs-arrived');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await until('the end of following', async () => (await followed()) === 0);
  });

  it('of a container that crashed are there from its previous run', async () => {
    await expand('admin', 'shop', 'Workloads', 'Deployments');
    await page.waitFor(row('payments'));
    await fromMenu('payments', 'Show Logs');
    await page.waitFor(choice('payments: previous run'));
    await page.screenshot('logs-containers');
    await page.click(choice('payments: previous run'));
    await until('the log', () => isLog() && text().split('\n').length > 3);
    assert.equal(await followed(), 0, 'nothing comes of a run that has ended');
  });

  it('say why there are none', async () => {
    await expand('admin', 'shop', 'Workloads', 'Deployments');
    await page.waitFor(row('recommendations'));
    await fromMenu('recommendations', 'Show Logs');
    await until('the reason', () => isLog() && /# It has not started: (ImagePullBackOff|ErrImagePull)/.test(text()));
  });
});
