import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { diffTabs, titleButton } from '../reviewing.ts';
import { call } from '../serving.ts';
import { notified, row } from '../tree.ts';
import {
  callTool,
  environment,
  kubectl,
  objectTabs,
  screenshots,
  serverWith,
  set,
  textOf,
  until,
} from '../workspace.ts';

const NAMESPACE = 'team-b';
const SWITCHES = ['enableCreate', 'enableUpdate', 'enableDelete', 'enableExec'];

const reviewTabs = () => diffTabs('k8s-review');
const reviews = (count: number) => until(`${count} reviews`, () => reviewTabs().length === count);
const value = () => kubectl('-n', NAMESPACE, 'get', 'configmap', 'reviewed', '-o', 'jsonpath={.data.a}');

/** An agent's call, whose answer is awaited later. */
function update(to: string): Promise<string> {
  const patch = JSON.stringify({ data: { a: to } });
  return callTool('update_resource', { kind: 'cm', name: 'reviewed', namespace: NAMESPACE, patch }).then(textOf);
}

/**
 * Our server as VS Code's Agent Host starts it: with the environment of the definition, but without what its resolving
 * adds. VS Code tells nobody a definition, so this looks for the only folder that the extension keeps for one.
 */
async function startedElsewhere(): Promise<Client> {
  const extension = vscode.extensions.getExtension('mcp-k8s.mcp-k8s');
  assert.ok(extension);
  let folders: string[] = [];
  await until('word of this window', async () => {
    // It fails when a file of anyone vanishes while it looks.
    const found = promisify(execFile)('find', [tmpdir(), '-path', '*/mcp-k8s.mcp-k8s/editors/*/*']);
    const { stdout } = await found.catch((error: { stdout: string }) => error);
    folders = [...new Set(stdout.split('\n').filter(Boolean).map(dirname))];
    return folders.length === 1;
  });
  const args = [join(extension.extensionPath, 'dist', 'server.cjs'), '--enable-update', '--review=required'];
  const client = new Client({ name: 'a host', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [...args, `--kubeconfig=${environment.kubeconfig}`],
      env: { PATH: process.env.PATH ?? '', ELECTRON_RUN_AS_NODE: '1', MCP_K8S_EDITORS: folders.join() },
    }),
  );
  return client;
}

async function notifications(): Promise<void> {
  await notified('');
}

