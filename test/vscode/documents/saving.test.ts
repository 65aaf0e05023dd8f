import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openRequests } from '../../support/open-requests.ts';
import { page } from '../harness/page.ts';
import { titleButton } from '../reviewing.ts';
import { kubectl, openObject, screenshots, set, until } from '../workspace.ts';
import { answerReview, edit, problems, saveInEditor, startEditing } from './editing.ts';

const NAME = 'edited';
const PATH = `team-b/deployments.apps/${NAME}`;

async function open(path = PATH): Promise<vscode.TextDocument> {
  const document = await openObject(path);
  await startEditing(document);
  return document;
}

/** Saves a document that is not written, and waits until its tab says so again. */
async function saveInVain(document: vscode.TextDocument): Promise<void> {
  const text = document.getText();
  await saveInEditor(document);
  await until('the edits', () => document.isDirty && document.getText() === text);
}

/** With auto save switched on. */
async function autoSaving(act: () => Promise<void>): Promise<void> {
  const files = vscode.workspace.getConfiguration('files');
  await files.update('autoSave', 'afterDelay', vscode.ConfigurationTarget.Workspace);
  await files.update('autoSaveDelay', 100, vscode.ConfigurationTarget.Workspace);
  try {
    await act();
  } finally {
    await files.update('autoSave', 'off', vscode.ConfigurationTarget.Workspace);
    await files.update('autoSaveDelay', undefined, vscode.ConfigurationTarget.Workspace);
  }
}

const field = (path: string) => kubectl('-n', 'team-b', 'get', 'deployment', NAME, '-o', `jsonpath={${path}}`);

