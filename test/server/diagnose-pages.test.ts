import assert from 'node:assert/strict';
import { diagnosing } from './diagnosing.ts';
import { testCluster } from './environment.ts';
import { FaultProxy } from './fault-proxy.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, namespacesDeleted } from './scratch.ts';

const GOOD = 510;

describe('diagnose_resource of more than one page', () => {
  const { namespace, server, diagnose } = diagnosing();
  const place = () => `--namespace=${namespace.name}`;

  before(async function () {
    this.timeout(180_000);
    await apply(
      [
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: big, namespace: ${namespace.name} }\nspec: { replicas: ${GOOD}, selector: { matchLabels: { app: big } }, template: { metadata: { labels: { app: big }, annotations: { demo.mcp-k8s/quiet: 'true' } }, spec: { containers: [{ name: app, image: nginx }] } } }`,
        // Last by name, so on the last page.
        `apiVersion: v1\nkind: Pod\nmetadata: { name: zzz, namespace: ${namespace.name}, annotations: { demo.mcp-k8s/behaviour: image-pull-failure } }\nspec: { containers: [{ name: app, image: 'nginx:none' }] }`,
      ].join('\n---\n'),
    );
    await kubectl('rollout', 'status', 'deployment/big', place(), '--timeout=170s');
    await kubectl(
      'wait',
      'pod/zzz',
      place(),
      '--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff',
    );
  });

  it('finds the one pod that fails behind 510 that do not', async () => {
    assert.match(
      await diagnose('ns', namespace.name),
      /: 511 pods, 1 not ready\nCause: pod zzz: image "nginx:none" of container app cannot be pulled/,
    );
    const node = await kubectl('get', 'pod', 'zzz', place(), '-o', 'jsonpath={.spec.nodeName}');
    await namespacesDeleted();
    const count = await kubectl('get', 'pods', '-A', `--field-selector=spec.nodeName=${node}`, '-o', 'name');
    assert.match(
      await diagnose('node', node),
      new RegExp(`: Ready, ${count.split('\n').length} pods, \\d+ not ready\\n(.*\\n)*.*/zzz 0/1 ImagePullBackOff`),
    );
  });

  it('counts all pods of a Deployment', async () => {
    const text = await diagnose('deploy', 'big');
    assert.match(text, new RegExp(`: ${GOOD}/${GOOD} ready\\nHealthy: nothing wrong found\\.\\n`));
    assert.match(text, new RegExp(`^and ${GOOD - 8} more, all ready$`, 'm'));
  });

  it('reads logs of some of all pods, not of a page of them', async () => {
    const text = await server().text('get_pod_logs', { kind: 'deploy', name: 'big', tailLines: 5 });
    assert.match(text, new RegExp(`^10 of the ${GOOD} pods of Deployment big`));
  });

  it('says of how much it speaks where pages cannot be read', async () => {
    const proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
    proxy.fail(({ path, query }) => /\/pods$/.test(path) && query.has('continue'), {
      status: 500,
      reason: 'InternalError',
    });
    const behind = await McpServer.start(proxy.kubeconfig, ['--namespace', namespace.name]);
    try {
      const text = await behind.text('diagnose_resource', { kind: 'deploy', name: 'big' });
      assert.doesNotMatch(text, /Healthy/);
      assert.doesNotMatch(text, /has 0 of|0 of 510/);
      assert.match(text, /^Not readable, so not considered: pods \(500\)$/m);
      assert.match(text, /\nNothing wrong found in what could be looked at\./);
    } finally {
      await behind.stop();
      await proxy.stop();
    }
  });

  it('survives that listing is refused', async () => {
    const proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
    proxy.fail(({ path }) => /\/(pods|replicasets|events|networkpolicies|nodes|deployments)$/.test(path), {
      status: 403,
      reason: 'Forbidden',
    });
    const behind = await McpServer.start(proxy.kubeconfig, ['--namespace', namespace.name]);
    try {
      const text = await behind.text('diagnose_resource', { kind: 'deploy', name: 'big' });
      assert.match(text, new RegExp(`: ${GOOD}/${GOOD} ready\\nNothing wrong found in what could be looked at\\.`));
      assert.match(text, /^Not readable for this user, so not considered: .*pods/m);
      const overview = await behind.text('diagnose_resource', { kind: 'cluster' });
      assert.match(overview, /nodes unknown; pods unknown/);
      assert.doesNotMatch(overview, /Nothing wrong found/);
    } finally {
      await behind.stop();
      await proxy.stop();
    }
  });
});
