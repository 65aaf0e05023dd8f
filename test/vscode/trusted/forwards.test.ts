import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { answer, collapseAll, expand, fromMenu, notification, notified, row } from '../tree.ts';
import { screenshots } from '../workspace.ts';

const choice = (label: string) => `.quick-input-list .monaco-list-row:has(:text-is("${label}"))`;

/** The answer on a new connection. */
async function answerOf(address: string): Promise<string> {
  const request = get(`http://${address}`, { agent: false });
  // `once` handles only the first error.
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return text(response);
}

async function forward(kind: string, name: string, group: string): Promise<void> {
  await expand('admin', 'shop', group, `${kind}s`);
  await page.waitFor(row(name));
  await fromMenu(name, 'Port Forward…');
}

describe('port forwards', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    await collapseAll();
  });
  after(() => vscode.commands.executeCommand('workbench.view.explorer'));

  it('lead bytes to a Service’s pods and back, are listed, and end when they are stopped', async () => {
    await forward('Service', 'web', 'Network');
    await page.waitFor(choice('80'));
    await page.click(choice('80'));
    await answer('Port of This Machine', '18080');
    await notified('localhost:18080 leads to port 80 of Service shop/web');
    const bodies = await Promise.all(
      Array.from({ length: 8 }, (_, index) => answerOf(`localhost:18080/path-${index}`)),
    );
    bodies.forEach((body, index) => {
      assert.equal(body, `hello from a simulated pod: GET /path-${index}\n`);
    });
    await page.waitFor(row('localhost:18080'));
    await screenshots('port-forward');
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await page.click(`${notification('localhost:18080')} .monaco-button:has-text("Stop")`);
    await page.waitFor(row('localhost:18080'), { state: 'hidden' });
    await assert.rejects(answerOf('localhost:18080/'));
  });

  it('offer another port where one is in use', async () => {
    const taken = createServer().listen(18081, '127.0.0.1');
    await once(taken, 'listening');
    try {
      await forward('Deployment', 'web', 'Workloads');
      await page.waitFor(choice('80'));
      await page.click(choice('80'));
      await answer('Port of This Machine', '18081');
      await page.waitFor('.quick-input-title >> text=Port 18081 is in use');
      await page.screenshot('port-forward-in-use');
      await page.click(choice('Use a free port'));
      await notified('leads to port 80 of Deployment shop/web');
      const [label = ''] = await page.texts('.pane-body .monaco-list-row:has-text("localhost:") .label-name');
      const body = await answerOf(`${label.trim()}/`);
      assert.match(body, /^hello from a simulated pod/);
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      await page.click(`${notification('of Deployment shop/web')} .monaco-button:has-text("Stop")`);
      await page.waitFor(row(label.trim()), { state: 'hidden' });
    } finally {
      taken.close();
    }
  });
});
