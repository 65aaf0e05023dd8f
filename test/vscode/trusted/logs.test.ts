import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openRequests } from '../../support/open-requests.ts';
import { page } from '../harness/page.ts';
import { collapseAll, expand, fromMenu, row, selectWithNext } from '../tree.ts';
import { drawnLines, inViewer, viewerButton } from '../viewer.ts';
import { kubectl, screenshots, until, untitled } from '../workspace.ts';

const text = () => vscode.window.activeTextEditor?.document.getText() ?? '';
const isLog = () => vscode.window.activeTextEditor?.document.uri.scheme === 'k8s-log';
const filter = inViewer('role=searchbox[name="Filter"]');
const status = () => page.text(inViewer('.status'));

/** How many logs the API server is streaming. */
async function followed(): Promise<number> {
  return openRequests(await kubectl('get', '--raw', '/metrics'), { subresource: 'log' });
}

/** The different texts that are drawn; the simulated pods of a workload write one log. */
async function drawnTexts(): Promise<string[]> {
  return [...new Set((await page.texts(inViewer('.line .text'))).map((one) => one.trim()))];
}

/** The pods of the Deployment web. */
async function pods(): Promise<string[]> {
  const names = await kubectl('-n', 'shop', 'get', 'pod', '-l', 'app=web', '-o', 'name');
  return names.split('\n').map((name) => name.slice('pod/'.length));
}

/** A command in a simulated pod runs in the folder of its log. */
async function write(pod: string, ...texts: string[]): Promise<void> {
  const time = new Date().toISOString().replace('Z', '000000Z');
  const lines = texts.map((one) => `${time} stdout F ${one}\\n`).join('');
  await kubectl('-n', 'shop', 'exec', pod, '--', 'sh', '-c', `printf '${lines}' >> web.log`);
}

async function showLogs(name: string): Promise<void> {
  await expand('admin', 'shop', 'Workloads', 'Deployments');
  await page.waitFor(row(name));
  await fromMenu(name, 'Show Logs');
}

describe('logs', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await collapseAll();
  });
  after(() => vscode.commands.executeCommand('workbench.view.explorer'));

  it('of a workload are those of all its pods, end where the newest line is, and stop when their tab is closed', async () => {
    await showLogs('web');
    await until('lines of every pod', async () => {
      const sources = await page.texts(inViewer('.source'));
      return (await pods()).every((pod) => sources.includes(pod));
    });
    // A log followed before may still be ending.
    let seen = '';
    await until(
      () => `a log for each pod, but ${seen}`,
      async () => {
        const [logs, wanted] = [await followed(), (await pods()).length];
        seen = `${logs} logs of ${wanted} pods`;
        return logs === wanted;
      },
    );
    const [pod = '', other = ''] = await pods();
    await write(pod, 'ERROR just-arrived', '\\033[1;32mgreen\\033[0m \\033]0;title\\007and plain');
    await page.waitFor(inViewer('.line.error >> text=just-arrived'));
    await page.waitFor(inViewer('.text .bold.ansi-2:text-is("green")'));
    assert.ok((await drawnLines()).some((line) => line === `${pod} green and plain`));
    assert.notEqual(
      (await page.attributes(inViewer(`.source:text-is("${pod}")`), 'class'))[0],
      (await page.attributes(inViewer(`.source:text-is("${other}")`), 'class'))[0],
      'pods have colours of their own',
    );
    await screenshots('logs');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await until('the end of following', async () => (await followed()) === 0);
  });

  it('are filtered by an RE2 expression and by level, wrapped, timed, copied, and opened as text', async () => {
    await showLogs('web');
    const [pod = ''] = await pods();
    await page.waitFor(inViewer('.line'));
    await write(pod, 'WARN filtered-1', '  at filtered-2', `INFO filtered-3 ${'long '.repeat(100)}`);
    await page.waitFor(inViewer('.line >> text=filtered-3'));
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    await page.click(filter);
    await page.type('filtered-[12');
    await page.waitFor(inViewer('role=alert >> text=/^Not a regular expression of RE2: .*missing closing/'));
    await page.screenshot('logs-pattern');
    await page.type(']');
    await page.waitFor(inViewer('role=alert'), { state: 'hidden' });
    await until('the two lines', async () => (await drawnTexts()).join() === 'WARN filtered-1,at filtered-2');
    assert.match(await status(), /^\d+ of \d+ lines$/);
    await page.press('Control+A');
    await page.type('filtered');
    await until('three lines', async () => (await drawnTexts()).length === 3);
    await page.press('Shift+Tab');
    await page.type('Warn');
    // A line without a level is part of what is before it.
    await until('the warning and its second line', async () => (await drawnTexts()).length === 2);
    await page.click(viewerButton('Timestamps'));
    await page.waitFor(inViewer('.line .time'));
    await page.click(filter);
    await page.press('Control+A');
    await page.click(viewerButton('Copy'));
    await until('a copy of the lines, not of the word selected in the filter', async () => {
      const copied = await vscode.env.clipboard.readText();
      return /^\S+Z web-\S+ WARN filtered-1$/m.test(copied) && /^\S+Z web-\S+ {3}at filtered-2$/m.test(copied);
    });
    await page.click(viewerButton('Wrap'));
    assert.deepEqual(await page.attributes(viewerButton('Wrap'), 'aria-pressed'), ['true']);
    await page.screenshot('logs-filtered');
    await page.click(viewerButton('Open as Text'));
    await until('the text', () => isLog() && /^\[web-\S+\/\S+\] WARN filtered-1$/m.test(text()));
    const atEnd = () => {
      const { document, visibleRanges } = vscode.window.activeTextEditor ?? {};
      return isLog() && (visibleRanges?.at(-1)?.end.line ?? 0) >= (document?.lineCount ?? 0) - 2;
    };
    await until('its end', atEnd);
    await vscode.commands.executeCommand('workbench.action.output.toggleOutput');
    await page.waitFor('.part.panel');
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    await until('its end in what the panel leaves', atEnd);
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });

  it('shown beside what the user types in leave the focus there', async () => {
    await showLogs('web');
    await page.waitFor(inViewer('.list:focus'));
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    assert.ok(activeTab?.input instanceof vscode.TabInputCustom);
    const { uri, viewType } = activeTab.input;
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    const document = await untitled('', 'plaintext');
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('vscode.openWith', uri, viewType, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
    });
    await page.waitFor(inViewer('.line'));
    await page.type('typed');
    await until('what is typed', () => document.getText() === 'typed');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await page.waitFor(inViewer('.list:focus'));
  });

  it('of several chosen pods are shown together', async () => {
    await expand('admin', 'shop', 'Workloads', 'Pods');
    const [first = '', second = ''] = await pods();
    await selectWithNext(first);
    await fromMenu(first, 'Show Logs');
    await until('lines of both', async () => {
      const sources = new Set(await page.texts(inViewer('.source')));
      return sources.has(first) && sources.has(second) && sources.size === 2;
    });
    await until('a log for both', async () => (await followed()) === 2);
  });

  it('of a container that crashed are there from its previous run', async () => {
    await showLogs('payments');
    await page.waitFor(inViewer('.line'));
    await page.click(viewerButton('Previous Run'));
    await until('the log', async () => (await drawnLines()).length > 3);
    await until('the end of following: nothing comes of a run that has ended', async () => (await followed()) === 0);
    await page.screenshot('logs-previous');
  });

  it('say why there are none', async () => {
    await showLogs('recommendations');
    await page.waitFor(inViewer('.line.note >> text=/It has not started: (ImagePullBackOff|ErrImagePull)/'));
  });
});
