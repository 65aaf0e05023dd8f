import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { openObject, screenshots, until, untitled } from '../workspace.ts';
import { edit, problems } from './editing.ts';

async function manifest(content: string): Promise<vscode.TextDocument> {
  const document = await untitled(content);
  await vscode.window.showTextDocument(document);
  return document;
}

/** The position after a given text in a document. */
function behind(document: vscode.TextDocument, part: string): vscode.Position {
  const start = document.getText().indexOf(part);
  assert.ok(start >= 0, part);
  return document.positionAt(start + part.length);
}

async function hover(document: vscode.TextDocument, key: string): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    behind(document, key),
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}

async function completions(document: vscode.TextDocument, part: string): Promise<string[]> {
  const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    behind(document, part),
  );
  return items
    .filter(({ kind }) => kind !== vscode.CompletionItemKind.Text && kind !== vscode.CompletionItemKind.Snippet)
    .map(({ label }) => (typeof label === 'string' ? label : label.label));
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: helped
spec:
  paused: t
  template:
    spec:
      containers:
      - name: web
        im
        imagePullPolicy: A
`;
const WIDGET = 'apiVersion: demo.mcp-k8s.dev/v1\nkind: Widget\nmetadata:\n  name: helped\nspec:\n  colour: \n';

describe('fields', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('are explained in live objects, custom ones included', async () => {
    const document = await openObject('shop/deployments.apps/web');
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    assert.match(await hover(document, '        terminationMessagePolicy'), /termination message/i);
    const widget = await openObject('shop/widgets.demo.mcp-k8s.dev/blue-widget');
    assert.match(await hover(widget, '  colour'), /painted/);
    await vscode.window.showTextDocument(document);
    // The lens moves the text, which would end the hover.
    await page.waitFor('.codelens-decoration >> text=Edit');
    const position = behind(document, '  revisionHistoryLimi');
    editor.selection = new vscode.Selection(position, position);
    editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenter);
    await vscode.commands.executeCommand('editor.action.showHover');
    await page.waitFor('.monaco-hover >> text=old ReplicaSets');
    await screenshots('field-hover');
  });

  it('and their values are completed in manifests', async () => {
    const document = await manifest(DEPLOYMENT);
    const fields = await completions(document, '        im');
    assert.ok(fields.includes('image'), fields.join());
    assert.ok(!fields.includes('name') && !fields.includes('imagePullPolicy'), fields.join());
    assert.deepEqual(await completions(document, 'imagePullPolicy: A'), ['Always', 'IfNotPresent', 'Never']);
    assert.deepEqual(await completions(document, 'paused: t'), ['false', 'true']);
  });

  it('of custom resources too, as a person types', async () => {
    const document = await manifest(WIDGET);
    assert.deepEqual(await completions(document, '  colour: '), ['blue', 'green', 'red']);
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    const end = document.lineAt(document.lineCount - 1).range.end;
    editor.selection = new vscode.Selection(end, end);
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    await page.type('  rep');
    await page.waitFor('.suggest-widget.visible .monaco-list-row.focused >> text=replicas');
    await screenshots('field-completion');
    await page.press('Enter');
    await until('the field', () => document.getText().includes('  replicas: '));
  });

  it('are nobody’s business in other YAML', async () => {
    const document = await manifest('services:\n  web:\n    image: nginx\n');
    assert.equal(await hover(document, '  web'), '');
  });
});

describe('what the cluster would refuse', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('is marked while it is typed, from the cluster’s schema, custom resources included', async () => {
    const document = await manifest(`${WIDGET}  replicas: many\n  colr: red\n`);
    const messages = () => problems(document).map(({ message }) => message);
    await until('both', () => messages().length === 2);
    assert.match(messages().join('\n'), /string, where .* is wanted[\s\S]*unknown field "spec.colr"/);
    await screenshots('field-problems');
    await edit(document, 'replicas: many', 'replicas: 1');
    await edit(document, '  colr: red\n', '');
    await until('none', () => messages().length === 0);
  });
});

describe('words that mean something else to Kubernetes', () => {
  it('are warned of while they are written, and no longer once they are mended', async () => {
    const document = await manifest('apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  hostNetwork: on\n');
    const messages = () => problems(document).map(({ message }) => message);
    await until('the warning', () => messages().some((message) => /^Kubernetes reads on as true/.test(message)));
    await edit(document, 'hostNetwork: on', 'hostNetwork: true');
    await until('no warning', () => messages().length === 0);
  });

  it('are no business of ours in other YAML', async () => {
    const other = await manifest('services:\n  web:\n    tty: on\n');
    const ours = await manifest('apiVersion: v1\nkind: Pod\nspec:\n  hostNetwork: on\n');
    await until('the warning of the later one', () => problems(ours).length > 0);
    assert.deepEqual(problems(other), []);
  });
});
