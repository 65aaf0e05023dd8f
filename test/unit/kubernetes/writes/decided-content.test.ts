import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Change } from '../../../../src/kubernetes/writes/change.ts';
import { decidedContents } from '../../../../src/kubernetes/writes/decided-content.ts';

const creation: Change = {
  ...{ access: 'create', context: 'c', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'n', name: 'a' },
  after: { kind: 'ConfigMap', metadata: { name: 'a', uid: '1' } },
  sent: { data: { a: 'b' } },
};
const update: Change = {
  ...{ access: 'update', context: 'c', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'n', name: 'a', uid: '1' },
  before: { kind: 'ConfigMap', metadata: { name: 'a', uid: '1', resourceVersion: '1' } },
  after: { kind: 'ConfigMap', metadata: { name: 'a', uid: '1', resourceVersion: '1' }, data: { a: 'b' } },
} as Change;

const contentOf = (...changes: Change[]) => JSON.stringify(decidedContents(changes));
const isSame = (one: Change, other: Partial<Change>) => contentOf(one) === contentOf({ ...one, ...other });

describe('what is decided about a change', () => {
  it('is what is sent for a new object, whatever the API server makes up for it', () => {
    assert.ok(isSame(creation, { after: { kind: 'ConfigMap', metadata: { name: 'a', uid: '2' } } }));
    assert.ok(!isSame(creation, { sent: { data: { a: 'c' } } }));
  });

  it('is what is sent, not what the caller gave, however that looks', () => {
    const submitted = { kind: 'ConfigMap', values: {} };
    assert.notEqual(contentOf({ ...creation, submitted }), contentOf({ ...creation, submitted, sent: {} }));
    const { sent: _, ...result } = creation;
    const after = { ...result.after, data: { evil: 'yes' } };
    assert.notEqual(contentOf({ ...result, submitted }), contentOf({ ...result, submitted, after }));
  });

  it('is about one object, not about another of its name', () => {
    assert.ok(!isSame(update, { uid: '2' }));
    const pod: Change = { ...creation, access: 'exec', uid: '1', summary: 'id' };
    assert.ok(!isSame(pod, { uid: '2' }));
  });

  it('is what the object was and becomes, without counters', () => {
    const metadata = { name: 'a', uid: '1', resourceVersion: '9', generation: 3 };
    assert.ok(isSame(update, { before: { kind: 'ConfigMap', metadata } }));
    for (const other of [{ before: { ...update.before, data: {} } }, { after: { ...update.after, data: {} } }])
      assert.ok(!isSame(update, other as Partial<Change>));
    // How it was counts also where what is sent decides.
    const patched: Change = { ...update, sent: { body: { data: { a: 'b' } } } };
    assert.ok(!isSame(patched, { before: { ...update.before, data: { b: 'c' } } as Change['before'] }));
  });

  it('is the same in whatever order it is planned', () => {
    const changes = ['a', 'b', 'c', 'd'].map((name) => ({ ...creation, name }));
    const all = contentOf(...changes);
    fc.assert(
      fc.property(fc.shuffledSubarray(changes, { minLength: 4 }), (order) => assert.equal(contentOf(...order), all)),
    );
    assert.notEqual(contentOf(...changes.slice(1)), all);
  });
});
