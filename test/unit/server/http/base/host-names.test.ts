import assert from 'node:assert/strict';
import { HostNames } from '../../../../../src/server/http/base/host-names.ts';

describe('host names', () => {
  const allowed = (given: string[], hosts: string[]) => {
    const names = new HostNames(given, []);
    return hosts.filter((host) => names.allowsHost(host));
  };

  it('are those that no foreign web page can have', () => {
    const fine = ['localhost:8080', '10.0.0.1', '[::1]:8080', 'mcp-k8s', 'mcp-k8s.dify.svc', 'x.svc.cluster.local:80'];
    assert.deepEqual(allowed([], fine), fine);
    assert.deepEqual(allowed([], ['mcp.example.com', 'svc.example.com', 'localhost.example.com', 'a b', '']), []);
  });

  it('are those that are listed, in any case, with any port unless one is named', () => {
    const given = ['MCP.example.com', 'other.example.com:8443'];
    assert.deepEqual(
      allowed(given, ['mcp.EXAMPLE.com', 'mcp.example.com:9000', 'other.example.com:8443', 'other.example.com']),
      ['mcp.EXAMPLE.com', 'mcp.example.com:9000', 'other.example.com:8443'],
    );
  });

  it('are all names below a domain, and not those that only end like it', () => {
    const below = ['mcp.example.com', 'a.b.Example.com:443'];
    assert.deepEqual(
      allowed(['*.example.com'], [...below, 'example.com', 'notexample.com', 'mcp.example.com.evil.net']),
      below,
    );
    const withPort = ['a.example.com:8443', 'A.B.Example.com:8443'];
    assert.deepEqual(
      allowed(
        ['*.example.com:8443'],
        [...withPort, 'a.example.com', 'a.example.com:443', 'a.example.com:18443', 'example.com:8443'],
      ),
      withPort,
    );
    // As with every name, a star elsewhere stands for itself.
    assert.deepEqual(allowed(['*', 'mcp-*.example.com'], ['mcp.example.com', 'mcp-a.example.com']), []);
  });
});
