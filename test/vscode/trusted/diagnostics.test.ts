import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { inViewer } from '../viewer.ts';
import { until } from '../workspace.ts';

const PASSWORD = 'pass-that-nobody-sees';
const scheme = 'mcp-k8s-diagnostics';

async function set(setting: 'kubeconfig' | 'context', value: string | undefined): Promise<void> {
  await vscode.workspace.getConfiguration('mcpK8s').update(setting, value, vscode.ConfigurationTarget.Global);
}

/** Runs the diagnostics, whose page is looked at; returns the report as text, and the mark of each section. */
async function diagnose(picture: string): Promise<{ text: string; marks: string[] }> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await vscode.commands.executeCommand('mcpK8s.runDiagnostics');
  const asText = inViewer('role=button[name="Open as Text"]');
  await page.waitFor(asText);
  const [shown = ''] = await page.texts(inViewer('main'));
  assert.ok(!shown.includes(PASSWORD), shown);
  await page.screenshot(`diagnostics-${picture}`);
  await page.click(asText);
  let text = '';
  await until('the report', () => {
    const { document } = vscode.window.activeTextEditor ?? {};
    text = document?.uri.scheme === scheme ? document.getText() : '';
    return text !== '';
  });
  return { text, marks: [...text.matchAll(/^## (\S+)/gm)].map(([, mark = '']) => mark) };
}

describe('diagnostics', () => {
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-diagnostics-'));
  });
  after(() => rm(folder, { recursive: true }));
  afterEach(async () => {
    await set('kubeconfig', undefined);
    await set('context', undefined);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('say what works for an admin, from the kubeconfig to the chat', async () => {
    const { text, marks } = await diagnose('admin');
    assert.deepEqual(marks, ['✔', '✔', '✔', '✔', '✔', '✔'], text);
    assert.match(text, /Everything works\./);
    assert.match(text, /kubeconfig\.yaml \(found in the workspace folder\)/);
    assert.match(text, /Context admin: cluster https:\/\/127\.0\.0\.1:\d+, namespace default/);
    assert.match(text, /User admin signs in with a client certificate/);
    assert.match(text, /Kubernetes v1\.\d+\.\d+ answers/);
    assert.match(text, /create everything/);
    const [, count, names = ''] = /Offers (\d+) tools: (.*)/.exec(text) ?? [];
    assert.match(names, /\bget_resource\b/);
    assert.equal(names.split(', ').length, Number(count));
    assert.match(text, new RegExp(`Has ${count} tools of this server`));
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'markdown');
  });

  it('tell a viewer what is closed', async () => {
    await set('context', 'viewer');
    const { text, marks } = await diagnose('viewer');
    assert.deepEqual(marks, ['✔', '✔', '✔', '✔', '✔', '✔'], text);
    assert.match(text, /User viewer signs in with a token/);
    assert.match(text, /read pods, deployments\.apps, .* and \d+ more/);
    assert.match(text, /create nothing/);
    assert.match(text, /not run commands in containers/);
    assert.doesNotMatch(text, /secrets/);
    assert.doesNotMatch(text, /viewer-token/);
  });

  it('tell a tenant that only one namespace is open', async () => {
    await set('context', 'tenant');
    const { text } = await diagnose('tenant');
    assert.match(text, /In namespace team-a you may:\n {2}- read .*pods/);
    assert.match(text, /You may not list pods in all namespaces/);
  });

  it('tell what to do when the cluster refuses the credentials', async () => {
    await set('context', 'refused');
    const { text, marks } = await diagnose('refused');
    assert.deepEqual(marks, ['✔', '✘', '…', '✔', '✔', '✔'], text);
    assert.match(text, /refused your credentials/);
    assert.match(text, /Sign in to the cluster/);
    assert.doesNotMatch(text, /a-token-that/);
  });

  it('tell which line of a broken kubeconfig to mend, without showing it', async () => {
    const path = join(folder, 'broken.yaml');
    await writeFile(path, `users:\n- name: a\n  user: {password: "${PASSWORD}\n`);
    await set('kubeconfig', path);
    const { text, marks } = await diagnose('broken');
    assert.deepEqual(marks, ['✘', '…', '…', '✔', '✔', '✔'], text);
    assert.match(text, /^Not everything works\. Look at: Kubeconfig\.$/m);
    assert.match(text, /broken\.yaml is not valid YAML \(line \d\)/);
    assert.match(text, /Correct the file, or name another one in the setting mcpK8s\.kubeconfig/);
    assert.ok(!text.includes(PASSWORD));
  });

  it('tell what to look at when the cluster is dead', async () => {
    const path = join(folder, 'dead.yaml');
    const [cluster, user] = [{ server: `https://someone:${PASSWORD}@127.0.0.1:1` }, { token: PASSWORD }];
    const content = {
      clusters: [{ name: 'dead', cluster }],
      users: [{ name: 'dead', user }],
      contexts: [{ name: 'dead', context: { cluster: 'dead', user: 'dead' } }],
      'current-context': 'dead',
    };
    await writeFile(path, JSON.stringify(content));
    await set('kubeconfig', path);
    const { text, marks } = await diagnose('dead-cluster');
    assert.deepEqual(marks, ['✔', '✘', '…', '✔', '✔', '✔'], text);
    assert.match(text, /cannot be reached: the connection was refused/);
    assert.match(text, /VPN, proxy or firewall/);
    assert.ok(!text.includes(PASSWORD));
  });
});
