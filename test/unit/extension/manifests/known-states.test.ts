import assert from 'node:assert/strict';
import { knownBefore } from '../../../../src/extension/manifests/known-states.ts';
import type { ManifestObjectNode } from '../../../../src/extension/manifests/manifest-nodes.ts';

const object = (name: string, data = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

describe('what is known of the objects of a file', () => {
  const before: ManifestObjectNode[] = [
    {
      type: 'object',
      uri: undefined as never,
      range: undefined,
      parent: undefined as never,
      object: object('a'),
      state: { is: 'in sync' },
      lookedUp: 7,
    },
  ];

  it('stays known of those that are as they were', () => {
    assert.deepEqual(knownBefore(before)(object('a')), { state: { is: 'in sync' }, lookedUp: 7 });
  });

  it('is shown of an edited one until it is looked up again', () => {
    assert.deepEqual(knownBefore(before)(object('a', { b: '1' })), { state: { is: 'in sync' }, lookedUp: undefined });
  });

  it('is nothing of others', () => {
    const nothing = { state: undefined, lookedUp: undefined };
    assert.deepEqual(knownBefore(before)(object('b')), nothing);
    assert.deepEqual(knownBefore([])({ kind: 'ConfigMap' }), nothing);
  });
});
