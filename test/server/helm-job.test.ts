import assert from 'node:assert/strict';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { findHelm } from '../cluster/binaries.ts';
import { seedReleases } from '../cluster/seed-releases.ts';
import { read } from '../jobs/reading.ts';
import { testCluster } from './environment.ts';
import { helmHome } from './helm.ts';
import { McpServer } from './mcp-process.ts';
import { kubectl, scratchNamespace } from './scratch.ts';

/** The most calls, and bytes of answers, it may cost. */
const AT_MOST = { calls: 5, bytes: 6_000 };

describe('A failed release', () => {
  const namespace = scratchNamespace();

  it('is found, explained, compared, rolled back under review and upgraded in few calls and bytes', async () => {
    const [{ path }, cluster] = await Promise.all([findHelm(console.error), testCluster()]);
    await seedReleases(cluster, namespace.name);
    const flags = [`--helm=${path}`, '--review=required', '--enable-helm-rollback', '--enable-helm-upgrade'];
    const server = await McpServer.start(cluster.kubeconfig('admin'), flags, { HOME: helmHome() }, { elicitation: {} });
    const questions: string[] = [];
    server.client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      questions.push(params.message);
      return { action: 'accept', content: { decision: 'Apply' } };
    });
    const costs: string[] = [];
    let bytes = 0;
    const call = async (tool: string, args: Record<string, unknown>) => {
      const text = await server.text(tool, args);
      bytes += Buffer.byteLength(text);
      costs.push(`${tool} ${Buffer.byteLength(text)} bytes`);
      return text;
    };
    try {
      const place = { namespace: namespace.name };
      const [name] = read(
        await call('list_helm_releases', { ...place, status: 'failed' }),
        /^\S+\t(\S+)\t2\tfailed\t/m,
      );
      const why = await call('diagnose_resource', { kind: 'helmrelease', name, ...place });
      const [good] = read(why, /Revision (\d+) was the last that worked/);
      assert.match(why, /CrashLoopBackOff|Deployment checkout/);
      assert.match(await call('get_helm_release', { name, ...place, section: 'diff' }), /image: nginx:1\.29/);
      await call('rollback_helm_release', { name, ...place, revision: Number(good) });
      await call('upgrade_helm_chart', { name, ...place, values: 'image: nginx:1.29' });
      const image = 'jsonpath={.spec.template.spec.containers[0].image}';
      assert.equal(await kubectl('get', 'deploy', 'checkout', '-n', namespace.name, '-o', image), 'nginx:1.29');
      assert.match(await server.text('get_helm_release', { name, ...place }), /: deployed, revision 4/);
      assert.equal(questions.length, 2);
      assert.match(questions[0] ?? '', /HelmRelease [\s\S]*nginx:1\.27/);
      console.log(`      ${costs.length} calls, ${bytes} bytes: ${costs.join(', ')}`);
      assert.ok(costs.length <= AT_MOST.calls && bytes <= AT_MOST.bytes, `${costs.length} calls, ${bytes} bytes`);
    } finally {
      await server.stop();
    }
  });
});
