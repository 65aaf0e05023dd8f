import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ChartPreviews } from '../../../../src/extension/helm/chart-previews.ts';
import type { Target, Targets } from '../../../../src/extension/targets/targets.ts';
import { workFolder } from '../../../../src/kubernetes/helm/work-folder.ts';
import { inVsCode } from '../../../support/in-vscode.ts';

describe('previews of charts', () => {
  inVsCode({
    workspace: {
      ...{ isTrusted: true, workspaceFolders: [] },
      onDidGrantWorkspaceTrust: new vscode.EventEmitter<never>().event,
    },
    languages: {
      createDiagnosticCollection: () => ({ forEach: () => undefined, dispose: () => undefined }),
    },
  });

  it('are rendered by the program of the settings, also outside of folders that differ', async () => {
    await using folder = await workFolder();
    const first = { settings: { 'helm.path': '/nowhere/helm' } } as Target;
    const targets: Partial<Targets> = { ofFile: async () => undefined, named: async () => first };
    const previews = new ChartPreviews(targets as Targets);
    const token = { onCancellationRequested: () => undefined } as unknown as vscode.CancellationToken;
    const text = await previews.provideTextDocumentContent(previews.uri(folder.path, []), token);
    assert.match(text, /^# There is no program \/nowhere\/helm\./);
    previews.dispose();
  });
});
