import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import type { Cluster } from '../../cluster/running-cluster.ts';
import { testCluster } from '../../server/environment.ts';
import { windowActions } from '../harness/bridge.ts';
import { openPage } from '../harness/chromium.ts';
import { type CodeServer, startCodeServer } from '../harness/code-server.ts';
import { vsix } from '../harness/pack.ts';

const NAME = 'doomed';
const BUTTON = (label: string) => `.editor-actions [aria-label="${label}"]`;
const row = (label: string) => `.pane-body .monaco-list-row:has(:text-is("${label}"))`;

// As a user has it: from outside, and without a suite inside.
describe('deleting an object', () => {
  let cluster: Cluster;
  let server: CodeServer;
  let page: Page;
  let folder: string;

  async function kubectl(...args: string[]): Promise<string> {
    const command = ['--kubeconfig', cluster.kubeconfig('admin'), '--namespace', 'team-b', ...args];
    return (await promisify(execFile)(cluster.kubectl, command)).stdout;
  }
  const exists = async () => (await kubectl('get', 'deployment', NAME, '--ignore-not-found')) !== '';

  before(async () => {
    cluster = await testCluster();
    await kubectl('create', 'deployment', NAME, '--image=nginx:1.29');
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-workspace-'));
    server = await startCodeServer({
      folder,
      extensions: [vsix],
      settings: {
        'window.autoDetectColorScheme': true,
        'workbench.startupEditor': 'none',
      },
      env: { KUBECONFIG: cluster.kubeconfig('admin'), XDG_STATE_HOME: folder },
    });
    page = await openPage(join(server.dataFolder, 'chromium'));
    await page.goto(server.origin);
  });

  after(async () => {
    await page?.context().close();
    await server?.stop();
    await kubectl('delete', 'deployment', NAME, '--ignore-not-found');
    await rm(folder, { recursive: true });
  });

  async function askToDelete(): Promise<void> {
    await page.click(row(NAME), { button: 'right' });
    const entry = page.locator('.monaco-menu .action-label:text-is("Delete Resource")');
    await entry.waitFor();
    while ((await page.locator('.monaco-menu .action-item.focused:has-text("Delete Resource")').count()) === 0)
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForSelector(BUTTON('Delete'));
  }

  it('asks before it does, and takes Reject for a no', async () => {
    await page.click('.activitybar [aria-label^="MCP for Kubernetes"]');
    // The tooltip of the icon would lie over the rows.
    await page.mouse.move(800, 450);
    for (const label of ['team-b', 'Workloads', 'Deployments']) {
      await page.waitForSelector(row(label));
      if ((await page.locator(`${row(label)}[aria-expanded=true]`).count()) === 0) await page.click(row(label));
    }
    await page.waitForSelector(`${row('Deployments')}:has(.label-description:not(:empty))`);
    await page.waitForSelector(row(NAME));
    await askToDelete();
    await page.waitForSelector(`.tab.active:has-text("Delete Deployment team-b/${NAME} in context admin")`);
    await page.waitForSelector('.view-line:has-text("What it owns goes with it")');
    for (const [colorScheme, theme] of [
      ['dark', '.vs-dark'],
      ['light', '.vs'],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForSelector(`.monaco-workbench${theme}`);
      await windowActions(page).screenshot(`view-delete-${colorScheme}`);
    }
    await page.click(BUTTON('Reject'));
    await page.waitForSelector(BUTTON('Delete'), { state: 'hidden' });
    assert.ok(await exists());
  });

  it('deletes after Delete, and says so', async () => {
    await askToDelete();
    await page.click(BUTTON('Delete'));
    await page.waitForSelector(`.notification-toast:has-text("Deployment ${NAME} deleted.")`);
    await page.waitForSelector(row(NAME), { state: 'hidden' });
    assert.equal(await exists(), false);
  });
});
