import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { unhurried } from '../../support/load.ts';
import { openRequests } from '../../support/open-requests.ts';
import { withFarCluster } from '../far-cluster.ts';
import { page } from '../harness/page.ts';
import { titleButton } from '../reviewing.ts';
import { SCALE_TIMEOUT_MS, scaled } from '../scale.ts';
import { answer, collapseAll, expand, fromMenu, notified, readAloud, row } from '../tree.ts';
import { kubectl, objectTabs, screenshots, until } from '../workspace.ts';

/** How many watches of a kind in single namespaces the API server has open. */
async function watches(resource: string): Promise<number> {
  return openRequests(await kubectl('get', '--raw', '/metrics'), { resource, scope: 'namespace' });
}

describe('the view', () => {
  before(async () => {
    await vscode.commands.executeCommand('mcpK8s.clusters.focus');
    await kubectl('-n', 'team-b', 'create', 'deployment', 'viewed', '--image=nginx:1.29');
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await collapseAll();
  });
  after(async () => {
    await kubectl('-n', 'team-b', 'delete', 'deployment', 'viewed', '--ignore-not-found');
    await vscode.commands.executeCommand('workbench.view.explorer');
  });

  it('leads from contexts over namespaces and kinds to objects, with their state', async () => {
    await expand('admin', 'shop', 'Workloads', 'Deployments', 'Pods');
    const pod = (await kubectl('-n', 'shop', 'get', 'pod', '-l', 'app=payments', '-o', 'name')).slice(4);
    await page.waitFor(row(pod));
    await until('the count', async () =>
      (await readAloud()).some((label) => /^Deployments, [89]|^Deployments, 1\d/.test(label)),
    );
    await screenshots('view');
    const labels = await readAloud();
    for (const label of ['Context admin, in use', 'Namespace default, in use', 'Namespace shop', 'Workloads'])
      assert.ok(labels.includes(label), `${label} in\n${labels.join('\n')}`);
    assert.ok(
      labels.some((label) => label.startsWith(`Pod, ${pod}, failing, 0/1 · CrashLoopBackOff`)),
      labels.join('\n'),
    );
    await page.click(row(pod));
    await until('the document', () => objectTabs().some(({ path }) => path === `/shop/pods/${pod}.yaml`));
  });

  it('follows what is shown, and nothing that is not', async () => {
    const others = await watches('configmaps');
    await expand('admin', 'team-b', 'Config', 'ConfigMaps');
    await page.waitFor(row('settings'));
    await kubectl('-n', 'team-b', 'create', 'configmap', 'seen');
    await page.waitFor(row('seen'));
    await until('one watch', async () => (await watches('configmaps')) === others + 1);
    await kubectl('-n', 'team-b', 'delete', 'configmap', 'seen');
    await page.waitFor(row('seen'), { state: 'hidden' });
    await collapseAll();
    await until('the end of the watch', async () => (await watches('configmaps')) === others);
    await expand('admin', 'team-b', 'Config', 'ConfigMaps');
    await until('the watch', async () => (await watches('configmaps')) === others + 1);
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('the end of the watch', async () => (await watches('configmaps')) === others);
    await kubectl('-n', 'team-b', 'create', 'configmap', 'unseen');
    await expand('ConfigMaps');
    await page.waitFor(row('unseen'));
    await kubectl('-n', 'team-b', 'delete', 'configmap', 'unseen');
    await page.waitFor(row('unseen'), { state: 'hidden' });
  });

  it('says in place what cannot be read', async () => {
    await expand('refused', 'admin');
    await page.waitFor(row('team-a'));
    await page.waitFor('.pane-body .monaco-list-row >> text=/refused your credentials|may not|cannot be/');
    await expand('tenant');
    await page.waitFor('.pane-body .monaco-list-row >> text=You may not list namespaces');
    await page.screenshot('view-errors');
  });

  it('waits for no cluster that does not answer, says so in its place, and forgets it when it is back', async () => {
    await withFarCluster(async (gate) => {
      await page.waitFor(row('far'));
      await page.click(row('far'));
      await until('the question', () => gate.connections > 0);
      // Nothing is broken off: the cluster just does not answer.
      await page.waitFor(`${row('far')} >> text=offline`);
      await expand('admin', 'team-b', 'Workloads', 'Deployments');
      await page.waitFor(row('viewed'));
      gate.breakOff();
      await page.waitFor('.pane-body .monaco-list-row >> text=/Not reached: the connection/');
      await screenshots('view-dead-cluster');
      const problem = (await readAloud()).find((label) => /cannot be reached/.test(label));
      assert.match(problem ?? '', /^The cluster of context "far" .* cannot be reached/);
      gate.mode = 'opens';
      await until('its namespaces', async () => {
        return (await readAloud()).filter((label) => label === 'Namespace kube-public').length === 2;
      });
      await page.waitFor(`${row('far')} >> text=offline`, { state: 'hidden' });
    });
  });

  it('shows only what fits the filter', async () => {
    await expand('admin', 'shop', 'Workloads', 'Deployments');
    await page.waitFor(row('web'));
    void vscode.commands.executeCommand('mcpK8s.filterView');
    await answer('Filter Objects', 'pay');
    await page.waitFor(row('web'), { state: 'hidden' });
    await page.waitFor(row('payments'));
    await page.screenshot('view-filter');
    await vscode.commands.executeCommand('mcpK8s.clearFilter');
    await page.waitFor(row('web'));
  });

  it('describes an object', async () => {
    await expand('admin', 'shop', 'Workloads', 'Deployments');
    await page.waitFor(row('payments'));
    await fromMenu('payments', 'Describe');
    await page.waitFor('.view-line >> text=Cause:');
    await page.screenshot('view-describe');
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /^Deployment shop\/payments.*\n.*Cause: /s);
  });

  it('deletes what the user agrees to, and needs none of the agents’ switches', async () => {
    await kubectl('-n', 'team-b', 'create', 'configmap', 'short-lived');
    await expand('admin', 'team-b', 'Config', 'ConfigMaps');
    for (const choice of ['Reject', 'Delete']) {
      await page.waitFor(row('short-lived'));
      await fromMenu('short-lived', 'Delete Resource');
      await page.waitFor(titleButton('Delete'));
      await screenshots('view-delete');
      assert.match(await kubectl('-n', 'team-b', 'get', 'configmap', 'short-lived'), /short-lived/);
      await page.click(titleButton(choice));
      await page.waitFor(titleButton('Delete'), { state: 'hidden' });
    }
    await page.waitFor(row('short-lived'), { state: 'hidden' });
  });

  it('asks to choose again, rather than take another object, when an object is lost while the view is updated', async () => {
    await vscode.commands.executeCommand('mcpK8s.deleteResource', undefined);
    await notified('Choose it once more');
    await page.waitFor('.quick-input-widget', { state: 'hidden' });
  });

  it('acts on no document where the row is no object', async () => {
    await expand('admin', 'team-b', 'Config', 'ConfigMaps');
    await page.click(row('settings'));
    await until('the document', () => vscode.window.activeTextEditor?.document.uri.path.includes('settings') === true);
    await page.click(row('Config'));
    await page.press('Delete');
    await notified('This row is no object');
    assert.deepEqual(await page.texts(titleButton('Delete')), []);
  });

  it('scales and restarts once the user agrees', async () => {
    const read = (path: string) => kubectl('-n', 'team-b', 'get', 'deployment', 'viewed', '-o', `jsonpath=${path}`);
    await expand('admin', 'team-b', 'Workloads', 'Deployments');
    await page.waitFor(row('viewed'));
    await fromMenu('viewed', 'Scale Workload…');
    await page.waitFor('.quick-input-title >> text=Scale Deployment viewed');
    await page.screenshot('view-scale');
    await answer('Scale Deployment viewed', '3');
    await page.waitFor(titleButton('Apply'));
    assert.equal(await read('{.spec.replicas}'), '1', 'nobody has agreed yet');
    await page.click(titleButton('Apply'));
    await notified('Deployment viewed scaled from 1 to 3.');
    assert.equal(await read('{.spec.replicas}'), '3');

    for (const choice of ['Reject', 'Apply']) {
      await fromMenu('viewed', 'Restart Workload');
      await page.waitFor(titleButton('Apply'));
      assert.equal(await read('{.spec.template.metadata.annotations}'), '', 'nobody has agreed yet');
      await page.screenshot('view-restart');
      await page.click(titleButton(choice));
      await page.waitFor(titleButton('Apply'), { state: 'hidden' });
    }
    await until('the restart', async () =>
      (await read('{.spec.template.metadata.annotations}')).includes('restartedAt'),
    );
    await notified('Deployment viewed restarts: its pods are being replaced.');
  });

  it('stays smooth with 2,000 pods', async function () {
    this.timeout(SCALE_TIMEOUT_MS);
    await scaled();
    await expand('admin', 'scale', 'Workloads');
    await page.waitFor(row('Pods'));
    const begin = performance.now();
    await expand('Pods');
    await page.waitFor(row('pod-0000'));
    const first = unhurried(performance.now() - begin);
    await page.press('End');
    await page.waitFor(row('1,800 more…'));
    const again = performance.now();
    await page.click(row('1,800 more…'));
    await page.waitFor(row('1,800 more…'), { state: 'hidden' });
    const more = performance.now() - again;
    console.log(`2,000 pods: the first 200 after ${first.toFixed(0)} ms, 1,000 more after ${more.toFixed(0)} ms`);
    await page.screenshot('view-2000-pods');
    assert.ok(first < 1500, `the first rows took ${first} ms`);
    await kubectl('-n', 'scale', 'delete', 'pod', 'pod-0003', '--wait=false');
    await until('the count of the rest', async () =>
      (await readAloud()).some((label) => /^Pods, 1,999 objects/.test(label)),
    );
  });
});
