import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as vscode from 'vscode';
import { FolderNames } from '../../../../src/extension/targets/folder-names.ts';
import { Memento } from '../../../support/in-vscode.ts';

const folder = (name: string, path = `/${name}`) => ({ name, uri: vscode.Uri.file(path) });

describe('the names of folders', () => {
  const namesOf = (...names: string[]) =>
    new FolderNames(new Memento()).of(names.map((one, at) => folder(one, `/${at}`)));

  it('are single words', () => {
    assert.deepEqual(namesOf('my api', 'wéb', '...'), ['my-api', 'w-b', 'folder']);
  });

  it('differ even when only their case is different', () => {
    assert.deepEqual(namesOf('api', 'API', 'api', 'api-2'), ['api', 'API-2', 'api-3', 'api-2-2']);
  });

  it('are no other folder’s, whatever was added, removed, renamed and ordered anew, and after restarts', () => {
    const some = fc.array(
      fc.tuple(fc.constantFrom('/a', '/b', '/c', '/d'), fc.constantFrom('deploy', 'Deploy', 'deploy-2')),
      {
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(fc.array(some, { maxLength: 6 }), (workspaces) => {
        const memento = new Memento();
        const owners = new Map<string, string>();
        for (const folders of workspaces) {
          const names = new FolderNames(memento);
          const open = [...new Map(folders)].map(([path, name]) => folder(name, path));
          for (const [at, name] of names.of(open).entries()) {
            const owner = open[at]?.uri.path ?? '';
            assert.equal(owners.get(name.toLowerCase()) ?? owner, owner, name);
            owners.set(name.toLowerCase(), owner);
          }
          for (const [name, owner] of owners)
            for (const one of open) assert.equal(names.isOf(name, one), one.uri.path === owner, name);
        }
      }),
    );
  });
});
