import assert from 'node:assert/strict';
import { testCluster } from '../server/environment.ts';
import { McpServer } from '../server/mcp-process.ts';
import { scratchNamespace } from '../server/scratch.ts';
import { applyPods, script } from './pods.ts';

describe('a real container', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  before(async () => {
    const { kubeconfig } = await testCluster();
    server = await McpServer.start(kubeconfig('admin'), ['--namespace', namespace.name, '--enable-exec']);
    await applyPods(namespace.name, { name: 'box', containers: [script('echo hello; exec sleep infinity')] });
    await server.text('wait_for_resource', { kind: 'pod', name: 'box', for: 'ready' });
  });
  after(() => server.stop());

  it('has a log', async () => {
    assert.match(await server.text('get_pod_logs', { name: 'box' }), /container app: all 1 lines?\.\n\nhello$/);
  });

  it('runs commands', async () => {
    const text = await server.text('exec_in_pod', { name: 'box', command: ['sh', '-c', 'cat /proc/1/comm; exit 3'] });
    assert.match(text, /^exit code 3 .*\nsleep$/);
  });
});
