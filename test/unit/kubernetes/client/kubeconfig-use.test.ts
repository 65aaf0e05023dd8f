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
  it('cannot be used with a server or a proxy that is no URL', () => {
    for (const server of [
      ...[' https://a', 'https://a ', 'https://a\n', 'wss://a', 'https://', 'https://a b'],
      ...['https:/\\a', 'https:a', 'https:/a', 'https:u:p@a', 'https://prod:6443\\@a', 'https://a/b\\c'],
    ])
      assert.throws(() => assertUsable(entry({ server })), /the server of cluster "a" must be a URL such as/, server);
    for (const proxy of [' http://p', 'http://', 'p:3128', 'p', 'socks5h://p', 'http://p\t'])
      assert.throws(
        () => assertUsable(entry({ 'proxy-url': proxy })),
        /the proxy-url of cluster "a" must be a URL/,
        proxy,
      );
    for (const proxy of ['HTTP://p', 'socks5://user:pw@p:1080', 'https://[::1]:3128'])
      assertUsable(entry({ 'proxy-url': proxy }));
  });
  it('cannot be used with certificates and keys that are none', () => {
    const data = Buffer.from('junk').toString('base64');
    assert.throws(() => assertUsable(entry({ 'certificate-authority-data': data })), /holds no certificate: it is PEM/);
    const pem = Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64');
    const user = { 'client-certificate-data': pem, 'client-key-data': data };
    assert.throws(() => assertUsable(entry({}, user)), /the client-key-data of user "u" is not what it must be/);
    // Without a certificate the key is ignored.
    assertUsable(entry({ 'certificate-authority-data': pem }, { 'client-key-data': data, token: 'x' }));
  });
  it('cannot be used with an OIDC login that would be nobody’s', () => {
    const oidc = (config: object) => entry({}, { 'auth-provider': { name: 'oidc', config } });
    const sound = { 'idp-issuer-url': 'https://i', 'client-id': 'k', 'refresh-token': 'r' };
    assertUsable(oidc(sound));
    for (const field of Object.keys(sound))
      assert.throws(() => assertUsable(oidc({ ...sound, [field]: undefined })), new RegExp(field));
    assert.throws(() => assertUsable(entry({}, { 'auth-provider': { config: {} } })), /has no name/);
  });
});
