import assert from 'node:assert/strict';
import { groupKinds, withRecent } from '../../../../src/extension/browse/kinds.ts';
import type { ApiResource } from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import { kind } from '../../../support/api-resource.ts';

const served = [
  kind('Pod'),
  kind('Binding', '', { verbs: ['create'] }),
  kind('Zebra', 'example.com'),
  kind('Deployment', 'apps'),
  kind('Zebra', 'example.com', { version: 'v1beta1' }),
  kind('Ape', 'example.com'),
];
const names = (resources: readonly ApiResource[]) => resources.map(({ name }) => name);

describe('kinds to browse', () => {
  it('are each shown once, and only those that can be read', () => {
    const { recent, common, others } = groupKinds(served, ['zebras.example.com', 'gone.example.com']);
    assert.deepEqual(names(recent), ['zebras']);
    assert.deepEqual(names(common), ['pods', 'deployments']);
    assert.deepEqual(names(others), ['apes']);
  });

  it('show a recently used common kind as recent', () => {
    const { recent, common } = groupKinds(served, ['pods']);
    assert.deepEqual([names(recent), names(common)], [['pods'], ['deployments']]);
  });

  it('remember the last five, newest first', () => {
    assert.deepEqual(withRecent(['a', 'b', 'c', 'd', 'e'], 'f'), ['f', 'a', 'b', 'c', 'd']);
    assert.deepEqual(withRecent(['a', 'b'], 'b'), ['b', 'a']);
  });
});
