import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { parse, stringify } from 'yaml';
import { page } from '../harness/page.ts';
import { call, closeClients, connect, copiedAddress, openSheet, stopServing, toolsAt } from '../serving.ts';
import {
  callTool,
  choices,
  decide,
  offeredTools,
  STATUS,
  screenshots,
  set,
  startServer,
  textOf,
  until,
} from '../workspace.ts';

const KUBECONFIG = 'Connect with kubeconfig.yaml';
const UPDATE = 'Let agents update';
const DELETE = 'Let agents delete';
const WELCOME = '.pane-body .welcome-view-content';
const VIEW_ROW = '.pane-body .monaco-list-row';
const REFUSED = 'Kubeconfig not allowed';
const WAITING = 'before you have decided';
const NEVER_SHOWN = 'k8s:///_/namespaces/team-b.yaml?context=admin';
const ROW = '.quick-input-list .monaco-list-row';

// The workspace's settings turn two switches on, and its folder has the admin's kubeconfig; KUBECONFIG is the viewer's.
describe('consent', () => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const file = join(folder, 'kubeconfig.yaml');
  let served = { url: '', token: '' };
  const marker = join(tmpdir(), `mcp-k8s-ran-${process.pid}`);

  let original = '';

  before(async () => {
    original = await readFile(file, 'utf8');
  });
  after(() => rm(marker, { force: true }));
  afterEach(async () => {
    // A test that fails midway leaves its own behind.
    if ((await readFile(file, 'utf8')) !== original) await writeFile(file, original);
    await closeClients();
    await vscode.commands.executeCommand('notifications.hideList');
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  /** The list beside the question. */
  const details = async () => {
    await until('the question', async () => (await choices()).length > 0);
    return vscode.window.activeTextEditor?.document.uri.scheme === 'mcp-k8s-consent'
      ? vscode.window.activeTextEditor.document.getText().replaceAll('\n    ', '')
      : '';
  };
  const readSecret = async () =>
    textOf(await callTool('get_resource', { kind: 'secret', name: 'db-credentials', namespace: 'shop' }));

  it('is not asked for when the window opens', async () => {
    await vscode.extensions.getExtension('mcp-k8s.mcp-k8s')?.activate();
    await page.waitFor(STATUS);
    assert.deepEqual(await choices(), []);
  });

  it('is asked for when an agent comes, who is told that the answer is awaited, and reaches no other cluster', async () => {
    await until('the tools that read', async () => {
      await startServer();
      return offeredTools().includes('get_resource');
    });
    await until('the question', async () => (await choices()).length === 3);
    assert.deepEqual(
      await page.texts('.quick-input-list .monaco-list-row[aria-checked=true]'),
      [],
      'nothing is allowed beforehand',
    );
    assert.match(await readSecret(), /has not yet agreed to the kubeconfig/);
    await page.waitFor(`${STATUS} >> text=waiting for your answer`);
    await vscode.commands.executeCommand('mcpK8s.clusters.focus');
    await page.waitFor(`${WELCOME} >> text=${WAITING}`);
    await screenshots('consent');
    assert.ok(!offeredTools().some((tool) => /^(update|delete|scale)/.test(tool)));
  });

  it('stays open when the question is dismissed, and is asked for again from the view', async () => {
    await page.press('Escape');
    await until('no question', async () => (await choices()).length === 0);
    assert.match(await readSecret(), /has not yet agreed/);
    assert.deepEqual(await choices(), []);
    await page.screenshot('consent-welcome');
    await page.click(`${WELCOME} .monaco-button >> text=Decide…`);
    await until('the question', async () => (await choices()).length === 3);
  });

  it('when it is refused, is not replaced by another kubeconfig: everybody says so, and how to change it', async () => {
    void vscode.commands.executeCommand('mcpK8s.answerWorkspace');
    await decide([KUBECONFIG, UPDATE, DELETE], []);
    await page.waitFor(`${STATUS} >> text=kubeconfig not allowed`);
    await page.waitFor(`${WELCOME} >> text=${REFUSED}`);
    assert.match(await readSecret(), /refused the kubeconfig that this workspace provides.*Show What This Workspace/);
    void vscode.commands.executeCommand('mcpK8s.browseResources');
    await page.waitFor(`${ROW} >> text=You did not allow the kubeconfig`);
    await page.screenshot('consent-refused');
  });

  it('is for each thing by itself: the kubeconfig yes, the switches no', async () => {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await page.click(STATUS);
    await decide([KUBECONFIG, UPDATE, DELETE], [KUBECONFIG]);
    await page.waitFor(`${STATUS} >> text=admin`);
    // The same server, so an agent can continue.
    assert.match(await readSecret(), /kind: Secret/);
    await page.waitFor(`${VIEW_ROW} >> text=admin`);
    assert.ok(!offeredTools().includes('update_resource'));
    assert.deepEqual(await choices(), []);
  });

  it('is what counts over HTTP too', async () => {
    await openSheet();
    served = await copiedAddress();
    const client = await connect(served);
    const secret = { kind: 'secret', name: 'db-credentials', namespace: 'shop' };
    assert.match(await call(client, 'get_resource', secret), /kind: Secret/);
    assert.ok(!(await toolsAt(served)).includes('update_resource'));
  });

  it('can be given later, from the status bar', async () => {
    await page.click(STATUS);
    await page.click(`${ROW} >> text=What This Workspace Asks For`);
    await decide([UPDATE, DELETE], [UPDATE, DELETE]);
    await until('the tools', async () => {
      await startServer();
      return offeredTools().includes('update_resource') && offeredTools().includes('delete_resource');
    });
    await until('the tools over HTTP', async () => (await toolsAt(served)).includes('delete_resource'));
    await stopServing();
  });

  it('is not asked for again for the same value, and is for another current context, which is another cluster', async () => {
    const configuration = vscode.workspace.getConfiguration('mcpK8s');
    await configuration.update('enableUpdate', undefined, vscode.ConfigurationTarget.Workspace);
    await until('the tool to go', async () => {
      await startServer();
      return !offeredTools().includes('update_resource');
    });
    await configuration.update('enableUpdate', true, vscode.ConfigurationTarget.Workspace);
    await until('the tool', async () => {
      await startServer();
      return offeredTools().includes('update_resource');
    });
    assert.deepEqual(await choices(), []);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('current-context: admin', 'current-context: viewer'));
    assert.match(await readSecret(), /has not yet agreed/);
    // Consent to a switch covers only the context it was asked for.
    const asked = [KUBECONFIG, `${UPDATE}in context viewer`, `${DELETE}in context viewer`];
    await decide(asked, []);
    await until('the tool to go', async () => {
      await startServer();
      return !offeredTools().includes('update_resource');
    });
    await writeFile(file, text);
    await page.waitFor(`${STATUS} >> text=admin`);
    await until('the tool', async () => {
      await startServer();
      return offeredTools().includes('update_resource');
    });
    assert.deepEqual(await choices(), []);
  });

  it('waits for settings that allow more than the user’s own, and not for those that allow less', async () => {
    const contexts = async () => textOf(await callTool('list_contexts', {}));
    await set('allowedContexts', ['*']);
    await until('the question', async () => (await choices()).length > 0);
    await page.screenshot('consent-settings');
    await decide(['allowedContexts = *'], []);
    const refused = await contexts();
    await set('allowedContexts', undefined);
    await set('enableList', false);
    await until('the tool to go', async () => {
      await startServer();
      return !offeredTools().includes('list_resources');
    });
    assert.deepEqual(await choices(), []);
    await set('enableList', undefined);
    await until('the tool', async () => {
      await startServer();
      return offeredTools().includes('list_resources');
    });
    assert.equal(await contexts(), refused);
  });

  it('names every program with its arguments and environment, every file and every server, and holds for the program as it is', async () => {
    const text = await readFile(file, 'utf8');
    const kubeconfig = parse(text);
    const plugin = join(folder, 'plugin.sh');
    const token = parse(await readFile(process.env.KUBECONFIG ?? '', 'utf8')).users[0].user.token;
    const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } };
    const script = `#!/bin/sh\necho ran >> ${marker}\necho '${JSON.stringify(credential)}'\n`;
    await writeFile(plugin, script);
    await chmod(plugin, 0o755);
    const env = [
      { name: 'LD_PRELOAD', value: './evil.so' },
      { name: 'FORGED', value: 'a\u202Eb [Allow](command:x)' },
    ];
    const exec = { apiVersion: credential.apiVersion, command: './plugin.sh', args: ['--for', 'two words'], env };
    kubeconfig.users.push({ name: 'stranger', user: { exec: { ...exec, interactiveMode: 'Never' } } });
    kubeconfig.users.push({ name: 'unused', user: { tokenFile: '/home/me/.ssh/id_ed25519' } });
    kubeconfig.clusters.push({ name: 'unused', cluster: { server: 'https://collect.example' } });
    for (const { name, context } of kubeconfig.contexts) if (name === 'admin') context.user = 'stranger';
    await writeFile(file, stringify(kubeconfig));
    assert.match(await readSecret(), /has not yet agreed/);
    const question = await details();
    for (const part of [
      `LD_PRELOAD=./evil.so FORGED="a\\u{202e}b \\u{5b}Allow](command:x)" ${plugin} --for "two words"`,
      '/home/me/.ssh/id_ed25519',
      'https://collect.example',
      kubeconfig.clusters[0].cluster.server,
    ])
      assert.ok(question.includes(part), `${part} in ${question}`);
    await screenshots('consent-everything');
    await decide([`${KUBECONFIG}, and run its programs (1)`], [KUBECONFIG]);
    // For the server and for the view. One that has started but not yet read its script would run what is there then.
    const runs = async () => (existsSync(marker) ? (await readFile(marker, 'utf8')).trim().split('\n') : []);
    await until('the program to run twice', async () => {
      await callTool('get_resource', { kind: 'namespace', name: 'shop' });
      return (await runs()).length === 2;
    });
    await writeFile(plugin, script.replace('echo ran', 'echo changed'));
    assert.match(await readSecret(), /has not yet agreed/);
    await until('the question', async () => (await choices()).length > 0);
    assert.deepEqual(await runs(), ['ran', 'ran']);
    await decide([KUBECONFIG], []);
    // What the status bar says of admin before that is about the file as it was.
    await page.waitFor(`${STATUS} >> text=kubeconfig not allowed`);
    await writeFile(file, text);
    await page.waitFor(`${STATUS} >> text=admin`);
    await rm(plugin);
    assert.deepEqual(await choices(), []);
  });

  it('is asked for beside the list of all it covers, however long', async () => {
    const text = await readFile(file, 'utf8');
    const kubeconfig = parse(text);
    for (let index = 0; index < 60; index++)
      kubeconfig.clusters.push({ name: `c${index}`, cluster: { server: `https://cluster-${index}.example` } });
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'hidden-at-the-end',
      interactiveMode: 'Never',
    };
    kubeconfig.users.push({ name: 'stranger', user: { exec } });
    await writeFile(file, stringify(kubeconfig));
    assert.match(await readSecret(), /has not yet agreed/);
    const list = await details();
    assert.match(list, /Runs: hidden-at-the-end/);
    assert.match(list, /Connects to: https:\/\/cluster-59\.example/);
    await page.screenshot('consent-list');
    await decide([KUBECONFIG], []);
    // What the status bar says of admin before that is about the file as it was.
    await page.waitFor(`${STATUS} >> text=kubeconfig not allowed`);
    await writeFile(file, text);
    await page.waitFor(`${STATUS} >> text=admin`);
  });

  it('ends when the kubeconfig is changed to run a program, which does not run', async () => {
    const touched = `${marker}-touched`;
    const text = await readFile(file, 'utf8');
    const kubeconfig = parse(text);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'touch', args: [touched] };
    kubeconfig.users.push({ name: 'stranger', user: { exec: { ...exec, interactiveMode: 'Never' } } });
    for (const { name, context } of kubeconfig.contexts) if (name === 'admin') context.user = 'stranger';
    await writeFile(file, stringify(kubeconfig));
    // Immediately, before the server or the editor has noticed the file change.
    const document = vscode.workspace.openTextDocument(vscode.Uri.parse(NEVER_SHOWN));
    assert.match(await readSecret(), /has not yet agreed/);
    assert.match(await details(), /Runs: touch/);
    await page.screenshot('consent-program');
    await decide([KUBECONFIG], []);
    assert.match((await document).getText(), /This workspace provides a kubeconfig|You did not allow/);
    assert.match(await readSecret(), /refused/);
    await writeFile(file, text);
    assert.match(await readSecret(), /kind: Secret/);
    await page.waitFor(`${STATUS} >> text=admin`);
    assert.deepEqual(await choices(), []);
    assert.equal(existsSync(touched), false);
  });
});
