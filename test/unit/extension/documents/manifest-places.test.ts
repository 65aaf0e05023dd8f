import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ManifestPlaces } from '../../../../src/extension/documents/manifest-places.ts';
import type { Target, Targets } from '../../../../src/extension/targets/targets.ts';
import { inVsCode, Memento } from '../../../support/in-vscode.ts';

describe('where manifests belong', () => {
  const closed = new vscode.EventEmitter<Pick<vscode.TextDocument, 'uri' | 'isClosed'>>();
  inVsCode({ workspace: { onDidCloseTextDocument: closed.event } });

  const [api, web] = ['api', 'web'].map((name) => ({ name }) as Target) as [Target, Target];
  const [file, untitled] = [vscode.Uri.file('/api/a.yaml'), vscode.Uri.parse('untitled:Untitled-1')];
  let all: Target[];
  let memento: Memento;
  let places: ManifestPlaces;

  /** The window begins anew, with what it has kept. */
  function begin(): void {
    const targets: Pick<Targets, 'all' | 'named' | 'ofFile'> = {
      all: async () => all,
      named: async (name) => all.find((target) => target.name === name),
      ofFile: async ({ scheme }) => (scheme === 'file' ? api : undefined),
    };
    places = new ManifestPlaces(targets as Targets, memento);
  }

  beforeEach(() => {
    all = [api, web];
    memento = new Memento();
    begin();
  });
  afterEach(() => places.dispose());

  it('is the cluster of its folder for a file, and only the user knows it for a document without one', async () => {
    assert.deepEqual(await places.of(file), { target: api });
    assert.equal(await places.of(untitled), undefined);
    assert.deepEqual(await places.likely(untitled), { target: api });
  });

  it('is the cluster that a document was begun for, and those who know another one are told', async () => {
    let told = 0;
    places.onDidChange(() => (told += 1));
    places.keep(untitled, web, 'staging');
    assert.deepEqual(await places.of(untitled), { target: web, context: 'staging' });
    assert.deepEqual(await places.likely(untitled), { target: web, context: 'staging' });
    assert.equal(told, 1);
  });

  it('is for the user to say once the window was closed, or the folder is gone', async () => {
    places.keep(untitled, web, 'staging');
    begin();
    assert.equal(await places.of(untitled), undefined);
    assert.equal(places.begunFor(untitled)?.context, 'staging');
    assert.deepEqual(await places.likely(untitled), { target: web, context: 'staging' });
    places.keep(untitled, web, 'dev');
    assert.deepEqual(await places.of(untitled), { target: web, context: 'dev' });
    all = [api];
    assert.equal(await places.of(untitled), undefined);
  });

  it('is forgotten with the document, whose name another one gets, and not with its language', async () => {
    places.keep(untitled, web, 'staging');
    closed.fire({ uri: untitled, isClosed: false });
    assert.deepEqual(await places.of(untitled), { target: web, context: 'staging' });
    closed.fire({ uri: untitled, isClosed: true });
    assert.equal(places.begunFor(untitled), undefined);
    begin();
    assert.equal(places.begunFor(untitled), undefined);
  });
});
