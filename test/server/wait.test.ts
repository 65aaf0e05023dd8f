import assert from 'node:assert/strict';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { openRequests } from '../support/open-requests.ts';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

describe('wait_for_resource', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  before(async () => {
    const { kubeconfig } = await testCluster();
    server = await McpServer.start(kubeconfig('admin'), ['--namespace', namespace.name]);
  });
  after(() => server.stop());

  const wait = (args: object) => server.text('wait_for_resource', { timeoutSeconds: 20, ...args });
  const inShop = (kind: string, name: string, args: object = {}) =>
    wait({ kind, name, namespace: 'shop', for: 'ready', timeoutSeconds: 1, ...args });
  const pod = (name: string, annotations = '{}') =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${namespace.name}, annotations: ${annotations} }\nspec: { containers: [{ name: app, image: nginx }] }`;

  it('answers at once for what is so already', async () => {
    assert.match(
      await inShop('deploy', 'web'),
      /^Ready already: deployments\.apps "web" in namespace shop \(context admin\): 3 of 3/,
    );
    assert.match(await inShop('sts', 'postgres', { for: 'rollout' }), /^Rolled out already: .*2 of 2 replicas ready/);
    assert.match(await inShop('ds', 'log-agent'), /^Ready already: /);
    assert.match(await inShop('job', 'migrate-db'), /^Ready already: .*1 of 1 completions/);
    assert.match(await inShop('pvc', 'uploads'), /^Ready already: .*Bound/);
    assert.match(await inShop('svc', 'web'), /^Ready already: .*3 of 3 endpoints ready/);
    assert.match(await inShop('crd', 'widgets.demo.mcp-k8s.dev'), /^Ready already: .*Established=True/);
    assert.match(await inShop('node', 'node-0'), /^Ready already: nodes "node-0" \(context admin\): Ready=True/);
    assert.match(await inShop('ns', 'shop'), /^Ready already: .*phase Active/);
    assert.match(await inShop('cm', 'shop-config'), /^Ready already: /);
    assert.match(
      await inShop('deploy', 'web', { for: 'condition=Available' }),
      /^Has condition Available=True already: /,
    );
    assert.match(await inShop('cm', 'never-was', { for: 'deleted' }), /^Gone already: .*there is no such object\.$/);
  });

  it('says what is missing when time runs out, and what to call next', async () => {
    assert.match(
      await inShop('deploy', 'search'),
      /^Not ready after 1\.\d s: deployments\.apps "search" .*0 available.* diagnose_resource shows the cause\.$/,
    );
    assert.match(await inShop('svc', 'checkout'), /it has no endpoints for its selector app=checkout/);
    assert.match(await inShop('pvc', 'archive'), /phase Pending/);
    assert.match(
      await inShop('deploy', 'web', { for: 'condition=Available=False' }),
      /^Does not have condition Available=False after 1/,
    );
    assert.match(await inShop('cm', 'shop-config', { for: 'deleted' }), /^Not deleted after 1.*nobody has deleted it/);
    assert.match(
      await inShop('deploy', 'wbe'),
      /^Not ready after 1.*It never existed in this time\. There is no deployments\.apps "wbe".*Nearest: web/,
    );
  });

  it('waits for an object that does not exist yet, and tells what changes', async () => {
    const messages: string[] = [];
    const created: Promise<void>[] = [];
    const result = (await server.client.callTool(
      { name: 'wait_for_resource', arguments: { kind: 'pod', name: 'late', for: 'ready', timeoutSeconds: 20 } },
      undefined,
      {
        onprogress: ({ message = '' }) => {
          messages.push(message);
          if (messages.length === 1) created.push(apply(pod('late', '{ demo.mcp-k8s/ready-after: 500ms }')));
        },
      },
    )) as CallToolResult;
    await Promise.all(created);
    assert.match(JSON.stringify(result.content), /Ready after \d+\.\d s: pods \\"late\\" .*all containers ready/);
    assert.match(messages[0] ?? '', /it does not exist$/);
    assert.match(messages[1] ?? '', /phase Pending/);
    const told = messages.map((message) => message.replace(/^[\d.]+ s: /, ''));
    assert.ok(
      told.every((detail, index) => detail !== told[index - 1]),
      told.join('\n'),
    );
  });

  it('ends with the deletion, and names the finalizers that hold it up', async () => {
    const name = 'held';
    await apply(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace.name}, finalizers: [example.com/hold] }`,
    );
    await kubectl('delete', 'cm', name, '-n', namespace.name, '--wait=false');
    assert.match(
      await wait({ kind: 'cm', name, for: 'deleted', timeoutSeconds: 0.5 }),
      /^Not deleted after .*it is being deleted, held by its finalizers example\.com\/hold/,
    );
    const [text] = await Promise.all([
      wait({ kind: 'cm', name, for: 'deleted' }),
      kubectl('patch', 'cm', name, '-n', namespace.name, '--type=merge', '-p', '{"metadata":{"finalizers":null}}'),
    ]);
    assert.match(text, /^Gone (already|after \d+\.\d s): configmaps "held"/);
  });

  it('does not wait for a Job that has failed', async () => {
    await apply(`apiVersion: batch/v1
kind: Job
metadata: { name: doomed, namespace: ${namespace.name} }
spec:
  backoffLimit: 0
  template:
    metadata: { annotations: { demo.mcp-k8s/behaviour: job-failure, demo.mcp-k8s/complete-after: 100ms } }
    spec: { restartPolicy: Never, containers: [{ name: app, image: busybox }] }`);
    assert.match(
      await wait({ kind: 'job', name: 'doomed', for: 'ready' }),
      /^Not ready, and waiting will not help: jobs\.batch "doomed".*BackoffLimitExceeded/,
    );
  });

  it('follows a Service to its first ready endpoint', async () => {
    await apply(`apiVersion: v1
kind: Service
metadata: { name: fresh, namespace: ${namespace.name} }
spec: { selector: { app: fresh }, ports: [{ port: 80 }] }`);
    const [text] = await Promise.all([
      wait({ kind: 'svc', name: 'fresh', for: 'ready' }),
      apply(pod('fresh').replace('metadata: {', 'metadata: { labels: { app: fresh },')),
    ]);
    assert.match(text, /^Ready (already|after \d+\.\d s): services "fresh".*1 of 1 endpoints ready/);
  });

  it('stops watching when the call is cancelled', async () => {
    /** How many single-Widget watches the API server has open. */
    const watches = async () =>
      openRequests(await kubectl('get', '--raw', '/metrics'), {
        resource: 'widgets',
        scope: 'resource',
        verb: 'WATCH',
      });
    const watched = (count: number) => until(async () => (await watches()) === count);
    const cancel = new AbortController();
    const call = server.client.callTool(
      { name: 'wait_for_resource', arguments: { kind: 'widget', name: 'nobody', for: 'ready', timeoutSeconds: 600 } },
      undefined,
      { signal: cancel.signal },
    );
    const rejected = assert.rejects(call, /abort/i);
    await watched(1);
    cancel.abort();
    await rejected;
    await watched(0);
  });

  it('explains what cannot be waited for', async () => {
    const error = (args: object) => server.error('wait_for_resource', { kind: 'deploy', name: 'web', ...args });
    for (const text of ['', 'bananas', 'condition', 'condition=', 'ready=True', 'a=b=c=d']) {
      assert.match(
        await error({ for: text }),
        /nothing that can be waited for\. Use ready, available, rollout, deleted, condition=Type/,
      );
    }
    assert.match(await error({ kind: 'pod', for: 'rollout' }), /pods have no rollout.*Use for=ready/);
    assert.match(await error({ for: 'ready', namespace: 'shpo' }), /namespace "shpo" does not exist; nearest: shop/);
    assert.match(await error({ for: 'ready', timeoutSeconds: 601 }), /timeoutSeconds/);
    assert.match(await error({ kind: 'deplyment', for: 'ready' }), /deployments/);
  });

  it('works for a viewer and for the user of one namespace', async () => {
    const { kubeconfig } = await testCluster();
    const viewer = await McpServer.start(kubeconfig('viewer'), ['--namespace', 'shop']);
    assert.match(await viewer.text('wait_for_resource', { kind: 'svc', name: 'web', for: 'ready' }), /^Ready already/);
    assert.match(await viewer.error('wait_for_resource', { kind: 'secret', name: 'x', for: 'deleted' }), /\(403\)/);
    await viewer.stop();
    const tenant = await McpServer.start(kubeconfig('tenant'));
    assert.match(
      await tenant.text('wait_for_resource', { kind: 'deploy', name: 'worker', for: 'rollout' }),
      /^Rolled out already/,
    );
    assert.match(
      await tenant.error('wait_for_resource', { kind: 'deploy', name: 'web', namespace: 'shop', for: 'ready' }),
      /\(403\)/,
    );
    await tenant.stop();
  });
});
