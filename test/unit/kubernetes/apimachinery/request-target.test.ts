import assert from 'node:assert/strict';
import { requestTarget, requestTargets } from '../../../../src/kubernetes/apimachinery/request-target.ts';

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

  it('sees through the older way to watch', () => {
    assert.deepEqual(target('/api/v1/watch/namespaces/shop/secrets'), ['', 'secrets', 'shop', undefined, undefined]);
    assert.deepEqual(target('/api/v1/watch/namespaces'), ['', 'namespaces', undefined, undefined, undefined]);
    assert.deepEqual(target('/api/v1/watch/pods'), ['', 'pods', undefined, undefined, undefined]);
  });

  it('takes no kind of another group for the Namespace, though its plural is that of a subresource', () => {
    const path = (end: string) => `/apis/example.com/v1/namespaces/shop/${end}`;
    const readings = (end: string) =>
      requestTargets(path(end)).map(({ resource, namespace, name, subresource }) => [
        resource,
        namespace,
        name,
        subresource,
      ]);
    for (const plural of ['status', 'finalize']) {
      assert.deepEqual(readings(`${plural}/one`)[0], [plural, 'shop', 'one', undefined]);
      // Servers differ on this one, so both interpretations are checked.
      assert.deepEqual(readings(plural), [
        [plural, 'shop', undefined, undefined],
        ['namespaces', undefined, 'shop', plural],
      ]);
    }
    assert.deepEqual(readings('things/one/status'), [['things', 'shop', 'one', 'status']]);
    assert.deepEqual(target('/apis/example.com/v1/namespaces/shop'), [
      'example.com',
      'namespaces',
      undefined,
      'shop',
      undefined,
    ]);
  });
});
