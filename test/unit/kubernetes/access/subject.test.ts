import assert from 'node:assert/strict';
import { parseSubject } from '../../../../src/kubernetes/access/subject.ts';

describe('parseSubject', () => {
  for (const [text, told, user] of [
    ['shop/api', 'ServiceAccount shop/api', 'system:serviceaccount:shop:api'],
    ['ServiceAccount shop/api', 'ServiceAccount shop/api', 'system:serviceaccount:shop:api'],
    ['sa:shop/api', 'ServiceAccount shop/api', 'system:serviceaccount:shop:api'],
    ['system:serviceaccount:shop:api', 'ServiceAccount shop/api', 'system:serviceaccount:shop:api'],
    ['alice', 'User alice', 'alice'],
    ['user:alice@example.com', 'User alice@example.com', 'alice@example.com'],
    ['https://issuer.example#alice', 'User https://issuer.example#alice', 'https://issuer.example#alice'],
    ['group:devs', 'Group devs', undefined],
    ['Group system:masters', 'Group system:masters', undefined],
  ] as const)
    it(`reads ${text}`, () => {
      const subject = parseSubject(text, []);
      assert.equal(subject.text, told);
      assert.equal(subject.identity.user, user);
    });

  it('adds the groups that are given to those that are known', () => {
    assert.deepEqual(parseSubject('alice', ['devs']).identity.groups, ['devs', 'system:authenticated']);
    assert.ok(parseSubject('shop/api', []).identity.groups.includes('system:serviceaccounts:shop'));
  });
});
