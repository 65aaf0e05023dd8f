import assert from 'node:assert/strict';
import { accessOf } from '../../../../src/kubernetes/client/client.ts';
import type { Access, ApiRequest } from '../../../../src/kubernetes/client/request.ts';

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
    ['POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', 'read'],
    ['POST', '/apis/authorization.k8s.io/v1/namespaces/a/localsubjectaccessreviews', 'create'],
    ['POST', '/apis/authentication.k8s.io/v1/tokenreviews', 'create'],
    ['GET', '/api/v1/namespaces/a/configmaps/exec', 'read'],
  ];
  for (const [method, path, access] of cases)
    it(`${method} ${path} is ${access}`, () => assert.equal(accessOf({ method, path }), access));
});
