import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { collapseAll, expand, fromMenu, row } from '../tree.ts';
import { kubectl, screenshots, until } from '../workspace.ts';

const SCREEN = '.terminal .xterm-rows';

describe('terminals', () => {
  let pod = '';
  before(async () => {
    await painting('off');
    pod = (await kubectl('-n', 'shop', 'get', 'pod', '-l', 'app=web', '-o', 'name')).split('\n')[0]?.slice(4) ?? '';
  });
  // GPU-rendered text cannot be read.
  const painting = (by: string | undefined) =>
    vscode.workspace
      .getConfiguration('terminal.integrated')
      .update('gpuAcceleration', by, vscode.ConfigurationTarget.Workspace);
  afterEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    await collapseAll();
  });
  after(async () => {
    await painting(undefined);
    await vscode.commands.executeCommand('workbench.view.explorer');
  });

  it('run a shell in the container, know their size, and end with it', async () => {
    await expand('admin', 'shop', 'Workloads', 'Pods');
    await page.waitFor(row(pod));
    await fromMenu(pod, 'Open Terminal');
    await until('the terminal', () => vscode.window.activeTerminal?.name === `${pod} · admin`);
    await page.waitFor(`${SCREEN} >> text=/[#$] /`);
    await page.waitFor('.terminal.xterm.focus');
    await page.type('echo in-$((40+2))-pod; stty size');
    await page.press('Enter');
    await page.waitFor(`${SCREEN} >> text=in-42-pod`);
    const rows = await page.texts(`${SCREEN} > div`);
    const size = rows.map((line) => /^(\d+) (\d+)\s*$/.exec(line)).find(Boolean);
    assert.ok(size && Number(size[1]) > 3 && Number(size[2]) > 40, rows.join('\n'));
    await screenshots('terminal');
    await page.click('.terminal.xterm');
    await page.waitFor('.terminal.xterm.focus');
    await page.type('exit');
    await page.press('Enter');
    await until('the end of the terminal', () => vscode.window.terminals.length === 0);
  });
});
