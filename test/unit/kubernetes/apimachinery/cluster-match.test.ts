import assert from 'node:assert/strict';
import fc from 'fast-check';
import { concerns, strayPatterns } from '../../../../src/kubernetes/apimachinery/cluster-match.ts';
import { baseUrl } from '../../../../src/kubernetes/apimachinery/urls.ts';
import { withoutUserInfo } from '../../../../src/kubernetes/client/kubeconfig.ts';

describe('patterns of clusters', () => {
  const by = (server: string, pattern: string) => concerns({ contexts: [], servers: [pattern] }, { name: 'x', server });

  it('mean a context by its name, in any case and with *', () => {
    const named = (name: string, ...contexts: string[]) => concerns({ contexts, servers: [] }, { name, server: '' });
    assert.ok(named('prod-eu', 'dev', 'PROD-*'));
    assert.ok(!named('prod-eu', 'prod'));
    assert.ok(!named('prod-eu'));
  });

  it('are stray where they concern none of the clusters there are', () => {
    const patterns = {
      contexts: ['prod-*', 'DEV', 'prdo'],
      servers: ['api.example.com', '10.0.0.1:*', 'ap1.example.com'],
    };
    const places = [
      { name: 'prod-eu', server: 'https://10.0.0.1:6443' },
      { name: 'dev', server: 'https://API.example.com/' },
    ];
    assert.deepEqual(strayPatterns(patterns, places), ['prdo', 'ap1.example.com']);
    assert.deepEqual(strayPatterns(patterns, []), [...patterns.contexts, ...patterns.servers]);
    assert.deepEqual(strayPatterns({ contexts: [], servers: [] }, places), []);
  });

  it('mean a server in every spelling of its address, whatever the context is called', () => {
    for (const server of [
      'https://api.prod.example.com',
      'HTTPS://API.prod.example.com:443/',
      'https://api.prod.example.com//',
    ])
      for (const pattern of [
        'https://api.prod.example.com',
        'https://api.prod.example.com:443',
        'https://API.PROD.example.com/',
        'api.prod.example.com',
        'api.prod.example.com:443',
        '*.prod.example.com',
        'https://*.prod.example.com:443/',
      ])
        assert.ok(by(server, pattern), `${pattern} misses ${server}`);
    assert.ok(by('https://10.0.0.1:6443', '10.0.0.1:6443'));
    assert.ok(by('https://10.0.0.1:6443', '10.0.0.1'));
    assert.ok(by('https://rancher.example.com/k8s/clusters/c-1', 'https://rancher.example.com/k8s/clusters/c-1/'));
  });

  it('mean the address that requests go to, however a kubeconfig or a pattern spells it', () => {
    const spelled = fc.record({
      scheme: fc.constantFrom('https://', 'HTTPS://'),
      login: fc.constantFrom('', 'u@', 'u:p@', 'u%40x:p@', 'other.example@'),
      host: fc.constantFrom(
        ...['prod.example.com', 'PROD.example.com', 'prod.example.com.', 'pr%6fd.example.com', 'prod。example.com'],
        ...['bücher.example', 'xn--bcher-kva.example', '127.1', '127.0.0.1', '0x7f000001'],
        ...['[2001:db8::1]', '[2001:DB8:0::1]'],
      ),
      port: fc.constantFrom('', ':443', ':6443', ':06443', ':'),
      path: fc.constantFrom('', '/', '//', '/x', '//x/', '/./x', '/%78', '/@other.example', '/y/../x'),
      end: fc.constantFrom('', '?@other.example', '?x', '?//u@other.example/'),
    });
    const text = ({ scheme, login, host, port, path, end }: Record<string, string>) =>
      `${scheme}${login}${host}${port}${path}${end}`;
    fc.assert(
      fc.property(spelled, (parts) => {
        const server = withoutUserInfo(text(parts));
        const used = new URL(baseUrl(text(parts)));
        const { hostname } = used;
        const port = used.port || '443';
        const bare = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
        const patterns = [
          hostname,
          bare,
          `${hostname}:${port}`,
          `${hostname}:*`,
          used.href,
          text({ ...parts, end: '' }),
          `${parts.host}`,
        ];
        for (const pattern of patterns) assert.ok(by(server, pattern), `${pattern} misses ${text(parts)}`);
        assert.ok(!by(server, 'other.example'), text(parts));
        assert.ok(!by(server, `${hostname}:1`), text(parts));
      }),
      { numRuns: 2_000 },
    );
  });

  it('mean no other server', () => {
    for (const [server, pattern] of [
      ['https://api.prod.example.com:6443', 'https://api.prod.example.com'],
      ['https://api.prod.example.com.evil.example', 'api.prod.example.com'],
      ['https://10.0.0.10:6443', '10.0.0.1:6443'],
      ['https://rancher.example.com/k8s/clusters/c-1', 'https://rancher.example.com/k8s/clusters/c-2'],
      ['', 'api.prod.example.com'],
      ['no address', 'api.prod.example.com'],
    ] as const)
      assert.ok(!by(server, pattern), `${pattern} is taken for ${server}`);
  });
});
