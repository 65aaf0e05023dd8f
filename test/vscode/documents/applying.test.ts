import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { notified } from '../tree.ts';
import { kubectl, screenshots, set, until, untitled } from '../workspace.ts';
import { answerReview, edit, problems } from './editing.ts';

const NAMESPACE = 'team-b';
const MANIFEST = `# What the tests apply.
apiVersion: v1
kind: ConfigMap
metadata:
  name: applied-a
  namespace: ${NAMESPACE}
data:
  a: "1"
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: applied-b
  namespace: ${NAMESPACE}
data:
  b: "1"
`;

async function manifest(content = MANIFEST): Promise<vscode.TextEditor> {
  const document = await untitled(content);
  const editor = await vscode.window.showTextDocument(document);
  // The command uses the active editor, which a busy window reports a moment later.
  await until('the editor to be active', () => vscode.window.activeTextEditor === editor);
  return editor;
}

const apply = () => vscode.commands.executeCommand('mcpK8s.applyDocument');
const data = (name: string) =>
  kubectl('-n', NAMESPACE, 'get', 'configmap', name, '--ignore-not-found', '-o', 'jsonpath={.data}');

describe('applying a document', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(() => kubectl('-n', NAMESPACE, 'delete', 'configmap', 'applied-a', 'applied-b', '--ignore-not-found'));

  it('creates what does not exist, after one review of all of it', async () => {
    await manifest();
    await page.waitFor('.editor-actions [aria-label^="Apply This Document"]');
    await page.click('.editor-actions [aria-label^="Apply This Document"]');
    await answerReview('Apply', 'apply-review');
    await notified('ConfigMap team-b/applied-b created');
    await screenshots('apply-outcome');
    assert.deepEqual([await data('applied-a'), await data('applied-b')], ['{"a":"1"}', '{"b":"1"}']);
  });

  it('updates what exists, and tells it from what is as it should be', async () => {
    const { document } = await manifest();
    await edit(document, 'b: "1"', 'b: "2"\n  c: "3"');
    const applied = apply();
    await answerReview('Apply');
    await notified('ConfigMap team-b/applied-a unchanged; ConfigMap team-b/applied-b updated');
    await applied;
    assert.equal(await data('applied-b'), '{"b":"2","c":"3"}');
  });

  it('applies the selection alone', async () => {
    const editor = await manifest(MANIFEST.replace('a: "1"', 'a: "5"').replace('b: "1"', 'b: "5"'));
    const [start, end] = [editor.document.getText().indexOf('---') + 4, editor.document.getText().length];
    editor.selection = new vscode.Selection(editor.document.positionAt(start), editor.document.positionAt(end));
    const applied = apply();
    await answerReview('Apply');
    await notified('ConfigMap team-b/applied-b updated');
    await applied;
    assert.equal(await data('applied-a'), '{"a":"1"}');
  });

  it('writes nothing when one object cannot be, and shows what is wrong at its place', async () => {
    const { document } = await manifest(MANIFEST.replace('a: "1"', 'a: "7"').replace('data:\n  b', 'dataa:\n  b'));
    const applied = apply();
    await notified('applied-b failed');
    await until('the mark', () => problems(document).length > 0);
    const [problem, ...others] = problems(document);
    assert.equal(others.length, 0);
    assert.match(problem?.message ?? '', /unknown field/);
    assert.equal(document.getText(problem?.range), 'dataa');
    await screenshots('apply-problem');
    await vscode.commands.executeCommand('notifications.clearAll');
    await applied;
    assert.equal(await data('applied-a'), '{"a":"1"}');
  });

  it('writes nothing when the user says no', async () => {
    await manifest(MANIFEST.replace('a: "1"', 'a: "8"'));
    const applied = apply();
    await answerReview('Reject');
    await applied;
    assert.equal(await data('applied-a'), '{"a":"1"}');
  });

  it('is the user’s own right, whatever agents may do', async () => {
    await set('enableCreate', undefined);
    try {
      await manifest(MANIFEST.replaceAll('applied-', 'forbidden-'));
      const applied = apply();
      await answerReview('Reject');
      await applied;
      assert.equal(await data('forbidden-a'), '');
    } finally {
      await set('enableCreate', true);
    }
  });
});
