import assert from 'node:assert/strict';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, fieldOf, kubectl, scratchNamespace } from './scratch.ts';

describe('what a user approved for a pod', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  const make = async () => {
    await apply(
      `apiVersion: v1\nkind: Pod\nmetadata: { name: box, namespace: ${namespace.name} }\nspec: { containers: [{ name: app, image: busybox }] }`,
    );
    await kubectl('wait', '-n', namespace.name, 'pod/box', '--for=condition=Ready', '--timeout=60s');
  };
  before(async () => {
    await make();
    const { kubeconfig } = await testCluster();
    const args = ['--namespace', namespace.name, '--enable-exec', '--enable-delete', '--journal', '/dev/null'];
    server = await McpServer.start(kubeconfig('admin'), args, {}, { elicitation: {} });
    server.client.setRequestHandler(ElicitRequestSchema, async () => {
      await kubectl('delete', 'pod', 'box', '-n', namespace.name, '--grace-period=0', '--force');
      await make();
      return { action: 'accept', content: { decision: 'Apply' } };
    });
  });
  after(() => server.stop());

  const calls: [tool: string, args: object, refusal: RegExp][] = [
    ['exec_in_pod', { command: ['id'] }, /another has taken its name/],
    ['copy_files', { direction: 'in', path: '/tmp/a', content: 'a' }, /another has taken its name/],
    ['debug_pod', { command: ['id'], image: 'busybox', timeoutSeconds: 1 }, /another has taken its name/],
    ['delete_resource', { kind: 'pod' }, /UID in the precondition/],
  ];
  for (const [tool, args, refusal] of calls)
    it(`does not happen to another that has its name, by ${tool}`, async () => {
      assert.match(await server.error(tool, { name: 'box', ...args }), refusal);
      const touched = '{.spec.ephemeralContainers}{.metadata.deletionTimestamp}';
      assert.equal(await fieldOf(touched, 'pod', 'box', '-n', namespace.name), '');
    });
});
