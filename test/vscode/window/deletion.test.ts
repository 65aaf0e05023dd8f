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
const DIALOG = '.monaco-dialog-box';
const row = (label: string) => `.pane-body .monaco-list-row:has(:text-is("${label}"))`;

// VS Code shows no modal dialogs to a suite inside it, so this one drives the window from outside.
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
        'mcpK8s.enableDelete': true,
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
    await page.waitForSelector(DIALOG);
  }

  it('asks before it does, and takes Cancel for a no', async () => {
    await page.click('.activitybar [aria-label^="Kubernetes MCP"]');
    for (const label of ['team-b', 'Workloads', 'Deployment']) {
      await page.waitForSelector(row(label));
      if ((await page.locator(`${row(label)}[aria-expanded=true]`).count()) === 0) await page.click(row(label));
    }
    await page.waitForSelector(`${row('Deployment')}:has(.label-description:not(:empty))`);
    await page.waitForSelector(row(NAME));
    await askToDelete();
    const text = (await page.textContent(DIALOG)) ?? '';
    assert.match(text, new RegExp(`Delete Deployment ${NAME}\\?`));
    assert.match(text, /Namespace team-b of context admin/);
    assert.match(text, /What it owns is deleted with it\./);
    for (const [colorScheme, theme] of [
      ['dark', '.vs-dark'],
      ['light', '.vs'],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForSelector(`.monaco-workbench${theme}`);
      await windowActions(page).screenshot(`view-delete-${colorScheme}`);
    }
    await page.click(`${DIALOG} .monaco-button:has-text("Cancel")`);
    await page.waitForSelector(DIALOG, { state: 'hidden' });
    assert.ok(await exists());
  });

  it('deletes after Delete, and says so', async () => {
    await askToDelete();
    await page.click(`${DIALOG} .monaco-button:text-is("Delete")`);
    await page.waitForSelector(`.notification-toast:has-text("Deployment ${NAME} deleted.")`);
    await page.waitForSelector(row(NAME), { state: 'hidden' });
    assert.equal(await exists(), false);
  });
});
