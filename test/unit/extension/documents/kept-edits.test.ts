import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { isMadeFrom, KeptEdits } from '../../../../src/extension/documents/kept-edits.ts';
import { toYaml } from '../../../../src/kubernetes/text/yaml.ts';

const uri = { toString: () => 'k8s:/one.yaml' } as vscode.Uri;

function memento(): vscode.Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: (key: string) => values.get(key) as never,
    update: async (key: string, value: unknown) => void values.set(key, value),
  };
}

describe('kept edits', () => {
  it('are there for the next window, until they are forgotten', () => {
    const store = memento();
    const base = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', resourceVersion: '7' } };
    new KeptEdits(store).keep(uri, { base, text: 'mine' });
    assert.deepEqual(new KeptEdits(store).get(uri), { base, text: 'mine' });
    new KeptEdits(store).forget(uri);
    assert.equal(new KeptEdits(store).get(uri), undefined);
  });

  it('have nothing of a Secret but what the user wrote', () => {
    const store = memento();
    const base = { apiVersion: 'v1', kind: 'Secret', data: { password: 'aHVzaA==' } };
    new KeptEdits(store).keep(uri, { base, text: 'mine' });
    assert.deepEqual(new KeptEdits(store).get(uri), { base: undefined, text: 'mine' });
  });

  it('are made from the version that they name', () => {
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', resourceVersion: '17' } };
    assert.ok(isMadeFrom(toYaml(object), object));
    assert.ok(!isMadeFrom(toYaml(object), { ...object, metadata: { ...object.metadata, resourceVersion: '7' } }));
    assert.ok(!isMadeFrom('', object));
    assert.ok(!isMadeFrom(toYaml(object), { ...object, metadata: { name: 'one' } }));
  });
});
