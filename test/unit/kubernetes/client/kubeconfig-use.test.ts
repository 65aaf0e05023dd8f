import assert from 'node:assert/strict';
import { assertUsable } from '../../../../src/kubernetes/client/kubeconfig-use.ts';

const entry = (cluster: object, user: object = {}) => ({
  name: 'c',
  namespace: 'default',
  cluster: { name: 'a', cluster: { server: 'https://a', ...cluster } },
  user: { name: 'u', user },
  shadowed: [],
});

describe('a context', () => {
  it('cannot be used with a certificate authority that is not asked', () =>
    assert.throws(
      () => assertUsable(entry({ 'insecure-skip-tls-verify': true, 'certificate-authority-data': 'YQ==' })),
      /^UserError: Context "c" cannot be used, as with kubectl: cluster "a" has insecure-skip-tls-verify beside a certificate authority/,
    ));
  it('can be used with neither, or one of them', () => {
    for (const cluster of [{}, { 'insecure-skip-tls-verify': true }, { 'certificate-authority': '/ca.crt' }])
      assertUsable(entry(cluster));
  });
  it('never quotes a credential', () =>
    assert.throws(
      () => assertUsable(entry({}, { token: 'top-secret', password: 'top-secret' })),
      (error: Error) => !error.message.includes('top-secret'),
    ));
});
