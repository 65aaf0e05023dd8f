import assert from 'node:assert/strict';
import { mock } from 'node:test';
import * as vscode from 'vscode';
import { DocumentConflicts } from '../../../../src/extension/documents/document-conflicts.ts';
import { commands, window, workspace } from '../../../support/vscode.ts';

const uri = vscode.Uri.parse('k8s:///admin/shop/configmaps/settings.yaml?context=admin');

describe('conflicts of documents', () => {
  let conflicts: DocumentConflicts;
  /** What was done, in its order. */
  let done: string[];
  let liveChanged: vscode.EventEmitter<vscode.Uri>;
  let live: vscode.TextDocumentContentProvider;

  beforeEach(() => {
    done = [];
    conflicts = new DocumentConflicts(undefined as never);
    const event = new vscode.EventEmitter<vscode.Uri>().event;
    liveChanged = new vscode.EventEmitter<vscode.Uri>();
    mock.method(workspace, 'registerTextDocumentContentProvider', (scheme: string, provider: typeof live) => {
      assert.equal(scheme, 'k8s-live');
      live = provider;
      return { dispose: () => undefined };
    });
    const files = {
      ...{ onDidChangeDraft: event, onDidFallBehind: event, onDidChangeLive: liveChanged.event },
      discard: () => done.push('discard'),
      refresh: async () => done.push('refresh'),
    };
    conflicts.register(files as never, undefined as never);
    mock.method(commands, 'executeCommand', async (command: string) => done.push(command));
  });
  afterEach(() => {
    conflicts.dispose();
    mock.timers.reset();
    mock.restoreAll();
    window.tabGroups.activeTabGroup = { tabs: [] };
  });

  /** The document comes to the front, or another does. */
  const showing = (shown: vscode.Uri) =>
    mock.method(window, 'showTextDocument', async () => {
      done.push('show');
      const tab = { input: new vscode.TabInputText(shown) };
      window.tabGroups.activeTabGroup = { tabs: [tab], activeTab: tab };
    });

  it('end with the live object, without a wait in which another editor could become active', async () => {
    showing(uri);
    await conflicts.reload(uri);
    assert.deepEqual(done, ['show', 'discard', 'workbench.action.files.revert', 'refresh']);
  });

  it('are compared with the object as it is, also in a diff that is open already', async () => {
    live.onDidChange?.((changed) => done.push(changed.toString()));
    const address = uri.toString().replace('k8s:', 'k8s-live:');
    for (let time = 0; time < 2; time += 1) await conflicts.showLive(uri);
    assert.deepEqual(done, ['refresh', address, 'vscode.diff', 'refresh', address, 'vscode.diff']);
    liveChanged.fire(uri);
    assert.deepEqual(done.slice(6), [address]);
  });

  it('discard nothing when another editor is active by then', async () => {
    showing(vscode.Uri.parse('file:///notes.md'));
    mock.timers.enable({ apis: ['setTimeout'] });
    const refused = assert.rejects(conflicts.reload(uri), /Another editor came to the front/);
    await new Promise(setImmediate);
    mock.timers.tick(60_000);
    await refused;
    assert.deepEqual(done, ['show']);
  });
});
