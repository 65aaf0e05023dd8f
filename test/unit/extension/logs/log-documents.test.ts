import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { LogDocuments } from '../../../../src/extension/logs/log-documents.ts';
import { logUri } from '../../../../src/extension/logs/log-uri.ts';
import type { Clusters } from '../../../../src/extension/targets/clusters.ts';
import type { Target, Targets } from '../../../../src/extension/targets/targets.ts';
import { inVsCode } from '../../../support/in-vscode.ts';

describe('logs as text', () => {
  const closed = new vscode.EventEmitter<Pick<vscode.TextDocument, 'uri' | 'isClosed'>>();
  inVsCode({
    workspace: {
      onDidCloseTextDocument: closed.event,
      registerFileSystemProvider: () => ({ dispose: () => undefined }),
    },
    window: { onDidChangeTextEditorVisibleRanges: new vscode.EventEmitter<never>().event },
  });

  it('are followed until their document is closed, whatever its language', async () => {
    const targets: Partial<Targets> = { named: () => new Promise<Target>(() => undefined) };
    const documents = new LogDocuments(targets as Targets, {} as Clusters, {} as vscode.LogOutputChannel);
    const uri = vscode.Uri.parse(
      logUri({
        coordinates: { context: 'dev', resource: 'pods', namespace: 'shop', name: 'web-0' },
        ...{ target: undefined, container: undefined, previous: false, others: [] },
      }),
    );
    const isFollowed = async () => (await documents.stat(uri)).mtime > 0;
    await documents.readFile(uri);
    closed.fire({ uri, isClosed: false });
    assert.equal(await isFollowed(), true);
    closed.fire({ uri, isClosed: true });
    assert.equal(await isFollowed(), false);
    documents.dispose();
  });
});
