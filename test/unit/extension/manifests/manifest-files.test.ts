import assert from 'node:assert/strict';
import { posix } from 'node:path';
import * as vscode from 'vscode';
import { manifestsAmong, manifestsOf } from '../../../../src/extension/manifests/manifest-files.ts';
import { UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { inVsCode } from '../../../support/in-vscode.ts';

const root = vscode.Uri.file('/w');
const at = (path: string) => vscode.Uri.file(`/w/${path}`);
const pathsOf = (uris: readonly vscode.Uri[]) => uris.map(({ path }) => path.slice('/w/'.length));

describe('the manifests of a workspace', () => {
  /** The workspace's files, in the order in which a search comes upon them. */
  let files: Map<string, string>;
  let searches: number;

  inVsCode({
    workspace: {
      asRelativePath: ({ path }: vscode.Uri) => path.slice('/w/'.length) || 'w',
      getWorkspaceFolder: ({ path }: vscode.Uri) => (path.startsWith('/w') ? { uri: root } : undefined),
      findFiles: async ({ base, pattern }: { base: vscode.Uri; pattern: string }, _excluded: string, max: number) => {
        searches += 1;
        const names = pattern.replace(/^\*\*\/|[{}]/g, '').split(',');
        const isMeant = (path: string) =>
          pattern === '**/*.{yaml,yml}' ? /\.ya?ml$/.test(path) : names.includes(posix.basename(path));
        const found = [...files.keys()].filter((path) => path.startsWith(`${base.path}/`) && isMeant(path));
        return found.slice(0, max).map((path) => vscode.Uri.file(path));
      },
      fs: {
        readFile: async ({ path }: vscode.Uri) => Buffer.from(files.get(path) ?? ''),
        stat: async ({ path }: vscode.Uri) => ({ type: files.has(path) ? 1 : 2 }),
      },
    },
  });

  const add = (path: string, text = '') => files.set(`/w/${path}`, text);
  beforeEach(() => {
    files = new Map();
    searches = 0;
  });

  it('are no objects of their own where a kustomization or a chart has them, among however many of these', async () => {
    for (let count = 0; count < 600; count += 1) {
      add(`apps/${count}/kustomization.yaml`, 'resources: []\n');
      add(`charts/${count}/Chart.yaml`);
    }
    add('last/prod/kustomization.yaml', 'resources: [web.yaml]\npatches: [{ path: parts/patch.yaml }]\n');
    for (const name of ['web.yaml', 'parts/patch.yaml', 'parts/own.yaml']) add(`last/prod/${name}`);
    add('last/chart/Chart.yaml');
    add('last/chart/templates/web.yaml');
    const all = await manifestsAmong([at('last')]);
    assert.deepEqual(pathsOf(all.files), ['last/prod/parts/own.yaml']);
    assert.deepEqual(pathsOf(all.kustomizations), ['last/prod/kustomization.yaml']);
    assert.deepEqual(pathsOf((await manifestsAmong([at('last/prod/parts')])).files), ['last/prod/parts/own.yaml']);
    assert.deepEqual(pathsOf((await manifestsAmong([at('last/chart/templates')])).files), []);
    assert.deepEqual(pathsOf((await manifestsOf([root])).files), ['last/prod/parts/own.yaml']);
  });

  it('are applied as a whole, or not at all', async () => {
    for (let count = 0; count < 500; count += 1) add(`many/${count}.yaml`);
    assert.equal((await manifestsAmong([at('many')])).files.length, 500);
    add('many/kustomization.yaml', 'resources: []\n');
    await assert.rejects(manifestsAmong([at('many')]), {
      name: UserError.name,
      message: '501 files and kustomizations of many are too many at once: apply the folders in it.',
    });
  });

  it('are told of that are not shown', async () => {
    for (let count = 0; count < 503; count += 1) {
      add(`${count}.yaml`);
      add(`kustomized/${count}/kustomization.yaml`, 'resources: []\n');
    }
    const { notes, ...shown } = await manifestsOf([root]);
    assert.deepEqual([shown.files.length, shown.kustomizations.length], [500, 500]);
    assert.deepEqual(notes, ['6 more files, kustomizations and charts are not shown.']);
  });

  it('are neither applied nor shown where not all is looked through', async () => {
    for (let count = 0; count < 10_000; count += 1) add(`charts/${count}/Chart.yaml`);
    add('own/web.yaml');
    const message = 'w has too many files to look through: 10000 or more.';
    await assert.rejects(manifestsAmong([at('own')]), { name: UserError.name, message });
    assert.deepEqual(await manifestsOf([root]), { files: [], kustomizations: [], charts: [], notes: [message] });
  });

  it('are what they are where they are named, without a search', async () => {
    add('app/kustomization.yaml', 'resources: [web.yaml]\n');
    add('app/web.yaml');
    add('flux/kustomization.yaml', 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n');
    const named = [...files.keys()].map((path) => vscode.Uri.file(path));
    const found = await manifestsAmong(named);
    assert.deepEqual(pathsOf(found.files), ['app/web.yaml', 'flux/kustomization.yaml']);
    assert.deepEqual(pathsOf(found.kustomizations), ['app/kustomization.yaml']);
    assert.equal(searches, 0);
  });
});
