import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ManifestPlaces } from '../../../../src/extension/documents/manifest-places.ts';
import { ManifestLenses } from '../../../../src/extension/manifests/manifest-lenses.ts';
import type { Clusters } from '../../../../src/extension/targets/clusters.ts';
import type { Target, Targets } from '../../../../src/extension/targets/targets.ts';
import { inVsCode } from '../../../support/in-vscode.ts';

const TEXT = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n';

describe('lenses above manifests', () => {
  const { event } = new vscode.EventEmitter<never>();
  const placed = new vscode.EventEmitter<void>();
  inVsCode({
    workspace: { onDidSaveTextDocument: event },
    window: { onDidChangeWindowState: event },
    languages: { registerCodeLensProvider: () => ({ dispose: () => undefined }) },
  });
  const [target, begun, file] = [{} as Target, vscode.Uri.parse('untitled:Untitled-1'), vscode.Uri.file('/a.yaml')];
  const documentOf = (uri: vscode.Uri) =>
    ({
      uri,
      languageId: 'yaml',
      getText: () => TEXT,
      positionAt: (offset: number) => offset,
    }) as unknown as vscode.TextDocument;
  let asked: unknown[];
  let isCertain: boolean;
  let lenses: ManifestLenses;

  beforeEach(() => {
    asked = [];
    const targets = { used: true, onDidChange: event };
    const clusters = {
      isOpen: (_target: Target, context?: string) => context === 'staging',
      connect: async (_target: Target, context?: string) => {
        asked.push(context);
        return { context: { name: context } };
      },
    };
    isCertain = true;
    const places = {
      onDidChange: placed.event,
      begunFor: (uri: vscode.Uri) => (uri === begun ? { context: 'staging', isCertain } : undefined),
      of: async (uri: vscode.Uri) => (uri === begun ? { target, context: 'staging' } : { target }),
    };
    lenses = new ManifestLenses(
      targets as unknown as Targets,
      clusters as unknown as Clusters,
      places as unknown as ManifestPlaces,
    );
  });
  afterEach(() => lenses.dispose());

  it('ask the cluster that a document was begun for, and name it', async () => {
    const shown = await lenses.provideCodeLenses(documentOf(begun));
    for (const lens of shown) await lenses.resolveCodeLens(lens);
    assert.equal(shown[0]?.command?.title, 'Apply to staging');
    assert.equal(shown.length, 3, 'the last one has the state');
    assert.deepEqual(asked, ['staging']);
  });

  it('name the cluster as soon as it is certain', async () => {
    const titles: (string | undefined)[] = [];
    const show = async () => titles.push((await lenses.provideCodeLenses(documentOf(begun)))[0]?.command?.title);
    isCertain = false;
    await show();
    const shown = new Promise((resolve) => lenses.onDidChangeCodeLenses(() => resolve(show())));
    isCertain = true;
    placed.fire();
    await shown;
    assert.deepEqual(titles, ['Apply', 'Apply to staging']);
  });

  it('say nothing of a cluster that is not connected', async () => {
    const shown = await lenses.provideCodeLenses(documentOf(file));
    assert.deepEqual(
      shown.map(({ command }) => command?.title),
      ['Apply', 'Compare with Cluster'],
    );
    assert.deepEqual(asked, []);
  });
});
