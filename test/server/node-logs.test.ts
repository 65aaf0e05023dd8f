import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';

const TOOLSETS = '--toolsets=core,node';

// What logs say is tested on a real node: to a simulated one the API server refuses to connect.
describe('get_node_logs', () => {
  let server: McpServer;
  const startAs = async (user: 'admin' | 'viewer' | 'tenant', ...args: string[]) =>
    McpServer.start((await testCluster()).kubeconfig(user), args);
  const start = (...args: string[]) => startAs('admin', ...args);
  before(async () => {
    server = await start(TOOLSETS);
  });
  after(() => server.stop());
  const refused = (more: object = {}) => server.error('get_node_logs', { name: 'node-0', ...more });

  it('leads to nothing but logs of the node', async () => {
    for (const log of [
      '../exec/shop/web',
      'a/../../run',
      '..',
      'a/..',
      './x',
      'a//b/..',
      '%2e%2e/run',
      'a?query=b',
      'a#b',
      'a b',
      'a\\b',
    ])
      assert.match(await refused({ log }), /is no log: a service such as kubelet/, log);
    for (const log of ['pods', 'pods/', 'pods/shop_web_1/web/0.log', '/var/log/containers/web.log'])
      assert.match(await refused({ log }), /The logs of pods are not read through their node/, log);
    assert.match(await refused({ name: 'node-9' }), /There is no nodes "node-9"/);
    assert.match(await refused({ grep: '(' }), /not a regular expression of RE2/);
  });

  it('is refused where the user has not allowed it', async () => {
    for (const [args, expected] of [
      [[], /toolset node, which is switched off.*mcpK8s\.toolsets/],
      [[TOOLSETS, '--deny-kind', 'nodes/proxy'], /nodes\/proxy is closed to agents/],
      [[TOOLSETS, '--allow-namespace', 'shop'], /What a node tells of the pods of all namespaces is outside/],
      [[TOOLSETS, '--enable-list=false'], /get_node_logs is switched off.*mcpK8s\.enableList/],
    ] as const) {
      const other = await start(...args);
      try {
        assert.match(await other.error('get_node_logs', { name: 'node-0' }), expected);
      } finally {
        await other.stop();
      }
    }
    for (const user of ['viewer', 'tenant'] as const) {
      const other = await startAs(user, TOOLSETS);
      try {
        assert.match(await other.error('get_node_logs', { name: 'node-0' }), /cannot get .*nodes.*\(403\)/);
      } finally {
        await other.stop();
      }
    }
  });
});
