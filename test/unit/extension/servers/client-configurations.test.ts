import assert from 'node:assert/strict';
import {
  clientConfiguration,
  httpConfiguration,
  MCP_CLIENTS,
} from '../../../../src/extension/servers/client-configurations.ts';

describe('configuration for another client', () => {
  const server = { label: 'mcp-k8s', command: '/opt/node', args: ['/x/server.cjs', '--context=a "b"'] };

  it('is the server under the key that the client reads', () => {
    const { command, args } = server;
    assert.deepEqual(JSON.parse(clientConfiguration({ key: 'mcpServers' }, server, false)), {
      mcpServers: { 'mcp-k8s': { command, args } },
    });
    assert.deepEqual(JSON.parse(clientConfiguration({ key: 'servers' }, server, false)), {
      servers: { 'mcp-k8s': { type: 'stdio', command, args } },
    });
    assert.equal(MCP_CLIENTS.find(({ name }) => name === 'VS Code')?.key, 'servers');
  });

  it('is the URL and the token for a server that runs', () => {
    const running = { label: 'mcp-k8s-http', url: 'http://127.0.0.1:1234/mcp', token: 'secret' };
    const server = { type: 'http', url: running.url, headers: { Authorization: 'Bearer secret' } };
    for (const { key } of MCP_CLIENTS)
      assert.deepEqual(JSON.parse(httpConfiguration({ key }, running)), { [key]: { 'mcp-k8s-http': server } });
  });

  it('tells Electron to be Node', () => {
    const { mcpServers } = JSON.parse(clientConfiguration({ key: 'mcpServers' }, server, true));
    assert.deepEqual(mcpServers['mcp-k8s'].env, { ELECTRON_RUN_AS_NODE: '1' });
  });
});
