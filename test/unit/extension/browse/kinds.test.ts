import assert from 'node:assert/strict';
import { groupKinds, withRecent } from '../../../../src/extension/browse/kinds.ts';
import type { ApiResource } from '../../../../src/kubernetes/apimachinery/api-resource.ts';

function kind(name: string, group = '', verbs = ['get', 'list'], version = 'v1'): ApiResource {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return {
    group,
    version,
    kind: title,
    name,
    singularName: '',
    shortNames: [],
    namespaced: true,
    verbs,
    subresources: [],
  };
}

const served = [
  kind('pods'),
  kind('bindings', '', ['create']),
  kind('zebras', 'example.com'),
  kind('deployments', 'apps'),
  kind('zebras', 'example.com', ['get', 'list'], 'v1beta1'),
  kind('apes', 'example.com'),
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
