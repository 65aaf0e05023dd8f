import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { kubectl, openObject, until } from '../workspace.ts';

describe('documents', () => {
  before(() => kubectl('-n', 'team-b', 'create', 'configmap', 'document', '--from-literal=a=first'));
  after(() => kubectl('-n', 'team-b', 'delete', 'configmap', 'document', '--ignore-not-found'));
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('show the live object as YAML and follow it on refresh', async () => {
    const document = await openObject('team-b/configmaps/document');
    await vscode.window.showTextDocument(document);
    assert.equal(document.languageId, 'yaml');
    assert.match(document.getText(), /^apiVersion: v1\nkind: ConfigMap\n/);
    assert.doesNotMatch(document.getText(), /managedFields/);
    await kubectl('-n', 'team-b', 'patch', 'configmap', 'document', '-p', '{"data":{"a":"second"}}');
    await vscode.commands.executeCommand('mcpK8s.refreshDocument');
    await until('the new content', () => document.getText().includes('a: second'));
  });

  it('open in the same tab every time', async () => {
    for (let time = 0; time < 3; time += 1) {
      await vscode.window.showTextDocument(await openObject('team-b/configmaps/document'), { preview: false });
    }
    assert.equal(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length, 1);
  });

  it('redact Secrets', async () => {
    const document = await openObject('shop/secrets/db-credentials');
    await vscode.window.showTextDocument(document);
    assert.match(document.getText(), /<redacted #[0-9a-f]{4}>/);
    assert.doesNotMatch(document.getText(), /demo-Pa55word|ZGVtby1QYTU1d29yZ/);
    await page.screenshot('document-secret');
  });

  it('say in plain words why there is nothing to show', async () => {
    for (const [path, context, expected] of [
      ['team-b/configmaps/absent', 'admin', /# .*absent/],
      ['team-b/nopes/x', 'admin', /no kind "nopes"/],
      ['team-b/configmaps/document', 'nowhere', /no context "nowhere"/],
    ] as const) {
      assert.match((await openObject(path, context)).getText(), expected);
    }
  });

  it('read odd and very long names', async () => {
    const names = [
      '_/clusterroles.rbac.authorization.k8s.io/system:node',
      'team-a/widgets.demo.mcp-k8s.dev/widget.with.dots-0.9',
    ];
    for (const name of names) assert.match((await openObject(name)).getText(), /^apiVersion: /, name);
  });
});
