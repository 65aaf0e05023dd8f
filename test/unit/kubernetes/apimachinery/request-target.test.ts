import assert from 'node:assert/strict';
import { requestTarget } from '../../../../src/kubernetes/apimachinery/request-target.ts';

describe('requestTarget', () => {
  const target = (path: string) => {
    const found = requestTarget(path);
    return found && [found.group, found.resource, found.namespace, found.name, found.subresource];
  };
  it('knows what a path is about', () => {
    assert.deepEqual(target('/api/v1/pods'), ['', 'pods', undefined, undefined, undefined]);
    assert.deepEqual(target('/api/v1/namespaces/shop/pods/web/log'), ['', 'pods', 'shop', 'web', 'log']);
    assert.deepEqual(target('/apis/apps/v1/namespaces/shop/deployments/web/scale'), [
      'apps',
      'deployments',
      'shop',
      'web',
      'scale',
    ]);
    assert.deepEqual(target('/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode'), [
      'rbac.authorization.k8s.io',
      'clusterroles',
      undefined,
      'system:node',
      undefined,
    ]);
    assert.deepEqual(target('/api/v1/namespaces'), ['', 'namespaces', undefined, undefined, undefined]);
    assert.deepEqual(target('/api/v1/namespaces/shop'), ['', 'namespaces', 'shop', 'shop', undefined]);
    assert.deepEqual(target('/api/v1/namespaces/shop/finalize'), ['', 'namespaces', 'shop', 'shop', 'finalize']);
    for (const path of ['/version', '/api', '/apis', '/apis/apps/v1', '/api/v1', '/openapi/v3/apis/apps/v1'])
      assert.equal(target(path), undefined, path);
  });
});
