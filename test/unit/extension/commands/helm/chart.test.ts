import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { previewChart } from '../../../../../src/extension/commands/helm/chart.ts';
import type { App } from '../../../../../src/extension/commands/parts/app.ts';
import { inVsCode } from '../../../../support/in-vscode.ts';

describe('the chart of a command', () => {
  let offered: string[];
  inVsCode({
    workspace: {
      asRelativePath: ({ path }: vscode.Uri) => path.slice(1),
      findFiles: async (_pattern: string, _excluded: string, max?: number) =>
        Array.from({ length: 60 }, (_, index) => vscode.Uri.file(`/charts/${index}/Chart.yaml`)).slice(0, max),
    },
    window: {
      showQuickPick: async (items: readonly vscode.QuickPickItem[]) => {
        offered = items.map(({ label }) => label);
      },
    },
  });

  it('is any of the workspace, however many there are', async () => {
    await previewChart({} as App);
    assert.deepEqual([offered.length, offered.at(-1)], [60, 'charts/59']);
  });
});
