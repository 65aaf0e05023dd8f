import assert from 'node:assert/strict';
import { concerns } from '../../../../src/kubernetes/apimachinery/cluster-match.ts';

describe('patterns of clusters', () => {
  const by = (server: string, pattern: string) => concerns({ contexts: [], servers: [pattern] }, { name: 'x', server });

  it('mean a context by its name, in any case and with *', () => {
    const named = (name: string, ...contexts: string[]) => concerns({ contexts, servers: [] }, { name, server: '' });
    assert.ok(named('prod-eu', 'dev', 'PROD-*'));
    assert.ok(!named('prod-eu', 'prod'));
    assert.ok(!named('prod-eu'));
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
