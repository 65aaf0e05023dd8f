import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openObject, set, until, untitled } from '../workspace.ts';

interface Contributor {
  schemaUriOf(document: string): string | undefined;
  schemaAt(uri: string): Promise<string>;
}

const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
spec:
  
---
apiVersion: demo.mcp-k8s.dev/v1
kind: Widget
metadata:
  name: b
`;

describe('with the YAML extension', () => {
  let contributor: Contributor;

  before(async () => {
    const extension = vscode.extensions.getExtension<{ contributors: Map<string, Contributor> }>('redhat.vscode-yaml');
    assert.ok(extension);
    const document = await untitled(MANIFEST);
    await vscode.window.showTextDocument(document);
    const { contributors } = await extension.activate();
    await until('our schemas', () => contributors.size > 0);
    contributor = contributors.get('mcp-k8s') as Contributor;
  });

  async function schemaOf(document: vscode.TextDocument): Promise<string> {
    const uri = contributor.schemaUriOf(document.uri.toString());
    assert.ok(uri);
    return contributor.schemaAt(uri);
  }

  it('its completion gets the schemas of every kind of a document, custom ones included', async () => {
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    const text = await schemaOf(document);
    const schema = JSON.parse(text);
    assert.equal(schema.allOf.length, 2);
    assert.match(text, /The colour that it is painted in/);
    for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
      assert.ok(name in schema.components.schemas, name);
    assert.match(await schemaOf(await openObject('shop/configmaps/shop-config')), /binaryData/);
  });

  it('asks for them again once the settings may mean another cluster', async () => {
    const address = vscode.window.activeTextEditor?.document.uri.toString() ?? '';
    const before = contributor.schemaUriOf(address);
    assert.ok(before);
    assert.equal(contributor.schemaUriOf(address), before);
    await set('namespace', 'team-b');
    try {
      await until('another address', () => contributor.schemaUriOf(address) !== before);
    } finally {
      await set('namespace', undefined);
    }
  });

  it('gets nothing, and no error, for a document that is gone', async () => {
    assert.equal(await contributor.schemaAt('mcp-k8s://schema/gone?0'), '{}');
  });

  it('other YAML gets none of them', async () => {
    const document = await untitled('a: 1\n');
    assert.equal(contributor.schemaUriOf(document.uri.toString()), undefined);
  });

  it('our own completion and hover step back', async () => {
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    const at = new vscode.Position(5, 2);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      at,
    );
    assert.ok(!items.some(({ label }) => label === 'replicas'));
    const hover = new vscode.Position(1, 1);
    assert.deepEqual(await vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, hover), []);
  });
});
