import assert from 'node:assert/strict';
import { setImmediate as soon } from 'node:timers/promises';
import { LookupRound } from '../../../../src/extension/manifests/lookup-round.ts';
import type { ManifestFileNode, ManifestObjectNode } from '../../../../src/extension/manifests/manifest-nodes.ts';
import type { ManifestState } from '../../../../src/extension/manifests/manifest-state.ts';

/** A file with so many objects. */
function fileOf(count: number): ManifestFileNode {
  const file: ManifestFileNode = { type: 'file', uri: undefined as never, range: undefined as never, objects: [] };
  file.objects = Array.from({ length: count }, (_, index): ManifestObjectNode => {
    const object = { kind: 'ConfigMap', metadata: { name: `${index}` } };
    return {
      type: 'object',
      uri: file.uri,
      range: file.range,
      parent: file,
      object,
      state: undefined,
      lookedUp: undefined,
    };
  });
  return file;
}

/** A round whose look-ups wait until they are answered, in their order. */
function round() {
  const asked: ManifestObjectNode[] = [];
  const changed: ManifestObjectNode[] = [];
  const waiting: ((state: ManifestState) => void)[] = [];
  const signals: AbortSignal[] = [];
  const look = (node: ManifestObjectNode, signal: AbortSignal) => {
    asked.push(node);
    signals.push(signal);
    return new Promise<ManifestState>((resolve) => waiting.push(resolve));
  };
  const one = new LookupRound({ look, onChange: (node) => changed.push(node) });
  const answer = async (is: 'in sync' | 'missing' = 'in sync') => {
    waiting.shift()?.({ is });
    await soon();
  };
  return { one, asked, changed, signals, answer };
}

describe('a round of look-ups', () => {
  it('looks some up at a time, each once, and tells what is new', async () => {
    const { objects } = fileOf(8);
    const { one, asked, changed, answer } = round();
    one.add(objects);
    one.add(objects);
    assert.equal(asked.length, 6);
    for (const _ of objects) await answer();
    assert.deepEqual(asked, objects);
    assert.deepEqual(changed, objects);
    assert.ok(objects.every(({ state }) => state?.is === 'in sync'));
  });

  it('looks up what was not lately, and no more', async () => {
    const file = fileOf(3);
    const [fresh, old, never] = file.objects;
    assert.ok(fresh && old && never);
    fresh.lookedUp = performance.now();
    Object.assign(old, { lookedUp: performance.now() - 31_000, state: { is: 'in sync' } });
    const { one, asked, changed, answer } = round();
    one.add(file.objects);
    assert.deepEqual(asked, [old, never]);
    await answer();
    await answer();
    assert.deepEqual(changed, [never], 'the state of the other is what it was');
    one.add(file.objects);
    assert.equal(asked.length, 2);
  });

  it('leaves out what an edit has replaced meanwhile', async () => {
    const file = fileOf(8);
    const before = file.objects;
    const { one, asked, changed, answer } = round();
    one.add(before);
    file.objects = [];
    for (const _ of before) await answer();
    assert.equal(asked.length, 6);
    assert.deepEqual(changed, []);
  });

  it('ends at once', async () => {
    const { objects } = fileOf(8);
    const { one, asked, changed, signals, answer } = round();
    one.add(objects);
    one.end();
    assert.ok(signals.every(({ aborted }) => aborted));
    for (const _ of objects) await answer();
    assert.equal(asked.length, 6);
    assert.deepEqual(changed, []);
    assert.ok(objects.every(({ lookedUp }) => lookedUp === undefined));
  });
});
