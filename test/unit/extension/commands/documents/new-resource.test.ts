import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { applyDocument } from '../../../../../src/extension/commands/documents/apply-document.ts';
import { compareManifest } from '../../../../../src/extension/commands/documents/manifest.ts';
import { newResource } from '../../../../../src/extension/commands/documents/new-resource.ts';
import type { App } from '../../../../../src/extension/commands/parts/app.ts';
import { documentUri } from '../../../../../src/extension/documents/document-uri.ts';
import { ManifestPlaces } from '../../../../../src/extension/documents/manifest-places.ts';
import type { Target, Targets } from '../../../../../src/extension/targets/targets.ts';
import { inVsCode, Memento } from '../../../../support/in-vscode.ts';

// The context in use is prod, and the user is looking at staging.
describe('a new resource', () => {
  const resource = {
    ...{ group: '', version: 'v1', kind: 'ConfigMap', name: 'configmaps', singularName: 'configmap' },
    ...{ shortNames: [], namespaced: true, verbs: ['create'], subresources: [] },
  };
  const target = { name: undefined, settings: { context: 'prod' } } as unknown as Target;
  const targets: Pick<Targets, 'all' | 'named' | 'ofFile'> = {
    all: async () => [target],
    named: async () => target,
    ofFile: async () => target,
  };
  let editor: { document: Partial<vscode.TextDocument>; selection: { isEmpty: boolean } } | undefined;
  let connected: unknown[];
  let places: ManifestPlaces;
  let app: App;

  inVsCode({
    workspace: {
      onDidCloseTextDocument: new vscode.EventEmitter().event,
      openTextDocument: async (given: vscode.Uri | { content: string }) => {
        if (given instanceof vscode.Uri) return editor?.document;
        const { content } = given;
        const uri = vscode.Uri.parse('untitled:Untitled-1');
        return { uri, languageId: 'yaml', version: 1, getText: () => content };
      },
    },
    window: {
      get activeTextEditor() {
        return editor;
      },
      showTextDocument: async (document: vscode.TextDocument) => {
        editor = { document, selection: { isEmpty: true } };
      },
      showErrorMessage: async () => undefined,
    },
  });

  beforeEach(() => {
    editor = undefined;
    connected = [];
    places = new ManifestPlaces(targets as Targets, new Memento());
    const clusters = {
      connect: async (_target: Target, context = target.settings.context) => {
        connected.push(context);
        if (editor) throw new Error('no cluster');
        return { context: { name: context }, discovery: { resolve: async () => resource } };
      },
    };
    const documents = { conflicts: { problems: { clear: () => undefined } } };
    app = { places, targets, clusters, documents, log: { error: () => undefined } } as unknown as App;
  });
  afterEach(() => places.dispose());

  const context = { type: 'context', id: '/context/staging', target, name: 'staging' };
  const scope = {
    ...{ type: 'scope', id: '/context/staging/shop', parent: context, namespace: 'shop' },
    connection: { context: { name: 'staging' } },
  };
  const coordinates = { context: 'staging', resource: 'configmaps', namespace: 'shop', name: 'app' };
  for (const [what, argument] of [
    ['a row', { type: 'kind', id: '/context/staging/shop/configmaps', parent: scope, resource }],
    ['an object that is missing', vscode.Uri.parse(documentUri({ target: undefined, coordinates }))],
  ] as const)
    it(`of ${what} is compared with the cluster that it was begun for, and applied to it`, async () => {
      await newResource(app, argument);
      assert.match(editor?.document.getText?.() ?? '', /^ {2}namespace: shop$/m);
      connected = [];
      await applyDocument(app);
      await assert.rejects(compareManifest(app), /no cluster/);
      assert.deepEqual(connected, ['staging', 'staging']);
    });
});
