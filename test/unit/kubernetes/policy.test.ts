import assert from 'node:assert/strict';
import { requestTarget } from '../../../src/kubernetes/apimachinery/request-target.ts';
import type { Access } from '../../../src/kubernetes/client/request.ts';
import { Policy, type Rules } from '../../../src/kubernetes/policy.ts';

const off = { list: true, create: false, update: false, delete: false, exec: false };
const on = { list: true, create: true, update: true, delete: true, exec: true };

function policy(rules: Partial<Rules> = {}): Policy {
  return new Policy({
    switches: on,
    contexts: [],
    namespaces: [],
    protectedContexts: [],
    deniedKinds: [],
    readOnlyKinds: [],
    ...rules,
  });
}

function refusal(subject: Policy, access: Access, path: string, context = 'dev'): string | undefined {
  const clusterScoped = ['nodes', 'clusterroles'];
  return subject.requestRefusal(context, access, requestTarget(path), ({ resource }) =>
    resource === 'strange' ? undefined : !clusterScoped.includes(resource),
  );
}

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

describe('policy', () => {
  const pod = '/api/v1/namespaces/shop/pods/web';

  it('asks for a switch for each kind of write', () => {
    const subject = policy({ switches: off });
    assert.equal(refusal(subject, 'read', pod), undefined);
    for (const access of ['create', 'update', 'delete', 'exec'] as const) {
      assert.match(refusal(subject, access, pod) ?? '', /not permitted/);
      assert.match(subject.toolRefusal({ name: 'x', access }) ?? '', /switched off/);
      const single = policy({ switches: { ...off, [access]: true } });
      assert.equal(refusal(single, access, pod), undefined);
      assert.equal(single.toolRefusal({ name: 'x', access }), undefined);
    }
    assert.match(
      policy({ switches: { ...on, list: false } }).toolRefusal({ name: 'list_resources', access: 'read' }) ?? '',
      /enableList/,
    );
  });

  it('writes in the contexts only that writing was allowed for, by their names', () => {
    const subject = policy({ writeContexts: ['dev'] });
    assert.equal(refusal(subject, 'update', pod, 'dev'), undefined);
    assert.equal(refusal(subject, 'read', pod, 'prod'), undefined);
    for (const other of ['prod', 'DEV', 'dev-2', ''])
      assert.match(refusal(subject, 'update', pod, other) ?? '', /allowed for context "dev"/, other);
    assert.match(refusal(policy({ writeContexts: [''] }), 'update', pod, 'dev') ?? '', /allowed for context/);
  });

  it('writes nothing in a protected context, whatever is switched on', () => {
    const subject = policy({ protectedContexts: ['*prod*'] });
    assert.match(refusal(subject, 'update', pod, 'eu-PROD-1') ?? '', /protected/);
    assert.equal(refusal(subject, 'read', pod, 'eu-prod-1'), undefined);
    assert.equal(refusal(subject, 'update', pod, 'staging'), undefined);
  });

  it('keeps to the allowed namespaces', () => {
    const subject = policy({ namespaces: ['shop'] });
    assert.equal(refusal(subject, 'delete', pod), undefined);
    assert.equal(refusal(subject, 'read', '/api/v1/namespaces/shop'), undefined);
    assert.equal(refusal(subject, 'read', '/api/v1/nodes/n1'), undefined);
    assert.equal(refusal(subject, 'read', '/apis'), undefined);
    for (const path of [
      '/api/v1/namespaces/other/pods',
      '/api/v1/pods',
      '/api/v1/namespaces',
      '/api/v1/namespaces/other',
      '/api/v1/strange',
    ]) {
      assert.match(
        refusal(subject, 'read', path) ?? '',
        /outside of what is allowed here\. Allowed namespaces: shop/,
        path,
      );
    }
    assert.match(refusal(subject, 'update', '/api/v1/nodes/n1') ?? '', /outside/);
  });

  it('closes kinds, their subresources, and kinds for writing', () => {
    const subject = policy({
      deniedKinds: ['secrets', '*.example.com', 'pods/log'],
      readOnlyKinds: ['clusterroles.*'],
    });
    assert.match(refusal(subject, 'read', '/api/v1/namespaces/a/secrets') ?? '', /closed/);
    assert.match(refusal(subject, 'read', '/apis/x.example.com/v1/namespaces/a/things') ?? '', /closed/);
    assert.match(refusal(subject, 'read', `${pod}/log`) ?? '', /closed/);
    assert.equal(refusal(subject, 'read', pod), undefined);
    const role = '/apis/rbac.authorization.k8s.io/v1/clusterroles/x';
    assert.equal(refusal(subject, 'read', role), undefined);
    assert.match(refusal(subject, 'update', role) ?? '', /read but not written/);
  });

  it('hands out no tokens', () =>
    assert.match(refusal(policy(), 'create', '/api/v1/namespaces/a/serviceaccounts/b/token') ?? '', /Tokens/));

  it('allows its own context and those that match', () => {
    const subject = policy({ contexts: ['dev-*'] });
    assert.ok(subject.allowsContext('main', 'main'));
    assert.ok(subject.allowsContext('dev-1', 'main'));
    assert.ok(!subject.allowsContext('predev-1', 'main'));
    assert.ok(!policy().allowsContext('a.b', 'axb'));
  });
});
