import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openRequests } from '../../support/open-requests.ts';
import { withFarCluster } from '../far-cluster.ts';
import { page } from '../harness/page.ts';
import { titleButton } from '../reviewing.ts';
import { collapseAll, expand, fromMenu, row } from '../tree.ts';
import { inViewer } from '../viewer.ts';
import { kubectl, screenshots, until } from '../workspace.ts';

const heading = (name: string) => inViewer(`role=heading[name="${name}"]`);
const link = (name: string) => inViewer(`role=link[name="${name}"]`);
const button = (name: string) => inViewer(`role=button[name="${name}"]`);
const shown = (part: string, text: string) => inViewer(`role=region[name="${part}"] >> text=${text}`);

/** The page of the active tab. */
function activePage(): string {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  return activeTab?.input instanceof vscode.TabInputCustom ? activeTab.input.uri.path : '';
}

/** How many single Deployments are being watched. */
async function watched(): Promise<number> {
  return openRequests(await kubectl('get', '--raw', '/metrics'), { resource: 'deployments', scope: 'resource' });
}

describe('pages', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await collapseAll();
  });
  after(() => vscode.commands.executeCommand('workbench.view.explorer'));

  it('of an object tell how it is and why, lead to what is around it, and follow it', async () => {
    await expand('admin', 'shop', 'Workloads', 'Deployments');
    await page.waitFor(row('payments'));
    await fromMenu('payments', 'Show Overview');
    await page.waitFor(heading('payments'));
    assert.equal(activePage(), '/admin/shop/deployments.apps/payments.overview');
    const pod = (await kubectl('-n', 'shop', 'get', 'pod', '-l', 'app=payments', '-o', 'name')).slice(4);
    await page.waitFor(shown('What Is Wrong', 'Cause:'));
    await page.waitFor(inViewer('.status >> text=failing'));
    await screenshots('overview');
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    await page.press('Tab');
    await page.waitFor(inViewer('button:focus:text-is("YAML")'));
    await kubectl('-n', 'shop', 'label', 'deployment', 'payments', 'seen=live');
    await page.waitFor(shown('Details', 'seen=live'));
    await kubectl('-n', 'shop', 'label', 'deployment', 'payments', 'seen-');
    await until('a watch', async () => (await watched()) > 0);
    // What changes meanwhile takes nothing from under the pointer.
    const pressed = page.click(link(pod), { delay: 5_000 });
    await kubectl('-n', 'shop', 'label', 'deployment', 'payments', 'seen=pressed');
    await pressed;
    await page.waitFor(heading(pod));
    await kubectl('-n', 'shop', 'label', 'deployment', 'payments', 'seen-');
    await page.waitFor(shown('Relations', 'Deployment payments'));
    await until('the end of the watch', async () => (await watched()) === 0);
    await page.waitFor(shown('Last Output', '/./'));
    await screenshots('overview-pod');
    await page.click(button('YAML'));
    await until(
      'its document',
      () => vscode.window.activeTextEditor?.document.uri.path.endsWith(`${pod}.yaml`) === true,
    );
    await page.click(titleButton('Show Overview'));
    await page.waitFor(heading(pod));
  });

  it('of a Secret have none of its values', async () => {
    const uri = 'k8s-overview:///admin/shop/secrets/db-credentials.overview?context=admin';
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(uri));
    await page.waitFor(shown('Relations', 'Used By'));
    const value = await kubectl('-n', 'shop', 'get', 'secret', 'db-credentials', '-o', 'jsonpath={.data.password}');
    const [text = ''] = await page.texts(inViewer('main'));
    assert.ok(value !== '' && !text.includes(value) && !text.includes(Buffer.from(value, 'base64').toString()), text);
  });

  it('of a cluster tell its problems, its capacity and what changed', async () => {
    await vscode.commands.executeCommand('mcpK8s.showDashboard');
    await page.waitFor(heading('admin'));
    await page.waitFor(shown('Problems', 'payments'));
    await page.waitFor(shown('Capacity', 'CPU Requested'));
    await page.waitFor(inViewer('role=table[name="Nodes"]'));
    await screenshots('dashboard');
  });

  it('of a cluster that stops answering say so above what was read, and go on when it is back', async () => {
    await withFarCluster(async (gate) => {
      gate.mode = 'opens';
      await vscode.commands.executeCommand('mcpK8s.clusters.focus');
      await page.waitFor(row('far'));
      await fromMenu('far', 'Show Cluster Dashboard');
      await page.waitFor(shown('Nodes', 'node-0'));
      gate.hold();
      await page.waitFor(inViewer('.notice:has-text("The cluster does not answer. What follows is as it was at")'));
      assert.ok((await page.texts(shown('Nodes', 'node-0'))).length > 0, 'what was read stays');
      await page.screenshot('dashboard-offline');
      gate.mode = 'opens';
      await page.waitFor(inViewer('.notice'), { state: 'hidden' });
    });
  });
});