describe('saving', () => {
  before(async () => {
    await kubectl('-n', 'team-b', 'create', 'deployment', NAME, '--image=nginx:1.29', '--replicas=0');
    await kubectl('-n', 'team-b', 'rollout', 'status', 'deployment', NAME);
  });
  after(() => kubectl('-n', 'team-b', 'delete', 'deployment', NAME, '--ignore-not-found'));
  afterEach(async () => {
    for (const { uri, isDirty } of vscode.workspace.textDocuments)
      if (isDirty) await vscode.commands.executeCommand('mcpK8s.reloadDocument', uri);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('shows the diff, writes by server-side apply when the user agrees, and follows', async () => {
    const document = await open();
    await edit(document, 'image: nginx:1.29', 'image: nginx:1.30');
    const saved = saveInEditor(document);
    await answerReview('Apply', 'document-review');
    await saved;
    assert.equal(await field('.spec.template.spec.containers[0].image'), 'nginx:1.30');
    const managers = JSON.parse(
      await kubectl('-n', 'team-b', 'get', 'deployment', NAME, '-o', 'json', '--show-managed-fields'),
    );
    const ours = managers.metadata.managedFields.find(({ manager }: { manager: string }) => manager === 'mcp-k8s');
    assert.equal(ours.operation, 'Apply');
    await until('the document as the cluster has it', () => /generation: [2-9]/.test(document.getText()));
    assert.equal(document.isDirty, false);
  });

  it('removes what was removed, and nothing that was hidden', async () => {
    await kubectl('-n', 'team-b', 'label', 'deployment', NAME, 'extra=yes');
    const document = await open();
    await until('the label', () => document.getText().includes('extra: "yes"'));
    await edit(document, '    extra: "yes"\n', '');
    const saved = saveInEditor(document);
    await answerReview('Apply');
    await saved;
    assert.equal(await field('.metadata.labels.extra'), '');
    assert.equal(await field('.metadata.labels.app'), NAME);
  });

  it('keeps the text when the user says no', async () => {
    const document = await open();
    await edit(document, 'replicas: 0', 'replicas: 3');
    const saved = saveInVain(document);
    await answerReview('Reject');
    await saved;
    assert.deepEqual(await page.texts('.notifications-toasts .notification-list-item'), []);
    assert.match(document.getText(), /replicas: 3/);
    assert.equal(await field('.spec.replicas'), '0');
  });

  it('shows what is wrong at the place: YAML, unknown fields, values, another name', async () => {
    const document = await open();
    for (const [before, after, marked, message] of [
      ['image: nginx:1.30', 'imagee: nginx:1.30', 'imagee: nginx:1.30', /unknown field/],
      ['replicas: 0', 'replicas: -1', 'replicas: -1', /greater than or equal to 0/],
      ['replicas: 0', 'replicas: many', 'replicas: many', /string.*int32/],
      [`  name: ${NAME}\n`, '  name: other\n', 'name: other', /cannot be changed/],
      ['kind: Deployment', 'kind: Pod', 'kind: Pod', /cannot be changed/],
      ['replicas: 0', 'replicas: [', '', /flow/i],
    ] as const) {
      await edit(document, before, after);
      await saveInVain(document);
      const [first] = problems(document);
      assert.match(first?.message ?? '', message);
      if (marked) assert.equal(document.getText(first?.range), marked);
      if (marked.startsWith('imagee')) await screenshots('document-problem');
      await edit(document, after, before);
    }
  });

  it('marks a dirty document when the object changes, and lets the user choose', async () => {
    const document = await open();
    await edit(document, 'replicas: 0', 'replicas: 2');
    await kubectl('-n', 'team-b', 'scale', 'deployment', NAME, '--replicas=1');
    await until('the mark', () => problems(document).length > 0);
    const [mark] = problems(document);
    assert.equal(document.getText(mark?.range), 'replicas: 2');
    assert.match(mark?.message ?? '', /now 1/);
    await screenshots('document-behind');
    await saveInVain(document);
    assert.match(document.getText(), /replicas: 2/);
    assert.equal(await field('.spec.replicas'), '1');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      mark?.range,
    );
    assert.ok(actions.length >= 3, JSON.stringify(actions.map(({ title }) => title)));
    await vscode.commands.executeCommand('mcpK8s.showLive', document.uri);
    await page.waitFor('.monaco-diff-editor .view-line >> text=replicas: 1');
    await screenshots('document-show-live');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    const forced = vscode.commands.executeCommand('mcpK8s.overwriteLive', document.uri);
    await answerReview('Apply');
    await forced;
    assert.equal(await field('.spec.replicas'), '2');
    assert.deepEqual(problems(document), []);
  });

  it('names the other owner of a field, and reloads when the user gives way', async () => {
    const document = await open('shop/deployments.apps/catalog');
    await edit(document, 'replicas: 1', 'replicas: 2');
    await saveInVain(document);
    const [conflict] = problems(document);
    assert.match(conflict?.message ?? '', /argocd-controller/);
    assert.equal(document.getText(conflict?.range), 'replicas: 2');
    await screenshots('document-conflict');
    await vscode.commands.executeCommand('mcpK8s.reloadDocument', document.uri);
    await until('the live text', () => !document.isDirty && document.getText().includes('replicas: 1'));
    assert.deepEqual(problems(document), []);
  });

  it('follows the cluster while it is clean', async () => {
    const document = await open();
    await kubectl('-n', 'team-b', 'annotate', 'deployment', NAME, 'seen=live');
    await until('the annotation', () => document.getText().includes('seen: live'));
    // New settings mean a new connection.
    await set('namespace', 'team-b');
    try {
      await kubectl('-n', 'team-b', 'annotate', 'deployment', NAME, 'seen=again', '--overwrite');
      await until('the other annotation', () => document.getText().includes('seen: again'));
    } finally {
      await set('namespace', undefined);
    }
  });

  it('is compared with the cluster as it is, also in a diff that is already open', async () => {
    const document = await open();
    const live = () => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'k8s-live')?.getText() ?? '';
    for (const seen of ['first', 'second']) {
      await kubectl('-n', 'team-b', 'annotate', 'deployment', NAME, `compared=${seen}`, '--overwrite');
      await vscode.commands.executeCommand('mcpK8s.showLive', document.uri);
      await until(`the ${seen} version`, () => live().includes(`compared: ${seen}`));
    }
    await kubectl('-n', 'team-b', 'annotate', 'deployment', NAME, 'compared=third', '--overwrite');
    await until('the third version', () => live().includes('compared: third'));
  });

  it('watches the object only while somebody looks at it', async () => {
    const watches = async () =>
      openRequests(await kubectl('get', '--raw', '/metrics'), {
        resource: 'widgets',
        scope: 'resource',
        verb: 'WATCH',
      });
    await until('the end of all others', async () => (await watches()) === 0);
    await vscode.window.showTextDocument(await openObject('shop/widgets.demo.mcp-k8s.dev/blue-widget'));
    await until('the watch', async () => (await watches()) === 1);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('no watch', async () => (await watches()) === 0);
  });

  it('writes a Secret’s values as text, and keeps what is redacted', async () => {
    await kubectl(
      '-n',
      'team-b',
      'create',
      'secret',
      'generic',
      NAME,
      '--from-literal=a=hidden-a',
      '--from-literal=b=hidden-b',
    );
    try {
      const document = await open(`team-b/secrets/${NAME}`);
      await until('text to edit', () => document.getText().includes('stringData:'));
      const line = document
        .getText()
        .split('\n')
        .findIndex((text) => text.startsWith('  a:'));
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);
      editor.selection = new vscode.Selection(line, 4, line, 4);
      await vscode.commands.executeCommand('mcpK8s.revealValue');
      await page.waitFor('.codelens-decoration >> text=Hide Value');
      await edit(document, /b: "<redacted #\w{4}>"/, 'b: shown');
      await screenshots('secret-edit');
      const saved = saveInEditor(document);
      await answerReview('Apply');
      await saved;
      const data = await kubectl('-n', 'team-b', 'get', 'secret', NAME, '-o', 'jsonpath={.data.a} {.data.b}');
      assert.deepEqual(
        data.split(' ').map((text) => Buffer.from(text, 'base64').toString()),
        ['hidden-a', 'shown'],
      );
      await until('redaction again', () => /b: "<redacted #\w{4}>"/.test(document.getText()));
    } finally {
      await kubectl('-n', 'team-b', 'delete', 'secret', NAME);
    }
  });

  it('says that the object is gone, and keeps the text', async () => {
    await kubectl('-n', 'team-b', 'create', 'configmap', NAME, '--from-literal=a=1');
    const document = await open(`team-b/configmaps/${NAME}`);
    await edit(document, 'a: "1"', 'a: "2"');
    await kubectl('-n', 'team-b', 'delete', 'configmap', NAME);
    await page.waitFor('.tab.dirty .monaco-icon-label.strikethrough');
    await saveInVain(document);
    assert.match(document.getText(), /a: "2"/);
  });

  it('writes nothing into an object of the same name that was made anew meanwhile', async () => {
    const name = 'made-anew';
    const create = () => kubectl('-n', 'team-b', 'create', 'configmap', name, '--from-literal=a=1');
    await create();
    try {
      const document = await open(`team-b/configmaps/${name}`);
      await edit(document, 'a: "1"', 'a: "2"');
      await kubectl('-n', 'team-b', 'delete', 'configmap', name);
      await create();
      await saveInVain(document);
      assert.match(document.getText(), /a: "2"/);
      assert.equal(await kubectl('-n', 'team-b', 'get', 'cm', name, '-o', 'jsonpath={.data.a}'), '1');
    } finally {
      await kubectl('-n', 'team-b', 'delete', 'configmap', name);
    }
  });

  it('keeps objects of the same name apart that are open together', async () => {
    const name = 'same-name';
    const places = ['team-a', 'team-b'];
    const content = (namespace: string) => kubectl('-n', namespace, 'get', 'cm', name, '-o', 'jsonpath={.data.a}');
    for (const namespace of places)
      await kubectl('-n', namespace, 'create', 'configmap', name, `--from-literal=a=${namespace}`);
    try {
      const documents: vscode.TextDocument[] = [];
      for (const namespace of places) {
        const document = await open(`${namespace}/configmaps/${name}`);
        await edit(document, `a: ${namespace}`, `a: changed-in-${namespace}`);
        documents.push(document);
      }
      for (const [index, document] of documents.entries()) {
        await vscode.window.showTextDocument(document, { preview: false });
        const saved = saveInEditor(document);
        await answerReview('Apply');
        await saved;
        assert.equal(await content(places[index] ?? ''), `changed-in-${places[index]}`);
      }
      assert.equal(await content('team-a'), 'changed-in-team-a');
    } finally {
      for (const namespace of places) await kubectl('-n', namespace, 'delete', 'configmap', name);
    }
  });

  it('is the user’s own right, whatever agents may do', async () => {
    await set('enableUpdate', undefined);
    try {
      const document = await open();
      await edit(document, /replicas: \d/, 'replicas: 0');
      const saved = saveInEditor(document);
      await answerReview('Apply');
      await saved;
      assert.equal(await field('.spec.replicas'), '0');
    } finally {
      await set('enableUpdate', true);
    }
  });

  it('merges what others changed elsewhere', async () => {
    const document = await open();
    await edit(document, 'image: nginx:1.30', 'image: nginx:1.31');
    await kubectl('-n', 'team-b', 'label', 'deployment', NAME, 'elsewhere=yes');
    const saved = saveInEditor(document);
    await answerReview('Apply');
    await saved;
    assert.equal(await field('.spec.template.spec.containers[0].image'), 'nginx:1.31');
    assert.equal(await field('.metadata.labels.elsewhere'), 'yes');
    await until('both', () => /elsewhere: "yes"[\s\S]*nginx:1\.31/.test(document.getText()));
  });

  it('begins with reading: nothing is edited by accident, and what only the cluster sets is not at all', async () => {
    const document = await openObject(PATH);
    await vscode.window.showTextDocument(document, { preview: false });
    await page.waitFor(titleButton('Edit'));
    await page.waitFor('.codelens-decoration a >> text=Edit');
    await screenshots('document-read-only');
    await startEditing(document);
    await screenshots('document-editing');
    await edit(document, /observedGeneration: \d+/, 'observedGeneration: 99');
    await saveInVain(document);
    const [problem] = problems(document);
    assert.match(problem?.message ?? '', /Only the cluster sets this/);
    assert.match(document.getText(problem?.range), /observedGeneration: 99/);
    await vscode.commands.executeCommand('mcpK8s.reloadDocument', document.uri);
    await until(
      'the text of the cluster',
      () => !document.getText().includes('observedGeneration: 99') && !document.isDirty,
    );
    await page.waitFor(titleButton('Edit'));
  });

  it('is not what auto save does: it takes the text, and the cluster nothing', () =>
    autoSaving(async () => {
      const document = await open();
      await edit(document, /replicas: \d/, 'replicas: 6');
      await until('the auto save', () => !document.isDirty);
      assert.match(document.getText(), /replicas: 6/);
      assert.notEqual(await field('.spec.replicas'), '6');
      await page.waitFor('.tab.active .monaco-icon-label[aria-label*="not written"]');
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      const again = await openObject(PATH);
      assert.match(again.getText(), /replicas: 6/, 'nothing is lost');
      await vscode.window.showTextDocument(again, { preview: false });
      const saved = vscode.commands.executeCommand('mcpK8s.saveDocument', again.uri);
      await answerReview('Apply');
      await saved;
      await until('the write', async () => (await field('.spec.replicas')) === '6');
    }));

  it('is done anyway when the user insists, also when auto save has taken the text', () =>
    autoSaving(async () => {
      const document = await open();
      await edit(document, /replicas: \d/, 'replicas: 4');
      await until('the auto save', () => !document.isDirty);
      await kubectl('-n', 'team-b', 'scale', 'deployment', NAME, '--replicas=5');
      await until('the mark', () => problems(document).length > 0);
      await Promise.all([vscode.commands.executeCommand('mcpK8s.overwriteLive', document.uri), answerReview('Apply')]);
      await until('the write', async () => (await field('.spec.replicas')) === '4');
    }));
});
