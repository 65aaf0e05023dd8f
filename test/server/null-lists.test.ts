import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { type Exchange, FaultProxy } from './fault-proxy.ts';
import { McpServer } from './mcp-process.ts';
import { scratchNamespace } from './scratch.ts';

/** Every empty list in an answer as null, as Go servers write nil slices. */
const withNulls = (answer: string) =>
  JSON.stringify(JSON.parse(answer), (_, value) => (Array.isArray(value) && value.length === 0 ? null : value));
/** Every list in an answer as null, whatever its content. */
const withoutLists = (answer: string) => {
  const { items, rows, columnDefinitions, resources, ...rest } = JSON.parse(answer);
  return JSON.stringify({
    ...rest,
    ...(items && { items: null }),
    ...(rows && { rows: null }),
    ...(columnDefinitions && { columnDefinitions: null }),
    ...(resources && { resources: null }),
  });
};

describe('lists that a server writes as null', () => {
  const namespace = scratchNamespace();
  let proxy: FaultProxy;
  let server: McpServer;
  before(async () => {
    proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
    const args = ['--namespace', namespace.name, '--enable-create', '--review=off', '--journal', '/dev/null'];
    server = await McpServer.start(proxy.kubeconfig, args);
  });
  afterEach(() => proxy.heal());
  after(async () => {
    await server.stop();
    await proxy.stop();
  });

  const isList = ({ method, path, query }: Exchange) =>
    method === 'GET' &&
    !query.has('watch') &&
    /\/(configmaps|pods|nodes|events|widgets|namespaces|deployments)$/.test(path);
  const place = () => ({ namespace: namespace.name });
  const calls = (): [string, Record<string, unknown>, RegExp][] => [
    ['list_resources', { kind: 'pods', ...place() }, /^No pods in namespace/],
    ['list_resources', { kind: 'pods', ...place(), output: 'wide' }, /^No pods in namespace/],
    ['list_resources', { kind: 'pods', ...place(), output: 'name' }, /^No pods in namespace/],
    ['list_resources', { kind: 'pods', ...place(), output: 'yaml' }, /^No pods in namespace/],
    ['list_resources', { kind: 'pods', ...place(), columns: ['A:.a'] }, /^No pods in namespace/],
    ['list_resources', { kind: 'pods', ...place(), groupBy: ['.a'] }, /^No pods in namespace/],
    ['list_resources', { kind: 'pods,cm,widgets', ...place() }, /No .*pods/],
    ['list_resources', { kind: 'pods.metrics.k8s.io', ...place() }, /^No pods\.metrics\.k8s\.io in namespace/],
    ['list_resources', { kind: 'widgets' }, /^No widgets/],
    ['list_events', place(), /[Nn]o events/],
    ['get_resource_usage', { kind: 'Pod', ...place() }, /[Nn]o (running )?pods/],
    ['get_resource_usage', { kind: 'Node' }, /[Nn]o nodes/],
    ['diagnose_resource', { kind: 'cluster' }, /./],
    ['diagnose_resource', { kind: 'deploy', name: 'web', namespace: 'shop' }, /Deployment/],
    ['get_resource', { kind: 'cm', name: 'none', ...place() }, /There is no configmaps "none"/],
    ['wait_for_resource', { kind: 'cm', name: 'none', for: 'deleted', timeoutSeconds: 5 }, /^Gone already/],
  ];

  for (const [name, rewrite] of [
    ['where they are empty', withNulls],
    ['in the place of all that there is', withoutLists],
  ] as const)
    it(`are empty lists in every answer: ${name}`, async () => {
      proxy.fail(isList, { rewrite });
      for (const [tool, args, expected] of calls()) {
        const { text } = await server.call(tool, args);
        const call = `${tool} ${JSON.stringify(args)}: ${text}`;
        assert.doesNotMatch(text, /Unexpected error|null|undefined|NaN/, call);
        if (rewrite === withoutLists || !/widgets|Node/.test(JSON.stringify(args))) assert.match(text, expected, call);
      }
      const ref = { type: 'ref/resource' as const, uri: 'k8s:///{namespace}/{resource}/{name}.yaml{?context}' };
      for (const argument of ['namespace', 'name'])
        await server.client.complete({
          ref,
          argument: { name: argument, value: '' },
          context: { arguments: { namespace: namespace.name, resource: 'configmaps' } },
        });
    });

  it('are no rows of a table whose columns are there, and no columns of one whose rows are there', async () => {
    const change = (part: object) => (answer: string) => JSON.stringify({ ...JSON.parse(answer), ...part });
    const list = () => server.text('list_resources', { kind: 'deploy', namespace: 'shop' });
    proxy.fail(isList, { rewrite: change({ rows: null }) });
    assert.match(await list(), /^No deployments\.apps in namespace shop/);
    await proxy.heal();
    const isTable = (exchange: Exchange) => isList(exchange) && /as=Table/.test(exchange.headers.accept ?? '');
    proxy.fail(isTable, { rewrite: change({ columnDefinitions: null }) });
    assert.match(await list(), /NAME\tCREATED\n(.*\n)*web\t\d{4}-/);
  });

  it('are kinds that an API does not have', async () => {
    const isDiscovery = ({ path }: Exchange) => /^\/apis?(\/|$)/.test(path) && !path.includes('/namespaces/');
    proxy.fail(isDiscovery, { accept: 'application/json' });
    proxy.fail(({ path }) => path === '/apis/demo.mcp-k8s.dev/v1', { rewrite: withoutLists });
    const other = await McpServer.start(proxy.kubeconfig, []);
    try {
      assert.match(await other.text('get_api_resources', { query: 'deployments' }), /^deployments\t/m);
      assert.match(await other.text('list_resources', { kind: 'deploy', namespace: 'shop' }), /^web\t/m);
    } finally {
      await other.stop();
    }
  });
});
