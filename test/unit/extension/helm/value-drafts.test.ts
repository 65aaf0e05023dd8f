import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type ValueDraft, ValueDrafts } from '../../../../src/extension/helm/value-drafts.ts';
import { inVsCode } from '../../../support/in-vscode.ts';

describe('values of a release that are being changed', () => {
  const closed = new vscode.EventEmitter<Pick<vscode.TextDocument, 'uri' | 'isClosed'>>();
  inVsCode({
    workspace: { onDidCloseTextDocument: closed.event },
    languages: { registerCodeLensProvider: () => ({ dispose: () => undefined }) },
  });

  it('are of the release until their document is closed, whatever its language', () => {
    const uri = vscode.Uri.parse('untitled:Untitled-1');
    const draft: ValueDraft = {
      ...({ target: undefined, context: 'dev', namespace: 'shop', name: 'web', revision: 1, part: 'values' } as const),
      config: {},
    };
    const drafts = new ValueDrafts();
    drafts.keep(uri, draft);
    closed.fire({ uri, isClosed: false });
    assert.equal(drafts.of(uri), draft);
    closed.fire({ uri, isClosed: true });
    assert.equal(drafts.of(uri), undefined);
    drafts.dispose();
  });
});
