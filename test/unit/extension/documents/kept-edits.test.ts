import assert from 'node:assert/strict';
import fc from 'fast-check';
import type * as vscode from 'vscode';
import { isMadeFrom, type KeptEdit, KeptEdits } from '../../../../src/extension/documents/kept-edits.ts';
import { type KubernetesObject, LAST_APPLIED } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { toYaml } from '../../../../src/kubernetes/text/yaml.ts';
import { memento, type TestMemento } from '../../../support/memento.ts';
import { assertRedacted, hidingObjects } from '../../../support/redacted-values.ts';

const uri = { toString: () => 'k8s:/one.yaml' } as vscode.Uri;

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', resourceVersion: '7' } };

/** What is kept in the end: bases come later, in the order of their edits. */
async function settled(edits: KeptEdits, store: TestMemento): Promise<KeptEdit | undefined> {
  const last = { toString: () => 'k8s:/last.yaml' } as vscode.Uri;
  edits.keep(last, { base: configMap });
  while (!edits.get(last)?.base) await store.updated;
  return edits.get(uri);
}

/** What is kept of an edit of this object. */
async function keptOf(base: KubernetesObject): Promise<KeptEdit | undefined> {
  const store = memento();
  const edits = new KeptEdits(store);
  edits.keep(uri, { base, text: 'mine' });
  assert.deepEqual(edits.get(uri), { base: undefined, text: 'mine' });
  return settled(edits, store);
}

describe('kept edits', () => {
  it('are there for the next window, until they are forgotten', async () => {
    const store = memento();
    const edits = new KeptEdits(store);
    edits.keep(uri, { base: configMap, text: 'mine' });
    await settled(edits, store);
    assert.deepEqual(new KeptEdits(store).get(uri), { base: configMap, text: 'mine' });
    edits.forget(uri);
    assert.equal(new KeptEdits(store).get(uri), undefined);
  });

  it('are forgotten also while they are being kept, and replaced by those after them', async () => {
    const store = memento();
    const edits = new KeptEdits(store);
    edits.keep(uri, { base: configMap, text: 'first' });
    edits.forget(uri);
    assert.equal(await settled(edits, store), undefined);
    edits.keep(uri, { base: configMap, text: 'second' });
    edits.keep(uri, { base: undefined, text: 'third' });
    assert.deepEqual(await settled(edits, store), { base: undefined, text: 'third' });
  });

  it('keep a text until another takes its place, with what it was made from', async () => {
    const store = memento();
    const edits = new KeptEdits(store);
    edits.keep(uri, { base: configMap, text: 'mine' });
    await settled(edits, store);
    edits.keep(uri, { base: { ...configMap, metadata: { name: 'one', resourceVersion: '8' } } });
    assert.deepEqual(await settled(edits, store), { base: configMap, text: 'mine' });
  });

  it('have no values but those that the user saw', async () => {
    const applied = (object: object) => ({ metadata: { annotations: { [LAST_APPLIED]: JSON.stringify(object) } } });
    const withPassword = { spec: { containers: [{ env: [{ name: 'DB_PASSWORD', value: 'Winter2024!x' }] }] } };
    const nothing = { base: undefined, text: 'mine' };
    assert.deepEqual(await keptOf({ kind: 'Secret', data: { password: 'aHVzaA==' } }), nothing);
    assert.deepEqual(await keptOf({ kind: 'Pod', ...withPassword }), nothing);
    assert.deepEqual(await keptOf({ kind: 'Pod', ...applied(withPassword) }), {
      ...nothing,
      base: { kind: 'Pod', metadata: {} },
    });
  });

  it('have no value of generated objects', async () => {
    for (const objects of Object.values(hidingObjects))
      await fc.assert(
        fc.asyncProperty(objects, async (object) => {
          const { base } = (await keptOf(object)) ?? {};
          if (base) assertRedacted(JSON.stringify(base), object);
        }),
        { numRuns: 50 },
      );
  });

  it('are made from the version that they name', () => {
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', resourceVersion: '17' } };
    assert.ok(isMadeFrom(toYaml(object), object));
    assert.ok(!isMadeFrom(toYaml(object), { ...object, metadata: { ...object.metadata, resourceVersion: '7' } }));
    assert.ok(!isMadeFrom('', object));
    assert.ok(!isMadeFrom(toYaml(object), { ...object, metadata: { name: 'one' } }));
  });
});
