import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { freePorts } from '../cluster/ports.ts';
import { testCluster } from '../server/environment.ts';
import { kubectl } from '../server/scratch.ts';
import { windowActions } from '../vscode/harness/bridge.ts';
import { openPage } from '../vscode/harness/chromium.ts';
import { type CodeServer, startCodeServer } from '../vscode/harness/code-server.ts';
import { vsix } from '../vscode/harness/pack.ts';

const row = (label: string) => `.pane-body .monaco-list-row:has(:text-is("${label}"))`;

describe('VS Code beside real containers', () => {
  let server: CodeServer;
  let page: Page;
  let folder: string;
  before(async () => {
    const cluster = await testCluster();
    await kubectl('wait', '-n', 'live', '--for=condition=Ready', 'pod/ledger-0', '--timeout=100s');
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-workspace-'));
    server = await startCodeServer({
      folder,
      extensions: [vsix],
      settings: {
        'mcpK8s.enableExec': true,
        'workbench.startupEditor': 'none',
        'terminal.integrated.gpuAcceleration': 'off',
      },
      env: { KUBECONFIG: cluster.kubeconfig('admin'), XDG_STATE_HOME: folder },
    });
    page = await openPage(join(server.dataFolder, 'chromium'));
    await page.goto(server.origin);
    await page.click('.activitybar [aria-label^="MCP for Kubernetes"]');
    await expand('live', 'Workloads');
  });
  after(async () => {
    await page?.context().close();
    await server?.stop();
    await rm(folder, { recursive: true });
  });

  async function expand(...labels: string[]): Promise<void> {
    for (const label of labels) {
      await page.waitForSelector(row(label));
      if ((await page.locator(`${row(label)}[aria-expanded=true]`).count()) === 0) await page.click(row(label));
    }
  }

  async function fromMenu(kind: string, label: string, entry: string): Promise<void> {
    await expand(kind);
    // When its count appears, a kind refreshes its objects, and a menu open on one of them stops working.
    await page.waitForSelector(`${row(kind)}:has(.label-description:not(:empty))`);
    await page.waitForSelector(row(label));
    await page.click(row(label), { button: 'right' });
    await page.locator(`.monaco-menu .action-label:text-is("${entry}")`).waitFor();
    while ((await page.locator(`.monaco-menu .action-item.focused:has-text("${entry}")`).count()) === 0)
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
  }

  it('follows a log as it is written', async () => {
    await fromMenu('Deployments', 'gateway', 'Show Logs');
    const newest = async () => {
      const lines = await page.locator('.view-line:has-text("GET /products/")').allTextContents();
      return Math.max(0, ...lines.map((line) => Number(/products\/(\d+)/.exec(line)?.[1] ?? 0)));
    };
    await page.waitForSelector('.view-line:has-text("GET /products/")');
    const first = await newest();
    await page.waitForSelector(`.view-line:has-text("GET /products/${first + 2}")`);
    await windowActions(page).screenshot('real-log');
  });

  it('opens a terminal in a container', async () => {
    await fromMenu('Pods', 'ledger-0', 'Open Terminal');
    await page.waitForSelector('.xterm-rows:has-text("#")');
    await page.keyboard.type('tail -n 2 /data/ledger; echo "exit $?"; hostname\n');
    await page.waitForSelector('.xterm-rows:has-text("exit 0")');
    await windowActions(page).screenshot('real-terminal');
    assert.match((await page.textContent('.xterm-rows')) ?? '', /ledger-0/);
  });

  it('leads to a page of a Service', async () => {
    await page.click(row('Workloads'));
    await expand('Network');
    await fromMenu('Services', 'gateway', 'Port Forward…');
    await page.click('.quick-input-list .monaco-list-row:has(:text-is("80"))');
    const { port } = await freePorts(['port']);
    await page.waitForSelector('.quick-input-widget:has-text("Port of This Machine")');
    await page.keyboard.press('Control+A');
    await page.keyboard.type(String(port));
    await page.keyboard.press('Enter');
    await page.waitForSelector(row(`localhost:${port}`));
    const browsed = await page.context().newPage();
    await browsed.goto(`http://localhost:${port}/from-a-browser`);
    assert.match((await browsed.textContent('body')) ?? '', /^gateway-\S+: GET \/from-a-browser/);
    await windowActions(browsed).screenshot('real-page');
    await windowActions(page).screenshot('real-forward');
  });
});
