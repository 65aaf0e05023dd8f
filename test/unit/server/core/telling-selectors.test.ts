import assert from 'node:assert/strict';
import { refuseTellingSelectors } from '../../../../src/server/core/telling-selectors.ts';

describe('selectors', () => {
  for (const labelSelector of [
    'token=abc',
    'app=web,token=abc',
    ' token in (a,abc)',
    'app in (token, b), api-key notin (x)',
    'example.com/db-password!=x',
    'a,b,secretToken==x',
    'token in(a)',
  ])
    it(`are refused where they compare what is redacted: ${labelSelector}`, () =>
      assert.throws(() => refuseTellingSelectors({ labelSelector }), /would tell them/));

  it('are refused in fields, too', () =>
    assert.throws(
      () => refuseTellingSelectors({ fieldSelector: 'metadata.name=a,spec.password=4815' }),
      /spec\.password/,
    ));

  for (const labelSelector of [
    'app=token',
    'app in (token,password=x)',
    'token',
    '!token',
    'rbac.authorization.k8s.io/aggregate-to-admin=true',
    'reconcile.external-secrets.io/managed=true',
    'app.kubernetes.io/name=vault-token-reader,tier!=secret',
    '',
  ])
    it(`are taken otherwise: ${labelSelector}`, () => refuseTellingSelectors({ labelSelector, other: 'token=x' }));
});
