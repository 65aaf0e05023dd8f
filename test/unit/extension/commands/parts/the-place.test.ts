import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { App } from '../../../../../src/extension/commands/parts/app.ts';
import { thePlace } from '../../../../../src/extension/commands/parts/the-place.ts';
import { ManifestPlaces } from '../../../../../src/extension/documents/manifest-places.ts';
import type { Target, Targets } from '../../../../../src/extension/targets/targets.ts';
import { inVsCode, Memento } from '../../../../support/in-vscode.ts';

const uri = vscode.Uri.parse('untitled:Untitled-1');

/** A quick pick in which the user takes the first entry with these words, once it is there. */
function pickOf(words: string, seen: string[]) {
  const on = () => ({ dispose: () => undefined });
  return {
    ...{ activeItems: [], value: '', show: () => undefined, dispose: () => undefined },
    ...{ onDidChangeActive: on, onDidAccept: on, onDidChangeValue: on, onDidTriggerButton: on, onDidHide: on },
    set items(entries: readonly { label: string; run?: () => void }[]) {
      seen.push(...entries.map(({ label }) => label));
      entries.find(({ label }) => label.includes(words))?.run?.();
    },
  };
}

describe('the place of a document that was begun before the window was closed', () => {
  const seen: string[] = [];
  inVsCode({
    workspace: { onDidCloseTextDocument: new vscode.EventEmitter().event },
    window: { createQuickPick: () => pickOf('staging', seen) },
  });
  let home: string;
  let target: Target;
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'mcp-k8s-place-'));
    const contexts = ['prod', 'staging'].map((name) => ({ name, context: { cluster: 'c', user: 'u' } }));
    const content = { apiVersion: 'v1', kind: 'Config', contexts, clusters: [], users: [], 'current-context': 'prod' };
    await writeFile(join(home, 'kubeconfig'), JSON.stringify(content));
    const kubeconfig = { paths: [join(home, 'kubeconfig')], source: 'setting' };
    target = { name: undefined, settings: {}, kubeconfig, permit: undefined } as unknown as Target;
  });
  after(() => rm(home, { recursive: true }));

  it('is what the user says, who is shown what it was, and is not asked again', async () => {
    const targets: Pick<Targets, 'all' | 'named' | 'ofFile'> = {
      all: async () => [target],
      named: async () => target,
      ofFile: async () => target,
    };
    const memento = new Memento();
    new ManifestPlaces(targets as Targets, memento).keep(uri, target, 'staging');
    const places = new ManifestPlaces(targets as Targets, memento);
    const app = { places, targets } as unknown as App;
    assert.deepEqual(await thePlace(app, uri, 'Apply'), { target, context: 'staging' });
    assert.deepEqual(seen, ['$(blank) prod', '$(check) staging']);
    assert.deepEqual(await places.of(uri), { target, context: 'staging' });
  });
});
