import assert from 'node:assert/strict';
import type { Access } from '../../../../src/kubernetes/apimachinery/access.ts';
import { accessOf, type KnownKinds, RequestGuard } from '../../../../src/kubernetes/client/guard.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';

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
    ['GET', '/api/v1/namespaces/a/services/s%3A9090/proxy/api/v1/query', 'read'],
    ['POST', '/api/v1/namespaces/a/services/s/proxy/api/v1/query', 'exec'],
    ['GET', '/api/v1/namespaces/a/services/s/proxy/api/v1/query/..', 'exec'],
    ['GET', '/api/v1/namespaces/a/services/s/proxy/api/v1/admin', 'exec'],
    ['GET', '/api/v1/namespaces/a/pods/s/proxy/api/v1/query', 'exec'],
    ['POST', '/api/v1/namespaces/a/serviceaccounts/s/token', 'create'],
    ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 'read'],
    ['POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', 'read'],
    ['POST', '/apis/authorization.k8s.io/v1/namespaces/a/localsubjectaccessreviews', 'create'],
    ['POST', '/apis/authentication.k8s.io/v1/tokenreviews', 'create'],
    ['GET', '/api/v1/namespaces/a/configmaps/exec', 'read'],
  ];
  for (const [method, path, access] of cases)
    it(`${method} ${path} is ${access}`, () => assert.equal(accessOf({ method, path }), access));
});

describe('the guard of an API server', () => {
  const kinds: KnownKinds = { known: undefined, isNamespaced: ({ resource }) => resource !== 'nodes' };
  const guard = (namespaces: readonly string[]) =>
    new RequestGuard(
      {
        namespaces,
        requestRefusal: (context, { access, target }) =>
          access === 'read' ? undefined : `${context}: ${access} ${target?.resource}`,
      },
      'dev',
      () => kinds,
    );

  it('refuses what the rules refuse', () => {
    assert.doesNotThrow(() => guard([]).check({ path: '/api/v1/pods' }));
    assert.throws(() => guard([]).check({ method: 'DELETE', path: '/api/v1/nodes/n' }), {
      name: 'RefusedError',
      message: 'dev: delete nodes',
    });
  });

  it('limits a list of all namespaces to those that are allowed', () => {
    const limited = guard(['a', 'b']);
    assert.deepEqual(limited.limitOf({ path: '/api/v1/pods' }), ['a', 'b']);
    for (const path of [
      '/api/v1/nodes',
      '/api/v1/namespaces',
      '/api/v1/namespaces/a/pods',
      '/api/v1/nodes/n',
      '/version',
    ])
      assert.equal(limited.limitOf({ path }), undefined, path);
    assert.equal(limited.limitOf({ method: 'POST', path: '/api/v1/pods' }), undefined);
    assert.equal(guard([]).limitOf({ path: '/api/v1/pods' }), undefined);
  });
});
