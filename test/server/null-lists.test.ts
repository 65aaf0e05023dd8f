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

  const JSON_TYPE = { 'content-type': 'application/json' };
  const foreign: [string, number, Record<string, string>, string, RegExp][] = [
    ['null', 200, JSON_TYPE, 'null', /with JSON that is no object/],
    ['a number', 200, JSON_TYPE, '42', /with JSON that is no object/],
    ['an object of nothing', 200, JSON_TYPE, '{}', /with JSON that is no list of/],
    ['a success', 200, JSON_TYPE, '{"kind":"Status","status":"Success"}', /with a Status that is no list of/],
    [
      'a failure in 200',
      200,
      JSON_TYPE,
      '{"kind":"Status","status":"Failure","message":"no room","code":507}',
      /no room/,
    ],
    ['items that are no list', 200, JSON_TYPE, '{"kind":"PodList","items":{}}', /whose items are no list/],
    ['a web page', 200, {}, '<html><title>Sign in</title>', /with a web page, "Sign in": the server of this context/],
    [
      'a redirect',
      302,
      { location: 'https://sso.example.com/?t=1' },
      '',
      /a redirect to https:\/\/sso\.example\.com\/:/,
    ],
    ['a gateway', 502, {}, '<html><title>502 Bad Gateway</title>', /A proxy or gateway in front .* "502 Bad Gateway"/],
    ['a text that is not compressed', 200, { 'content-encoding': 'gzip' }, '{}', /not compressed as it says/],
  ];
  for (const [name, status, headers, text, expected] of foreign)
    it(`are not what is no list: ${name}`, async () => {
      proxy.fail(isList, { answer: (response) => response.writeHead(status, headers).end(text) });
      for (const [tool, args] of [
        ['list_resources', { kind: 'pods' }],
        ['list_resources', { kind: 'pods', sortBy: 'name' }],
        ['list_resources', { kind: 'deploy', groupBy: ['.a'] }],
        ['list_events', {}],
      ] as const)
        assert.match(await server.error(tool, args), expected);
    });

  it('are not pages that are always the same', async () => {
    const answer = { kind: 'PodList', metadata: { continue: 'a' }, items: [{ metadata: { name: 'a' } }] };
    proxy.fail(isList, { status: 200, body: answer });
    for (const args of [{ sortBy: 'name' }, { groupBy: ['.a'] }, { continue: 'a' }])
      assert.match(await server.error('list_resources', { kind: 'pods', ...args }), /the same page again and again/);
  });

  it('are missing where an APIService has no server, which is named', async () => {
    const isMetrics = ({ path }: Exchange) => path.startsWith('/apis/metrics.k8s.io/v1beta1/');
    proxy.fail(isMetrics, { answer: (response) => response.writeHead(503).end('service unavailable\n') });
    const error = await server.error('list_resources', { kind: 'pods.metrics.k8s.io' });
    assert.match(error, /^APIService v1beta1\.metrics\.k8s\.io is not available: .* \(503\)\. Try again/);
  });
});
