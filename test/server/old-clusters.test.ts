import assert from 'node:assert/strict';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { type Exchange, FaultProxy } from './fault-proxy.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, podsMeasured, scratchNamespace } from './scratch.ts';

const WRITES = ['--enable-create', '--enable-update', '--enable-delete', '--review=off'];
const isDiscovery = ({ path }: Exchange) => path === '/api' || path === '/apis';

describe('clusters that are old or broken', () => {
  const namespace = scratchNamespace();
  let proxy: FaultProxy;
  before(async () => {
    proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
  });
  afterEach(() => proxy.heal());
  after(() => proxy.stop());

  async function use<T>(run: (server: McpServer) => Promise<T>): Promise<T> {
    const args = ['--namespace', namespace.name, '--journal', '/dev/null', ...WRITES];
    const server = await McpServer.start(proxy.kubeconfig, args);
    try {
      return await run(server);
    } finally {
      await server.stop();
    }
  }
  const asked = (path: string) => proxy.exchanges.some((exchange) => exchange.path === path);

  /** Exercises an object from finding its kind to deleting it. */
  async function work(server: McpServer, name: string): Promise<void> {
    const place = `namespace: ${namespace.name}`;
    const template =
      'template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: nginx }] } }';
    const manifest = `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, ${place} }\nspec: { replicas: 0, selector: { matchLabels: { app: a } }, ${template} }`;
    assert.match(await server.text('create_resource', { manifest }), /^created: deployments\.apps/m);
    assert.match(
      await server.text('list_resources', { kind: 'deploy' }),
      new RegExp(`^${namespace.name}\t${name}\t`, 'm'),
    );
    assert.match(await server.text('list_resources', { kind: 'wd', namespace: 'shop' }), /^NAME\t(COLOUR\t|CREATED$)/m);
    assert.match(await server.text('scale_resource', { kind: 'deploy', name, replicas: 1 }), /0 → 1/);
    assert.match(await server.text('rollout_resource', { kind: 'deploy', name, action: 'restart' }), /^Restarted/);
    const rolledOut = { kind: 'deploy', name, for: 'rollout' };
    assert.match(await server.text('wait_for_resource', rolledOut), /^Rolled out/);
    const patch = '{"metadata":{"labels":{"a":"b"}}}';
    assert.match(await server.text('update_resource', { kind: 'deploy', name, patch }), /^\+ .*a: b/m);
    assert.match(await server.text('diagnose_resource', { kind: 'deploy', name }), /Deployment/);
    assert.match(await server.text('delete_resource', { kind: 'deploy', name }), /^(Deleted|The deletion)/);
  }

  it('are worked with as 1.28 describes its kinds: aggregated, in a beta version', async () => {
    proxy.fail(isDiscovery, {
      rewrite: (answer) => answer.replace('apidiscovery.k8s.io/v2', 'apidiscovery.k8s.io/v2beta1'),
    });
    proxy.fail(({ path }) => path === '/version', {
      rewrite: (answer) =>
        answer.replace(/"gitVersion": *"[^"]+"/, '"gitVersion":"v1.28.15"').replace(/"minor": *"\d+"/, '"minor":"28"'),
    });
    await use(async (server) => {
      await work(server, 'beta');
      const { messages } = await server.client.getPrompt({ name: 'plan-upgrade' });
      assert.match(JSON.stringify(messages), /1\.28\.15.*1\.29/);
    });
  });

  it('are worked with without aggregated discovery, whether it is passed over or refused', async () => {
    const kinds = await use((server) => server.text('get_api_resources'));
    const sorted = (text: string) => text.split('\n').sort();
    proxy.fail(isDiscovery, { accept: 'application/json' });
    await use(async (server) => {
      assert.deepEqual(sorted(await server.text('get_api_resources')), sorted(kinds));
      assert.ok(asked('/apis/apps/v1'));
      await work(server, 'legacy');
    });
    proxy.fail(({ headers }) => /apidiscovery/.test(headers.accept ?? ''), { status: 406, reason: 'NotAcceptable' });
    await use(async (server) => {
      assert.deepEqual(sorted(await server.text('get_api_resources')), sorted(kinds));
    });
  });

  it('are explained from what there is, or plainly not, without OpenAPI v3', async () => {
    for (const status of [403, 404]) {
      proxy.fail(({ path }) => path.startsWith('/openapi/v3'), { status });
      await use(async (server) => {
        assert.match(await server.text('explain_resource', { kind: 'widget', field: 'spec' }), /^colour\*\t/m);
        assert.match(await server.error('explain_resource', { kind: 'deploy' }), /publishes no OpenAPI v3/);
      });
    }
  });

  it('are listed without tables', async () => {
    proxy.fail(({ headers }) => /as=(Table|PartialObjectMetadata)/.test(headers.accept ?? ''), {
      accept: 'application/json',
    });
    await use(async (server) => {
      await podsMeasured();
      const usage = await server.text('list_resources', { kind: 'pods.metrics.k8s.io', namespace: 'shop' });
      assert.match(usage, /pods\.metrics\.k8s\.io in namespace shop\nNAME\tCREATED\n\S+\t\d{4}-/);
      const deployments = await server.text('list_resources', { kind: 'deploy' });
      assert.match(deployments, /in all namespaces\nNAMESPACE\tNAME\tCREATED\n(.*\n)*shop\tweb\t\d{4}-/);
      const secrets = await server.text('list_resources', { kind: 'secrets', namespace: 'shop' });
      assert.match(secrets, /^db-credentials\t\d{4}-\S+$/m);
      assert.match(
        await server.error('get_resource', { kind: 'deploy', name: 'wbe', namespace: 'shop' }),
        /Nearest: web/,
      );
      await work(server, 'plain');
    });
  });

  describe('with a broken APIService', () => {
    const group = 'broken.mcp-k8s.dev';
    before(() =>
      apply(
        `apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: { name: v1.${group} }\nspec: { group: ${group}, version: v1, groupPriorityMinimum: 100, versionPriority: 10, insecureSkipTLSVerify: true, service: { name: no-such, namespace: ${namespace.name} } }\n`,
      ),
    );
    after(() => kubectl('delete', 'apiservice', `v1.${group}`));

    for (const [name, accept] of [
      ['aggregated', undefined],
      ['legacy', 'application/json'],
    ] as const) {
      it(`work with the rest and say what is missing, in ${name} discovery`, async () => {
        if (accept) proxy.fail(isDiscovery, { accept });
        await use(async (server) => {
          const groups = async () => JSON.stringify(await (await testCluster()).client.get('/apis'));
          await until(async () => (await groups()).includes(group));
          const kinds = await server.text('get_api_resources');
          assert.match(kinds, /^deployments\tdeploy\tapps\/v1\t/m);
          assert.match(kinds, new RegExp(`Not available now, the cluster could not list them: .*${group}/v1`));
          await work(server, name);
          const error = await server.error('list_resources', { kind: `things.${group}` });
          assert.match(error, new RegExp(`serves no kind.*The cluster could not list .*${group}/v1`));
        });
      });
    }
  });
});
