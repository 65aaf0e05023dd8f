import assert from 'node:assert/strict';
import { mock } from 'node:test';
import * as vscode from 'vscode';
import { ClusterObjects } from '../../../../src/extension/documents/cluster-objects.ts';
import { objectText } from '../../../../src/extension/documents/object-text.ts';
import { kind } from '../../../support/api-resource.ts';
import { commands, happens, window } from '../../../support/vscode.ts';

const uri = vscode.Uri.parse('k8s:///admin/shop/configmaps/settings.yaml?context=admin');
const { Manual, AfterDelay } = vscode.TextDocumentSaveReason;

const version = (resourceVersion: string) => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'mine' } },
  metadata: { name: 'settings', namespace: 'shop', resourceVersion },
});

describe('saving a document by force', () => {
  let objects: ClusterObjects;
  /** How the saves ended. */
  let ends: string[];

  beforeEach(() => {
    ends = [];
    const listener = {
      onSaved: () => undefined,
      onFailed: async (_uri: vscode.Uri, error: unknown) => {
        ends.push(error instanceof Error ? error.name : String(error));
      },
    };
    // Whoever asks for the object comes to write it.
    const connection = {
      discovery: { resolve: async () => kind('ConfigMap') },
      client: { json: () => Promise.reject('written') },
    };
    const collaborators = {
      targets: { named: async () => ({}) },
      writes: { writer: async () => ({ connection }) },
    };
    objects = new ClusterObjects(collaborators as never, listener);
    mock.method(window, 'showTextDocument', async () => {
      const tab = { input: new vscode.TabInputText(uri) };
      window.tabGroups.activeTabGroup = { tabs: [tab], activeTab: tab };
    });
  });
  afterEach(() => {
    objects.dispose();
    mock.restoreAll();
    window.tabGroups.activeTabGroup = { tabs: [] };
  });

  /** What VS Code does to save a document, whose text was made from a version before the last. */
  async function save(reason: number): Promise<unknown> {
    const { editable: text } = objectText(version('1'));
    happens.willSaveTextDocument.fire({
      document: { uri: uri as never, isDirty: true, isClosed: false, getText: () => text },
      reason,
    });
    return objects.write(uri, text, version('2'));
  }

  const saving = (act: () => Promise<unknown>) =>
    mock.method(commands, 'executeCommand', async (command: string) => {
      assert.equal(command, 'workbench.action.files.save');
      await act();
    });

  it('writes over others’ changes, once', async () => {
    await save(Manual);
    saving(() => save(Manual));
    await objects.saveByForce(uri);
    await save(Manual);
    assert.deepEqual(ends, ['ConflictError', 'written', 'ConflictError']);
  });

  it('is not used up by an auto save before it', async () => {
    saving(async () => {
      assert.equal(await save(AfterDelay), 'auto save');
      await save(Manual);
    });
    await objects.saveByForce(uri);
    assert.deepEqual(ends, ['written']);
  });

  it('says so when no write came of it, and leaves nothing for the next save', async () => {
    for (const act of [async () => undefined, () => save(AfterDelay)]) {
      const { mock: saved } = saving(act);
      await assert.rejects(objects.saveByForce(uri), /VS Code did not save/);
      saved.restore();
    }
    await save(Manual);
    assert.deepEqual(ends, ['ConflictError']);
  });
});
