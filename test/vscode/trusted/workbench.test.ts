import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { diffTabs, titleButton } from '../reviewing.ts';
import {
  answer,
  collapseAll,
  expand,
  fromMenu,
  notification,
  notified,
  readAloud,
  row,
  selectWithNext,
} from '../tree.ts';
import { inViewer } from '../viewer.ts';
import { allow, kubectl, screenshots, set, until } from '../workspace.ts';

/** Opens what is below an object; a click on its name would open the object. */
async function unfold(name: string): Promise<void> {
  const opened = `${row(name)}[aria-expanded=true]`;
  await until(`what is below ${name}`, async () => {
    if ((await page.texts(opened)).length > 0) return true;
    await page.click(`${row(name)} .monaco-tl-twistie`);
    return page.waitFor(opened, { timeout: 5_000 }).then(
      () => true,
      () => false,
    );
  });
}

/** Applies the review that a command asks for. */
async function applyReview(): Promise<void> {
  await until('the review', () => diffTabs('k8s-review').length > 0);
  await vscode.commands.executeCommand('mcpK8s.applyReview');
  await until('the end of the review', () => diffTabs('k8s-review').length === 0);
}

describe('the view as a workbench', () => {
  before(async () => {
    await vscode.commands.executeCommand('mcpK8s.clusters.focus');
    await kubectl('-n', 'team-b', 'create', 'cronjob', 'nightly', '--image=busybox', '--schedule=0 3 * * *');
    await kubectl('-n', 'team-b', 'create', 'configmap', 'workbench-a');
    await kubectl('-n', 'team-b', 'create', 'configmap', 'workbench-b');
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await collapseAll();
  });
  after(async () => {
    await kubectl('-n', 'team-b', 'delete', 'cronjob', 'nightly', '--ignore-not-found');
    await kubectl('-n', 'team-b', 'delete', 'configmap', 'workbench-a', 'workbench-b', '--ignore-not-found');
    await vscode.commands.executeCommand('workbench.view.explorer');
  });

  it('begins with the problems of the cluster, each with its cause, and counts them upward', async () => {
    await expand('admin', 'Problems');
    await until('a cause', async () =>
      (await readAloud()).some((label) => /^Cause: pod shop\/payments-.*: .*container/.test(label)),
    );
    await until('one count in the row and at the view', async () => {
      const [count = ''] = (await readAloud()).flatMap((label) => /^Problems, (\d+) problems?$/.exec(label)?.[1] ?? []);
      return count !== '' && (await page.texts('.activitybar .badge-content')).includes(count);
    });
    await screenshots('workbench-problems');
    const begin = performance.now();
    await page.click('.pane-body .monaco-list-row:has-text("payments")');
    await page.waitFor(inViewer('role=region[name="What Is Wrong"] >> role=button[name="Show Logs"]'));
    console.log(`a problem's page after ${(performance.now() - begin).toFixed(0)} ms`);
  });

  it('leads from an object to what it runs, and to what uses it', async () => {
    await expand('admin', 'shop', 'Workloads', 'Deployments');
    await page.waitFor(row('payments'));
    await unfold('payments');
    const pod = (await kubectl('-n', 'shop', 'get', 'pod', '-l', 'app=payments', '-o', 'name')).slice(4);
    await page.waitFor(row(pod));
    await unfold(pod);
    await until('the container', async () =>
      (await readAloud()).some((label) => /^Container .*, failing, CrashLoopBackOff/.test(label)),
    );
    await screenshots('workbench-children');
    await collapseAll();
    await expand('admin', 'shop', 'Network', 'Services');
    await page.waitFor(row('postgres'));
    await unfold('postgres');
    await until('an endpoint', async () =>
      (await readAloud()).some((label) => /^Pod, postgres-0, .*\d+\.\d+\.\d+/.test(label)),
    );
  });

  it('shows nodes with what they use, and cordons one after a review', async () => {
    await allow('enableUpdate');
    const node = (await kubectl('get', 'node', '-o', 'name')).split('\n')[0]?.replace('node/', '') ?? '';
    const cordoned = () => kubectl('get', 'node', node, '-o', 'jsonpath={.spec.unschedulable}');
    try {
      await expand('admin', 'Cluster', 'Nodes');
      await page.waitFor(row(node));
      await until('its usage', async () =>
        (await readAloud()).some((label) => label.startsWith(`Node, ${node}`) && /\d%\).*\d%\)/.test(label)),
      );
      await screenshots('workbench-nodes');
      await fromMenu(node, 'Cordon Node');
      await applyReview();
      await notified(`Node ${node} is cordoned`);
      assert.equal(await cordoned(), 'true');
      await fromMenu(node, 'Uncordon Node');
      await applyReview();
      await notified(`Node ${node} takes new pods again`);
      assert.equal(await cordoned(), '');
    } finally {
      await kubectl('uncordon', node);
      await set('enableUpdate', undefined);
    }
  });

  it('runs and suspends a CronJob after a review', async () => {
    await allow('enableCreate', 'enableUpdate');
    try {
      await expand('admin', 'team-b', 'Workloads', 'CronJobs');
      await page.waitFor(row('nightly'));
      await fromMenu('nightly', 'Run Now');
      await applyReview();
      await notified('CronJob nightly runs as Job nightly-manual-');
      assert.match(await kubectl('-n', 'team-b', 'get', 'job', '-o', 'name'), /nightly-manual-/);
      await fromMenu('nightly', 'Suspend');
      await applyReview();
      await notified('CronJob nightly is suspended');
      assert.equal(
        await kubectl('-n', 'team-b', 'get', 'cronjob', 'nightly', '-o', 'jsonpath={.spec.suspend}'),
        'true',
      );
    } finally {
      await set('enableCreate', undefined);
      await set('enableUpdate', undefined);
    }
  });

  it('is used by keyboard, on several objects at once', async () => {
    await expand('admin', 'team-b', 'Config', 'ConfigMaps');
    await page.waitFor(row('workbench-b'));
    await selectWithNext('workbench-a');
    await page.press('Control+c');
    const copied = () => vscode.env.clipboard.readText();
    await until('both names', async () => (await copied()).split('\n').sort().join() === 'workbench-a,workbench-b');
    await fromMenu('workbench-a', 'Copy kubectl Command');
    await until('the commands', async () =>
      (await vscode.env.clipboard.readText()).includes(
        'kubectl get configmaps workbench-a --namespace team-b --context admin --output yaml',
      ),
    );
    const left = () => kubectl('-n', 'team-b', 'get', 'configmap', '-o', 'name');
    await page.press('Delete');
    await page.waitFor(titleButton('Delete'));
    assert.match(await left(), /workbench-a[\s\S]*workbench-b/, 'nobody has agreed yet');
    await screenshots('workbench-delete');
    await page.click(titleButton('Delete'));
    // The rows may be out of sight while the review closes.
    await until('both gone', async () => !/workbench/.test(await left()));
    await page.waitFor(row('workbench-b'), { state: 'hidden' });
  });

  it('filters every kind of a namespace, with counts, and keeps favorites and hidden kinds', async () => {
    void vscode.commands.executeCommand('mcpK8s.filterView');
    await answer('Filter Objects', 'payments');
    await expand('admin', 'shop', 'Workloads');
    await until('the counts', async () => (await readAloud()).some((label) => /^Deployments, 1 of \d+/.test(label)));
    assert.ok(!(await readAloud()).some((label) => /^(StatefulSets|CronJobs|Storage)/.test(label)));
    await page.screenshot('workbench-filter');
    await vscode.commands.executeCommand('mcpK8s.clearFilter');
    await fromMenu('Deployments', 'Add to Favorites');
    await page.waitFor(row('Favorites'));
    await fromMenu('ReplicaSets', 'Hide This Kind');
    await page.waitFor(row('ReplicaSets'), { state: 'hidden' });
    await page.screenshot('workbench-favorites');
    await fromMenu('Deployments', 'Remove from Favorites');
    await page.waitFor(row('Favorites'), { state: 'hidden' });
    void vscode.commands.executeCommand('mcpK8s.showHiddenKinds');
    await page.waitFor('.quick-input-list >> text=replicasets.apps');
    await page.click('.quick-input-list .monaco-list-row:has-text("replicasets.apps")');
    await page.press('Enter');
    await page.waitFor(row('ReplicaSets'));
  });

  it('tells the events of an object, and asks the chat about it', async () => {
    await expand('admin', 'shop', 'Workloads', 'Pods');
    const pod = (await kubectl('-n', 'shop', 'get', 'pod', '-l', 'app=payments', '-o', 'name')).slice(4);
    await page.waitFor(row(pod));
    await fromMenu(pod, 'Show Events');
    await page.waitFor('.view-line >> text=LAST SEEN');
    await page.screenshot('workbench-events');
    assert.equal((await page.texts(notification('unexpected'))).length, 0);
  });
});