describe('reviews', () => {
  before(async () => {
    await kubectl(
      '-n',
      NAMESPACE,
      'create',
      'configmap',
      'reviewed',
      '--from-literal=a=first',
      '--from-literal=b=kept',
    );
    for (const name of SWITCHES) await set(name, true);
    await serverWith((tools) => tools.includes('update_resource') && tools.includes('exec_in_pod'));
  });
  after(async () => {
    for (const name of SWITCHES) await set(name, undefined);
    await kubectl('-n', NAMESPACE, 'delete', 'configmap', 'reviewed', 'reviewed-2', 'reviewed-3', '--ignore-not-found');
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('notifications.hideList');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('show the change as a diff without taking the focus, and write after Apply in the title', async () => {
    const [notes] = await vscode.workspace.findFiles('notes.md');
    assert.ok(notes);
    await vscode.window.showTextDocument(notes, { preview: false });
    const answer = update('second');
    await reviews(1);
    await page.waitFor('.monaco-diff-editor .view-line >> text=second');
    assert.equal(reviewTabs()[0]?.label, `Update ConfigMap ${NAMESPACE}/reviewed in context admin`);
    assert.equal(await value(), 'first', 'nothing is written before the answer');
    await page.waitFor(titleButton('Apply'));
    await screenshots('review-update');
    await page.click(titleButton('Apply'));
    assert.match(await answer, /second/);
    assert.equal(await value(), 'second');
    await reviews(0);
    assert.match(vscode.window.activeTextEditor?.document.uri.path ?? '', /notes\.md$/);
  });

  it('tell the agent the reason that the user typed', async () => {
    const answer = update('rejected');
    await reviews(1);
    await notifications();
    await screenshots('review-notification');
    await page.click('.notifications-center a >> text=Reject with Reason…');
    await page.waitFor('.quick-input-widget input:focus');
    await page.type('not on a Friday');
    await page.screenshot('review-reason');
    await page.press('Enter');
    assert.match(await answer, /rejected this; nothing was written\. Reason: not on a Friday/);
    await reviews(0);
    await page.waitFor('.notifications-center a >> text=Reject with Reason…', { state: 'hidden' });
    assert.equal(await value(), 'second');
  });

  it('still wait when the notification is put away to look at the diff', async () => {
    const answer = update('looked at');
    await reviews(1);
    await notifications();
    await vscode.commands.executeCommand('workbench.action.files.newUntitledFile');
    await page.click('.notifications-center .monaco-button >> text=/^Review$/');
    await page.waitFor('.notifications-center a >> text=Reject with Reason…', { state: 'hidden' });
    await page.waitFor(titleButton('Reject'));
    await page.click(titleButton('Reject'));
    assert.match(await answer, /rejected this; nothing was written/);
    assert.equal(await value(), 'second');
  });

  it('still wait when the user leaves the question for the reason', async () => {
    const answer = update('third');
    await reviews(1);
    await page.click(titleButton('Reject with Reason…'));
    await page.waitFor('.quick-input-widget input:focus');
    await page.press('Escape');
    await page.waitFor('.quick-input-widget', { state: 'hidden' });
    assert.equal(reviewTabs().length, 1);
    await vscode.commands.executeCommand('mcpK8s.reviews.focus');
    await page.waitFor(row(`Update ConfigMap ${NAMESPACE}/reviewed in context admin`));
    await page.screenshot('review-list');
    await page.click(titleButton('Apply'));
    await answer;
    assert.equal(await value(), 'third');
  });

  it('take a closed tab for a no', async () => {
    const answer = update('closed');
    await reviews(1);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.match(await answer, /nothing was written\. Reason: The review was closed/);
    assert.equal(await value(), 'third');
  });

  it('go on when the tab is moved to another group', async () => {
    const answer = update('moved');
    await reviews(1);
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    await vscode.commands.executeCommand('workbench.action.splitEditor');
    await reviews(2);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await reviews(1);
    await vscode.commands.executeCommand('workbench.action.moveEditorToNextGroup');
    await vscode.commands.executeCommand('mcpK8s.applyReview');
    await answer;
    assert.equal(await value(), 'moved');
  });

  it('stay apart when there are two at once', async () => {
    const first = update('one');
    await reviews(1);
    const manifest = ['2', '3']
      .map((number) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: reviewed-${number} }\ndata: { a: new }`)
      .join('\n---\n');
    const second = callTool('create_resource', { manifest, namespace: NAMESPACE }).then(textOf);
    await reviews(2);
    await notifications();
    await page.waitFor('.notifications-center >> text=and 1 more');
    await screenshots('review-two');
    await vscode.commands.executeCommand('notifications.hideList');
    await vscode.window.tabGroups.close(reviewTabs().filter(({ label }) => label.startsWith('Update')));
    assert.match(await first, /nothing was written/);
    assert.equal(reviewTabs().length, 1, 'the other one still waits');
    await page.waitFor('.monaco-diff-editor .view-line >> text=1. Create ConfigMap');
    await page.screenshot('review-several-changes');
    await page.click(titleButton('Apply'));
    assert.match(await second, /created: .*reviewed-2[\s\S]*created: .*reviewed-3/);
    assert.equal(await value(), 'moved');
  });

  it('show what goes and what will run, and leave it alone after a no', async () => {
    const deletion = callTool('delete_resource', { kind: 'cm', name: 'reviewed', namespace: NAMESPACE }).then(textOf);
    await reviews(1);
    await page.waitFor('.monaco-diff-editor .view-line >> text=moved');
    await page.screenshot('review-delete');
    await page.click(titleButton('Reject'));
    assert.match(await deletion, /rejected/);
    assert.equal(await value(), 'moved');
    const command = ['sh', '-c', 'rm -rf /data'];
    const pods = await kubectl(
      '-n',
      'shop',
      'get',
      'pods',
      '-l',
      'app=web',
      '-o',
      'jsonpath={.items[0].metadata.name}',
    );
    const run = callTool('exec_in_pod', { name: pods, namespace: 'shop', command }).then(textOf);
    await reviews(1);
    await page.waitFor('.monaco-diff-editor .view-line >> text=rm -rf /data');
    await page.screenshot('review-exec');
    await page.click(titleButton('Reject'));
    assert.match(await run, /rejected/);
  });

  it('show the value that the agent gave, and no other one of the Secret', async () => {
    const secret = ['create', 'secret', 'generic', 'reviewed', '--from-literal=old=battery-staple'];
    await kubectl('-n', NAMESPACE, ...secret);
    const patch = '{"stringData":{"password":"correct-horse"}}';
    const input = { kind: 'secret', name: 'reviewed', namespace: NAMESPACE, patch };
    const answer = callTool('update_resource', input).then(textOf);
    await reviews(1);
    await page.waitFor('.monaco-diff-editor .view-line >> text=correct-horse');
    const lines = (await page.texts('.monaco-diff-editor .view-line')).join('\n');
    assert.match(lines, /old:."<redacted.#/u);
    assert.doesNotMatch(lines, /staple/);
    await page.click(titleButton('Reject'));
    assert.doesNotMatch(await answer, /horse|staple/);
    await kubectl('-n', NAMESPACE, 'delete', 'secret', 'reviewed');
  });

  it('begin with what is dangerous, and let no character hide', async () => {
    const name = 'reviewed-2';
    const note = 'harmless\u202e\u200b\u001b[2K';
    const manifest = `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, annotations: { note: ${JSON.stringify(note)} } }\nspec: { hostPID: true, containers: [{ name: c, image: nginx, securityContext: { privileged: true } }] }`;
    const answer = callTool('create_resource', { manifest, namespace: NAMESPACE }).then(textOf);
    await reviews(1);
    await page.waitFor('.monaco-diff-editor .view-line >> text=# ⚠ Container c runs privileged');
    await notifications();
    await page.waitFor('.notifications-center >> text=runs privileged');
    await screenshots('review-dangers');
    await vscode.commands.executeCommand('notifications.hideList');
    const [document] = vscode.workspace.textDocuments.filter(
      ({ uri }) => uri.scheme === 'k8s-review' && uri.path.includes('/after/'),
    );
    const text = document?.getText() ?? '';
    assert.match(
      text,
      /^# ⚠ Container c runs privileged.*\n# ⚠ Its pods share with the node: hostPID\.\napiVersion: v1\n/,
    );
    assert.match(text, /note: "harmless\\{1,2}u202[Ee]\\{1,2}u200[Bb]\\{1,2}(e|u001[Bb])\[2K"/);
    assert.match(text, /restartPolicy: Always/, 'what the API server adds is there too');
    await page.click(titleButton('Reject'));
    assert.match(await answer, /rejected/);
  });

  it('end when the agent cancels its call', async () => {
    const before = await value();
    const cancellation = new vscode.CancellationTokenSource();
    const tool = vscode.lm.tools.find(({ name }) => name.endsWith('_update_resource'));
    assert.ok(tool);
    const input = { kind: 'cm', name: 'reviewed', namespace: NAMESPACE, patch: '{"data":{"a":"cancelled"}}' };
    const answer = vscode.lm.invokeTool(tool.name, { input, toolInvocationToken: undefined }, cancellation.token);
    Promise.resolve(answer).catch(() => {});
    await reviews(1);
    cancellation.cancel();
    await reviews(0);
    assert.equal(await value(), before);
  });

  it('of a server that a host started by itself are shown here, and opens nothing else', async () => {
    const server = await startedElsewhere();
    try {
      const read = await call(server, 'get_resource', { kind: 'cm', name: 'reviewed', namespace: NAMESPACE });
      assert.match(read, /kind: ConfigMap/);
      const patch = JSON.stringify({ data: { a: 'elsewhere' } });
      const answer = call(server, 'update_resource', { kind: 'cm', name: 'reviewed', namespace: NAMESPACE, patch });
      await reviews(1);
      await page.waitFor('.monaco-diff-editor .view-line >> text=elsewhere');
      assert.deepEqual(objectTabs(), []);
      await page.click(titleButton('Apply'));
      assert.match(await answer, /elsewhere/);
      assert.equal(await value(), 'elsewhere');
    } finally {
      await server.close();
    }
  });

  it('end when the server goes', async () => {
    const before = await value();
    const answer = update('lost');
    answer.catch(() => {});
    await reviews(1);
    await vscode.commands.executeCommand('mcpK8s.restartServer');
    await reviews(0);
    await serverWith((tools) => tools.includes('update_resource'));
    assert.equal(await value(), before);
  });
});
