import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { diffTabs, titleButton } from '../reviewing.ts';
import { notified } from '../tree.ts';
import { callTool, kubectl, screenshots, serverWith, set, textOf, until } from '../workspace.ts';

const NAMESPACE = 'team-b';
const SWITCHES = ['enableCreate', 'enableUpdate', 'enableDelete'];
const ROW = '.quick-input-list .monaco-list-row';

/** An agent writes, and the user agrees. */
async function agentWrites(tool: string, input: object): Promise<void> {
  const answer = callTool(tool, { namespace: NAMESPACE, ...input });
  await approve();
  assert.doesNotMatch(textOf(await answer), /nothing was written/);
}

async function approve(): Promise<void> {
  await until('the review', () => diffTabs('k8s-review').length === 1);
  await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
  const yes = ['Apply', 'Delete'].map(titleButton).join(', ');
  await page.waitFor(yes);
  await page.click(yes);
  await until('its end', () => diffTabs('k8s-review').length === 0);
}

/** Opens the list, filtered to one entry. */
async function list(...words: string[]): Promise<void> {
  const shown = vscode.commands.executeCommand('mcpK8s.showChangeHistory');
  Promise.resolve(shown).catch(() => {});
  await page.waitFor(ROW);
  for (const word of words) await page.type(word);
  if (words.length > 0) await page.waitFor(`${ROW}.focused >> text=${words[0]}`);
}

/** Reverts the list's newest entry by its button. */
async function revertFromList(...words: string[]): Promise<void> {
  await list(...words);
  await page.click(`${ROW}.focused .quick-input-list-entry-action-bar .codicon-discard`);
}

const read = (name: string) =>
  kubectl('-n', NAMESPACE, 'get', 'configmap', name, '--ignore-not-found', '-o', 'jsonpath={.data}');

describe('history', () => {
  before(async () => {
    await kubectl(
      '-n',
      NAMESPACE,
      'create',
      'configmap',
      'historic',
      '--from-literal=a=first',
      '--from-literal=b=kept',
    );
    for (const name of SWITCHES) await set(name, true);
    await serverWith((tools) => tools.includes('update_resource') && tools.includes('delete_resource'));
  });
  after(async () => {
    for (const name of SWITCHES) await set(name, undefined);
    await kubectl('-n', NAMESPACE, 'delete', 'configmap', 'historic', 'historic-new', '--ignore-not-found');
    await kubectl('-n', NAMESPACE, 'delete', 'secret', 'historic-secret', '--ignore-not-found');
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('lists the writes and shows what one of them changed', async () => {
    await agentWrites('update_resource', { kind: 'cm', name: 'historic', patch: '{"data":{"a":"second"}}' });
    await list('historic');
    await screenshots('history-list');
    assert.match(
      (await page.texts(`${ROW}.focused`))[0] ?? '',
      /Update ConfigMap team-b\/historic[\s\S]*agent · applied/,
    );
    await page.press('Enter');
    await until('the diff', () => diffTabs('k8s-history').length === 1);
    await page.waitFor('.monaco-diff-editor .view-line >> text=second');
    await page.waitFor(titleButton('Revert Change'));
    await screenshots('history-diff');
  });

  it('reverts an update from its diff, through a review, and keeps what others changed since', async () => {
    await kubectl('-n', NAMESPACE, 'patch', 'configmap', 'historic', '-p', '{"data":{"b":"changed since"}}');
    await list('historic');
    await page.press('Enter');
    await page.waitFor(titleButton('Revert Change'));
    await page.click(titleButton('Revert Change'));
    await until('the review', () => diffTabs('k8s-review').length === 1);
    await page.screenshot('history-revert-review');
    assert.match(await read('historic'), /second/, 'nothing is written before the answer');
    await approve();
    await until('the revert', async () => /"a":"first"/.test(await read('historic')));
    assert.match(await read('historic'), /"b":"changed since"/);
    await list('historic');
    assert.match((await page.texts(`${ROW}.focused`))[0] ?? '', /you · applied/, 'a revert is a write of the user');
  });

  it('reverts a deletion by creating the object again', async () => {
    await agentWrites('delete_resource', { kind: 'cm', name: 'historic' });
    assert.equal(await read('historic'), '');
    await revertFromList('Delete ConfigMap team-b/historic');
    await approve();
    await until('the object', async () => /"a":"first"/.test(await read('historic')));
  });

  it('reverts a creation by deleting the object', async () => {
    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: historic-new }\ndata: { a: new }';
    await agentWrites('create_resource', { manifest });
    await revertFromList('Create ConfigMap team-b/historic-new');
    await approve();
    await until('the deletion', async () => (await read('historic-new')) === '');
  });

  it('writes nothing when the review of a revert is rejected', async () => {
    await agentWrites('update_resource', { kind: 'cm', name: 'historic', patch: '{"data":{"a":"third"}}' });
    await revertFromList('Update ConfigMap team-b/historic');
    await until('the review', () => diffTabs('k8s-review').length === 1);
    await page.click(titleButton('Reject'));
    await until('its end', () => diffTabs('k8s-review').length === 0);
    assert.match(await read('historic'), /third/);
  });

  it('says of what held secret values that it cannot be reverted, and shows none', async () => {
    await kubectl(
      '-n',
      NAMESPACE,
      'create',
      'secret',
      'generic',
      'historic-secret',
      '--from-literal=password=correct-horse',
    );
    const patch = '{"stringData":{"password":"battery-staple"}}';
    await agentWrites('update_resource', { kind: 'secret', name: 'historic-secret', patch });
    await list('historic-secret');
    assert.match((await page.texts(`${ROW}.focused`))[0] ?? '', /cannot be reverted/);
    await page.press('Enter');
    await page.waitFor('.monaco-diff-editor .view-line >> text=changed>');
    assert.doesNotMatch((await page.texts('.monaco-diff-editor .view-line')).join('\n'), /horse|staple/);
    await page.waitFor(titleButton('Revert Change'), { state: 'hidden' });
  });

  it('does not write to another cluster that has a context of the same name', async () => {
    // Needs no second cluster: another server's entry is refused before any request.
    const { appendFile } = await import('node:fs/promises');
    const { defaultJournal } = await import('../../../src/kubernetes/writes/journal.ts');
    const entry = {
      ...{
        time: new Date().toISOString(),
        actor: 'agent',
        access: 'update',
        context: 'admin',
        server: 'https://other',
      },
      ...{ apiVersion: 'v1', kind: 'ConfigMap', namespace: NAMESPACE, name: 'elsewhere', outcome: 'applied' },
      ...{ before: { data: { a: '1' } }, after: { data: { a: '2' } } },
    };
    await appendFile(defaultJournal(), `${JSON.stringify(entry)}\n`);
    await list('elsewhere');
    assert.match((await page.texts(`${ROW}.focused`))[0] ?? '', /agent · applied[\s\S]*https:\/\/other/);
    await page.click(`${ROW}.focused .quick-input-list-entry-action-bar .codicon-discard`);
    await notified('https://other');
    assert.equal(diffTabs('k8s-review').length, 0);
  });
});
