import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import { testCluster } from '../server/environment.ts';
import { McpServer } from '../server/mcp-process.ts';
import { apply, kubectl, scratchNamespace } from '../server/scratch.ts';
import { applyPods, podSpec, script } from './pods.ts';
import { waitFor } from './waiting.ts';

const READINESS = { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1 };

describe('a real workload', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  before(async () => {
    const { kubeconfig } = await testCluster();
    const args = ['--namespace', namespace.name, '--enable-update'];
    server = await McpServer.start(kubeconfig('admin'), args);
    await applyPods(namespace.name, {
      name: 'busy',
      containers: [
        script('while :; do :; done', {
          resources: { requests: { cpu: '50m', memory: '16Mi' }, limits: { cpu: '100m' } },
        }),
      ],
    });
    await deploy('shop', {});
  });
  after(() => server.stop());

  async function deploy(name: string, env: Record<string, string>): Promise<void> {
    const labels = { app: name };
    const spec = await podSpec({ containers: [{ env, readinessProbe: READINESS }] });
    const template = { metadata: { labels }, spec };
    await apply(
      stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace: namespace.name },
        spec: { replicas: 2, selector: { matchLabels: labels }, template },
      }),
    );
  }
  const shop = { kind: 'deployment', name: 'shop' };
  const rolledOut = (timeoutSeconds: number) =>
    server.call('wait_for_resource', { ...shop, for: 'rollout', timeoutSeconds });

  it('is waited for until its program says that it is ready', async () => {
    await applyPods(namespace.name, {
      name: 'slow',
      containers: [{ env: { READY_AFTER: '4000' }, readinessProbe: READINESS }],
    });
    const text = await server.text('wait_for_resource', { kind: 'pod', name: 'slow', for: 'ready' });
    assert.match(text, /^Ready after \d/);
    const { status } = JSON.parse(await kubectl('get', 'pod', 'slow', '-n', namespace.name, '-o', 'json'));
    const since = (type: string) =>
      Date.parse(status.conditions.find((one: { type: string }) => one.type === type).lastTransitionTime);
    assert.ok(since('Ready') - since('PodScheduled') >= 4_000, JSON.stringify(status.conditions));
  });

  it('keeps its old pods while the new ones are not ready, and is undone', async () => {
    assert.equal((await rolledOut(50)).isError, false);
    await deploy('shop', { READY: '500' });
    const stuck = await rolledOut(5);
    assert.match(stuck.text, /not .*within 5 s|1 of 2|0 of|updated/i);
    assert.match(
      await server.text('diagnose_resource', shop),
      /Cause: .*is not ready: its readiness probe .*statuscode: 500/,
    );
    assert.equal(
      await kubectl('get', 'deployment', 'shop', '-n', namespace.name, '-o', 'jsonpath={.status.readyReplicas}'),
      '2',
    );
    await server.text('rollout_resource', { ...shop, action: 'undo' });
    assert.match((await rolledOut(50)).text, /^(Ready|Rolled out|Rollout)/);
  });

  it('is measured by what it really uses', async () => {
    const text = await waitFor(async () => {
      const answer = await server.call('get_resource_usage', { kind: 'pod', name: 'busy' });
      return /\nbusy\t(?:[89]\d|1[0-2]\d)m\t/.test(answer.text) ? answer.text : undefined;
    });
    // Limited to a tenth of a CPU, and uses all of it.
    assert.match(text, /\nbusy\t\d+m\t\d{3}% of 50m\t\d{2,3}% of 100m\t/);
    assert.match(
      await server.text('get_resource_usage', { kind: 'node', name: 'real-node' }),
      /\nreal-node\t\d+\/110\t\d+m /,
    );
  });

  it('leaves a node that is drained as far as its budget allows', async () => {
    const [node, selector] = ['real-node', '--pod-selector=app=shop'];
    await apply(
      stringify({
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'shop', namespace: namespace.name },
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'shop' } } },
      }),
    );
    try {
      // The first may be evicted; the budget then keeps the other, because no replacement finds a node.
      await assert.rejects(kubectl('drain', node, selector, '--timeout=10s'), /violate the pod's disruption budget/);
      const text = await waitFor(async () => {
        const answer = await server.text('diagnose_resource', shop);
        return /unschedulable|cordoned/i.test(answer) ? answer : undefined;
      });
      assert.match(text, /1\/2 ready/);
    } finally {
      await kubectl('uncordon', node);
    }
    assert.equal((await rolledOut(50)).isError, false);
  });
});
