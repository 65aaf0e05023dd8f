import assert from 'node:assert/strict';
import { proxyFor } from '../../../../src/kubernetes/client/proxies.ts';

const PROXY = 'http://proxy:3128';
const isProxied = (server: string, rules: string) =>
  proxyFor(server, { HTTPS_PROXY: PROXY, NO_PROXY: rules }) === PROXY;

describe('the proxy for a server', () => {
  const cases: [string, string, boolean][] = [
    ['https://a.example.com', '', true],
    ['https://localhost:6443', '', false],
    ['https://127.0.0.2:6443', '', false],
    ['https://[::1]:6443', '', false],
    ['https://[::ffff:127.0.0.1]:6443', '', false],
    ['https://a.example.com', '*', false],
    ['https://a.example.com', 'example.com', false],
    ['https://example.com', 'example.com', false],
    ['https://aexample.com', 'example.com', true],
    ['https://example.com', '.example.com', true],
    ['https://a.example.com', '.example.com', false],
    ['https://a.example.com', '*.example.com', false],
    ['https://a.example.com', 'EXAMPLE.com, other', false],
    ['https://a.example.com', 'a.example.com:443', false],
    ['https://a.example.com:6443', 'a.example.com:443', true],
    ['https://10.1.2.3', '10.0.0.0/8', false],
    ['https://11.1.2.3', '10.0.0.0/8', true],
    ['https://10.1.2.3', '10.1.2.3', false],
    ['https://10.1.2.3:6443', '10.1.2.3:443', true],
    ['https://[2001:db8::1]', '2001:db8::/32', false],
    ['https://[2001:db8::1]:6443', '[2001:db8::1]:6443', false],
    ['https://[::ffff:10.0.0.1]', '10.0.0.0/8', false],
    ['https://[::ffff:10.0.0.1]', '10.0.0.1', false],
    ['https://[::ffff:10.0.0.1]', '::/0', true],
    ['https://10.0.0.1', '::ffff:10.0.0.1', false],
    ['https://10.0.0.1', '::ffff:10.0.0.0/104', false],
    ['https://10.0.0.1', '::ffff:10.0.0.0/64', true],
    ['https://11.0.0.1', '::ffff:10.0.0.0/104', true],
    ['https://10.0.0.1', '::/0', true],
    ['https://[2001:db8::1]', '0.0.0.0/0', true],
    ['https://[2001:db8::1]', '::/0', false],
    ['https://10.1.2.3', '3', true],
    ['https://a.example.com', ' , ,', true],
    ['https://a.example.com', ':443', true],
    ['https://a.example.com', '10.0.0.0/99', true],
  ];
  for (const [server, rules, expected] of cases)
    it(`${expected ? 'is used' : 'is not used'} for ${server} with NO_PROXY="${rules}"`, () =>
      assert.equal(isProxied(server, rules), expected));

  it('is named by the variable of the scheme, in capitals or not, with http in front', () => {
    const server = 'https://a.example.com';
    assert.equal(proxyFor(server, { https_proxy: 'proxy:3128' }), PROXY);
    assert.equal(proxyFor(server, { HTTPS_PROXY: 'socks5://proxy', https_proxy: PROXY }), 'socks5://proxy');
    assert.equal(proxyFor(server, { HTTPS_PROXY: 'SOCKS5://Proxy' }), 'socks5://Proxy');
    assert.equal(proxyFor(server, { HTTP_PROXY: PROXY, ALL_PROXY: PROXY }), undefined);
    assert.equal(proxyFor('http://a.example.com', { HTTP_PROXY: PROXY }), PROXY);
    assert.equal(proxyFor(server, { HTTPS_PROXY: ` ${PROXY}` }), undefined);
  });
});
