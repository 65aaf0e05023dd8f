import assert from 'node:assert/strict';
import {
  type Action,
  allows,
  isSubject,
  type PolicyRule,
  serviceAccount,
} from '../../../../src/kubernetes/access/rbac.ts';

const get = (resource: string, more: object = {}): Action => ({ verb: 'get', group: '', resource, ...more });
const rule = (more: PolicyRule): PolicyRule => ({ verbs: ['get'], apiGroups: [''], ...more });

describe('allows', () => {
  const cases: [string, PolicyRule, Action, boolean | readonly string[]][] = [
    ['a resource', rule({ resources: ['pods'] }), get('pods'), true],
    ['no other', rule({ resources: ['pods'] }), get('secrets'), false],
    ['no other verb', rule({ resources: ['pods'], verbs: ['list'] }), get('pods'), false],
    ['every verb', rule({ resources: ['pods'], verbs: ['*'] }), get('pods'), true],
    ['no other group', rule({ resources: ['pods'], apiGroups: ['apps'] }), get('pods'), false],
    ['every group', rule({ resources: ['pods'], apiGroups: ['*'] }), get('pods'), true],
    ['no subresource of it', rule({ resources: ['pods'] }), get('pods', { subresource: 'log' }), false],
    ['a subresource', rule({ resources: ['pods/log'] }), get('pods', { subresource: 'log' }), true],
    ['not what it belongs to', rule({ resources: ['pods/log'] }), get('pods'), false],
    ['it of every resource', rule({ resources: ['*/log'] }), get('pods', { subresource: 'log' }), true],
    ['everything', rule({ resources: ['*'] }), get('pods', { subresource: 'log' }), true],
    ['one name', rule({ resources: ['pods'], resourceNames: ['web'] }), get('pods', { name: 'web' }), true],
    ['not another name', rule({ resources: ['pods'], resourceNames: ['web'] }), get('pods', { name: 'api' }), false],
    ['some names', rule({ resources: ['pods'], resourceNames: ['web'] }), get('pods'), ['web']],
    ['a path', { verbs: ['get'], nonResourceURLs: ['/metrics'] }, { verb: 'get', path: '/metrics' }, true],
    ['what is below it', { verbs: ['get'], nonResourceURLs: ['/logs/*'] }, { verb: 'get', path: '/logs/x' }, true],
    ['no other path', { verbs: ['get'], nonResourceURLs: ['/logs/*'] }, { verb: 'get', path: '/metrics' }, false],
    ['no path', rule({ resources: ['*'] }), { verb: 'get', path: '/metrics' }, false],
  ];
  for (const [what, given, action, expected] of cases)
    it(`is asked for ${what}`, () => assert.deepEqual(allows(given, action), expected));
});

describe('isSubject', () => {
  const of = (subject: object) => ({ metadata: { namespace: 'shop' }, subjects: [subject] });
  const api = serviceAccount('shop', 'api');
  it('knows a ServiceAccount by its names and groups', () => {
    for (const subject of [
      { kind: 'ServiceAccount', name: 'api', namespace: 'shop' },
      { kind: 'ServiceAccount', name: 'api' },
      { kind: 'User', name: 'system:serviceaccount:shop:api' },
      { kind: 'Group', name: 'system:serviceaccounts:shop' },
      { kind: 'Group', name: 'system:authenticated' },
    ])
      assert.ok(isSubject(of(subject), api), JSON.stringify(subject));
  });
  it('knows nobody else', () => {
    for (const subject of [
      { kind: 'ServiceAccount', name: 'api', namespace: 'other' },
      { kind: 'User', name: 'api' },
      { kind: 'Group', name: 'api' },
    ])
      assert.ok(!isSubject(of(subject), api), JSON.stringify(subject));
  });
});
