import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { kubectl, objectTabs, openObject, pathInCluster, screenshots, until } from '../workspace.ts';

const SECRET = 'demo-Pa55word-7f3a91';

async function open(path: string): Promise<vscode.TextDocument> {
  const document = await openObject(path);
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}

const links = (document: vscode.TextDocument) =>
  vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri, 100);

describe('redacted values', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('are revealed one by one beside the text, never in it, and hidden again', async () => {
    const document = await open('shop/secrets/db-credentials');
    const before = document.getText();
    await page.waitFor('.codelens-decoration >> text=Reveal Value');
    await screenshots('secret-hidden');
    const line = before.split('\n').findIndex((text) => text.includes('password:'));
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    editor.selection = new vscode.Selection(line, 4, line, 4);
    await vscode.commands.executeCommand('mcpK8s.revealValue');
    await page.waitFor('.codelens-decoration >> text=Hide Value');
    const shown = () =>
      page.texts('.codelens-decoration').then((texts) => texts.filter((text) => text.includes('Hide')).length);
    assert.equal(await shown(), 1);
    await screenshots('secret-revealed');
    assert.equal(document.getText(), before);
    assert.equal(document.isDirty, false);
    await page.click('.codelens-decoration a >> text=Hide Value');
    await until('all hidden', async () => (await shown()) === 0);
  });

  it('are copied without being shown', async () => {
    const document = await open('shop/secrets/db-credentials');
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    const line = document
      .getText()
      .split('\n')
      .findIndex((text) => text.includes('password:'));
    const copy = lenses.find(({ range, command }) => range.start.line === line && command?.title === 'Copy Value');
    assert.ok(copy?.command);
    await vscode.commands.executeCommand(copy.command.command, ...(copy.command.arguments ?? []));
    await until('the clipboard', async () => (await vscode.env.clipboard.readText()) === SECRET);
    await vscode.env.clipboard.writeText('');
    assert.ok(!(await page.texts('.codelens-decoration')).some((text) => text.includes('Hide Value')));
  });
});

describe('links', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('lead to what an object refers to', async () => {
    const document = await open('shop/deployments.apps/api');
    const found = (await links(document)).map(
      ({ target, range }) => `${document.getText(range)} → ${target && pathInCluster(target)}`,
    );
    assert.ok(found.includes('shop-deployer → /shop/serviceaccounts/shop-deployer.yaml'), found.join('\n'));
    assert.ok(found.includes('db-credentials → /shop/secrets/db-credentials.yaml'));
    assert.ok(found.includes('shop → /_/namespaces/shop.yaml'));
    await screenshots('document-links');
  });

  it('lead to owners and nodes, as tabs that are the same every time', async () => {
    await open('shop/deployments.apps/web');
    const pods = await kubectl('-n', 'shop', 'get', 'pods', '-l', 'app=web', '-o', 'name');
    const pod = await open(`shop/pods/${pods.split('\n')[0]?.replace('pod/', '')}`);
    const targets = (await links(pod)).flatMap(({ target }) => target ?? []);
    const owner = targets.find((uri) => pathInCluster(uri).startsWith('/shop/replicasets.apps/'));
    assert.ok(owner);
    assert.ok(targets.some((uri) => pathInCluster(uri).startsWith('/_/nodes/')));
    await vscode.commands.executeCommand('vscode.open', owner);
    const set = vscode.window.activeTextEditor?.document;
    assert.ok(set);
    const deployment = (await links(set)).find(
      ({ target }) => target?.path === '/admin/shop/deployments.apps/web.yaml',
    );
    assert.ok(deployment?.target);
    await vscode.commands.executeCommand('vscode.open', deployment.target);
    assert.equal(objectTabs().filter(({ path }) => path === '/shop/deployments.apps/web.yaml').length, 1);
  });

  it('lead from a selector to its pods', async () => {
    const document = await open('shop/deployments.apps/web');
    const link = (await links(document)).find(({ range }) => document.getText(range) === 'selector');
    assert.ok(link?.target);
    const chosen = vscode.commands.executeCommand(link.target.path, ...JSON.parse(link.target.query));
    await page.waitFor('.quick-input-list .monaco-list-row >> text=web-');
    await screenshots('selected-pods');
    await page.press('Enter');
    await chosen;
    await until('the pod', () => objectTabs().some(({ path }) => path.startsWith('/shop/pods/web-')));
  });
});
