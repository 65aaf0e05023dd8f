import assert from 'node:assert/strict';
import { pathOf } from '../../../../src/kubernetes/apimachinery/api-resource.ts';

const pods = { group: '', version: 'v1', name: 'pods', namespaced: true };
const deployments = { group: 'apps', version: 'v1', name: 'deployments', namespaced: true };

describe('pathOf', () => {
  it('names collections, objects and subresources', () => {
    assert.equal(pathOf(pods), '/api/v1/pods');
    assert.equal(pathOf(deployments, 'shop', 'web', 'scale'), '/apis/apps/v1/namespaces/shop/deployments/web/scale');
    assert.equal(pathOf({ ...pods, name: 'nodes', namespaced: false }, 'ignored', 'n1'), '/api/v1/nodes/n1');
  });

  it('lets no name leave its place', () => {
    for (const evil of ['x?watch=1', 'x#y', 'a b', 'ü', 'a\\b', 'a;b']) {
      const url = new URL(`https://host${pathOf(pods, 'ns', evil)}`);
      assert.equal(url.pathname.split('/').length, 7, evil);
      assert.equal(url.search + url.hash, '', evil);
    }
    for (const evil of ['.', '..', '', '../../secrets/x', 'a/b', '..%2f', 'node-0/proxy', 'x%2Flog'])
      assert.throws(() => pathOf(pods, 'ns', evil), RangeError);
    for (const evil of ['..', 'shop/secrets']) assert.throws(() => pathOf(pods, evil, 'x'), RangeError);
  });
});
