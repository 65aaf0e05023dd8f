import assert from 'node:assert/strict';
import { pathOf } from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import { coordinatesOf, resourceUri } from '../../../../src/kubernetes/apimachinery/resource-uri.ts';
import { accessOf } from '../../../../src/kubernetes/client/client.ts';
import type { Access, ApiRequest } from '../../../../src/kubernetes/client/request.ts';

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

describe('accessOf', () => {
  const cases: [ApiRequest['method'], string, Access][] = [
    ['GET', '/api/v1/pods', 'read'],
    ['POST', '/api/v1/namespaces/a/pods', 'create'],
    ['PUT', '/api/v1/namespaces/a/pods/b', 'update'],
    ['PATCH', '/api/v1/namespaces/a/pods/b', 'update'],
    ['DELETE', '/api/v1/namespaces/a/pods/b', 'delete'],
    ['POST', '/api/v1/namespaces/a/pods/b/eviction', 'delete'],
    ['GET', '/api/v1/namespaces/a/pods/b/exec', 'exec'],
    ['POST', '/api/v1/namespaces/a/pods/b/attach', 'exec'],
    ['GET', '/api/v1/nodes/n/proxy/logs', 'exec'],
    ['GET', '/api/v1/namespaces/a/services/s/proxy/', 'exec'],
    ['POST', '/api/v1/namespaces/a/serviceaccounts/s/token', 'create'],
    ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 'read'],
    ['POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', 'create'],
    ['GET', '/api/v1/namespaces/a/configmaps/exec', 'read'],
  ];
  for (const [method, path, access] of cases)
    it(`${method} ${path} is ${access}`, () => assert.equal(accessOf({ method, path }), access));
});

describe('resourceUri', () => {
  it('survives odd names in both directions', () => {
    for (const coordinates of [
      { context: 'arn:aws:eks:eu:1:cluster/prod', namespace: 'shop', resource: 'deployments.apps', name: 'web' },
      {
        context: 'a&b=c %',
        namespace: undefined,
        resource: 'clusterroles.rbac.authorization.k8s.io',
        name: 'system:node',
      },
      { context: undefined, namespace: 'x', resource: 'pods', name: 'with.yaml.inside' },
    ]) {
      const { pathname, search } = new URL(resourceUri(coordinates));
      assert.deepEqual(coordinatesOf(decodeURIComponent(pathname), search.slice(1)), coordinates);
    }
  });

  it('is refused when it names anything else', () => {
    for (const path of ['/a/b', '/a/b/c', '/a/b/c.yaml/d', 'a/b/c.yaml', '/'])
      assert.equal(coordinatesOf(path, ''), undefined, path);
  });
});
