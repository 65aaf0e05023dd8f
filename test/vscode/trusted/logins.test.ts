import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import * as vscode from 'vscode';
import { parse, stringify } from 'yaml';
import { isAlive } from '../../support/alive.ts';
import { AskingPlugin } from '../../support/asking-plugin.ts';
import { page } from '../harness/page.ts';
import { notification, notified, readAloud, row } from '../tree.ts';
import { callTool, environment, offeredTools, screenshots, startServer, textOf, until } from '../workspace.ts';

const URL = 'https://login.example/device?next=%2Fa%2Bb&state=a%3Db';
const QUESTION = `waits for you to sign in to context sso: open ${URL} and enter the code ABCD-EFGH`;
const LINK = '.notifications-center a';

describe('logins', () => {
  let folder: string;
  let plugin: AskingPlugin;
  const settings = () => vscode.workspace.getConfiguration('mcpK8s');
  const use = async (name: 'kubeconfig' | 'context', value: string | undefined) =>
    settings().update(name, value, vscode.ConfigurationTarget.Global);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-login-'));
    const { clusters, users } = parse(await readFile(environment.kubeconfig, 'utf8'));
    const pem = (field: string) => Buffer.from(users[0].user[field], 'base64').toString();
    plugin = await AskingPlugin.create(folder, {
      says: `To sign in, open [this](command:workbench.action.quit) ${URL} and enter the code ABCD-EFGH\n`,
      status: {
        clientCertificateData: pem('client-certificate-data'),
        clientKeyData: pem('client-key-data'),
      },
    });
    const file = join(folder, 'sso.yaml');
    await writeFile(
      file,
      stringify({
        clusters: [{ ...clusters[0], name: 'sso' }],
        users: [{ name: 'sso', user: plugin.user }],
        contexts: [{ name: 'sso', context: { cluster: 'sso', user: 'sso' } }],
      }),
    );
    await use('kubeconfig', [environment.kubeconfig, file].join(delimiter));
    await vscode.commands.executeCommand('mcpK8s.clusters.focus');
    await page.waitFor(row('sso'));
  });
  afterEach(async () => {
    // An unanswered one would appear in the next test.
    await plugin.answer();
    await use('kubeconfig', undefined);
    await use('context', undefined);
    await page.waitFor(row('sso'), { state: 'hidden' });
    await vscode.commands.executeCommand('notifications.hideList');
    await rm(folder, { recursive: true });
  });

  it('are asked for in a notification with the code, which opens the address; then the list fills by itself', async () => {
    // Those of the other context, where an earlier test has left it open.
    const namespacesShown = async () => (await readAloud()).filter((label) => label === 'Namespace kube-public').length;
    const before = await namespacesShown();
    await page.click(row('sso'));
    await notified(QUESTION);
    await screenshots('login');
    const shown = `${notification(QUESTION)} .notification-list-item-message a`;
    assert.deepEqual(await page.texts(shown), ['Copy Code and Open'], 'nothing that the plugin says is a link');
    await page.click(`${LINK} >> text=Copy Code and Open`);
    // Under test VS Code never asks before opening an address, so the code is the last step to check.
    await until('the code', async () => (await vscode.env.clipboard.readText()) === 'ABCD-EFGH');
    await vscode.commands.executeCommand('notifications.showList');
    await page.waitFor(notification(QUESTION));
    await plugin.answer();
    await until('the namespaces', async () => (await namespacesShown()) === before + 1);
    await page.waitFor(notification(QUESTION), { state: 'hidden' });
    assert.equal((await plugin.runs()).filter(({ event }) => event === 'ask').length, 1);
  });

  it('end when they are cancelled, and nobody asks again by themselves', async () => {
    await page.click(row('sso'));
    await notified(QUESTION);
    await page.click(`${notification(QUESTION)} .monaco-button >> text=Cancel`);
    await page.waitFor('.pane-body .monaco-list-row >> text=/cancelled the login/');
    await page.screenshot('login-cancelled');
    const [{ pid } = { pid: 0 }] = await plugin.runs();
    await until('the end of the plugin', () => !isAlive(pid));
    assert.equal((await plugin.runs()).filter(({ event }) => event === 'begin').length, 1);
  });

  it('of an agent’s server are asked for in the same way, and its call goes on', async () => {
    await use('context', 'sso');
    await until('the tools', async () => {
      await startServer();
      return offeredTools().includes('list_resources');
    });
    const call = callTool('list_resources', { kind: 'namespaces' });
    await notified(QUESTION);
    await page.screenshot('login-agent');
    await plugin.answer();
    assert.match(textOf(await call), /kube-public/);
    await page.waitFor(notification(QUESTION), { state: 'hidden' });
  });
});
