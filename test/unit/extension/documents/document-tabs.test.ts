import assert from 'node:assert/strict';
import { mock } from 'node:test';
import * as vscode from 'vscode';
import { bringToFront, isShown } from '../../../../src/extension/documents/document-tabs.ts';
import { happens, window } from '../../../support/vscode.ts';

const [uri, other] = ['one', 'two'].map((name) => vscode.Uri.parse(`k8s:///shop/configmaps/${name}.yaml`));

/** The tab that VS Code reports to be in front. */
function report(shown: vscode.Uri | undefined): void {
  const tab = { input: shown && new vscode.TabInputText(shown) };
  window.tabGroups.activeTabGroup = { tabs: [tab], activeTab: tab };
  window.tabGroups.all = [window.tabGroups.activeTabGroup];
}

describe('tabs of documents', () => {
  beforeEach(() => report(other));
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
    report(undefined);
  });
  assert.ok(uri);

  it('show a document, or others', () => {
    assert.equal(isShown(uri), false);
    report(uri);
    assert.equal(isShown(uri), true);
  });

  it('come to the front, which a busy window reports later', async () => {
    let reporting = () => report(uri);
    mock.method(window, 'showTextDocument', async () => reporting());
    await bringToFront(uri);
    for (const event of [happens.changeTabs, happens.changeTabGroups]) {
      report(other);
      reporting = () => {
        setImmediate(() => {
          report(uri);
          event.fire({ closed: [] });
        });
      };
      await bringToFront(uri);
    }
  });

  it('are no place for a command when another came to the front', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const refused = assert.rejects(bringToFront(uri), /Another editor came to the front/);
    await new Promise(setImmediate);
    happens.changeTabs.fire({ closed: [] });
    mock.timers.tick(60_000);
    await refused;
  });
});
