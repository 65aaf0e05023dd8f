import assert from 'node:assert/strict';
import { testCluster } from '../server/environment.ts';
import { type Exchange, FaultProxy } from '../server/fault-proxy.ts';
import { McpServer } from '../server/mcp-process.ts';
import { kubectl, scratchNamespace } from '../server/scratch.ts';

// With listing off, no tool, prompt, completion, resource or error reveals names.
describe('listing that is switched off', () => {
  const scratch = scratchNamespace();
  let proxy: FaultProxy;
  let server: McpServer;
  /** Names that no request gives: of pods, Secrets, ConfigMaps and namespaces. */
  let names: string[];
  const given = ['shop', 'web', 'api', 'shop-config', 'db-credentials', 'postgres-0', 'default', 'postgres'];

  before(async () => {
    proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
    const writes = ['create', 'update', 'delete', 'exec'].map((name) => `--enable-${name}`);
    const quiet = ['--review=off', '--journal=/dev/null', '--namespace', 'shop'];
    server = await McpServer.start(proxy.kubeconfig, ['--enable-list=false', ...writes, ...quiet]);
    const found = await Promise.all([
      kubectl('get', 'pods,secrets,configmaps,services', '-n', 'shop', '-o', 'jsonpath={.items[*].metadata.name}'),
      kubectl('get', 'namespaces,nodes', '-o', 'jsonpath={.items[*].metadata.name}'),
    ]);
    names = [...new Set(found.join(' ').split(' '))].filter((name) => !given.includes(name) && !/^\w{1,4}$/.test(name));
  });
  after(async () => {
    await server.stop();
    await proxy.stop();
  });

  /** A list or watch of more than one object. */
  function enumerates({ method, path, query }: Exchange): boolean {
    const parts = path.split('/').filter(Boolean);
    const rest = parts.slice(parts[0] === 'api' ? 2 : 3);
    const inside = rest[0] === 'namespaces' && rest.length > 2 ? rest.slice(2) : rest;
    if (method !== 'GET' || !/^apis?$/.test(parts[0] ?? '') || inside.length !== 1) return false;
    const selectors = [query.get('fieldSelector'), query.get('labelSelector')].join(',').split(',');
    const own = /^(metadata\.name|involvedObject\.(name|uid)|kubernetes\.io\/service-name)=./;
    // The revisions of one release, as Helm finds them.
    if (selectors.includes('owner=helm') && selectors.some((selector) => /^name=./.test(selector))) return false;
    return !selectors.some((selector) => own.test(selector));
  }

  function assertNothingTold(what: string, text: string, allowed: readonly string[] = []): void {
    const told = names.filter(
      (name) => !allowed.includes(name) && new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text),
    );
    assert.deepEqual(told, [], `${what} tells of ${told.join(', ')}: ${text}`);
    assert.deepEqual(
      proxy.exchanges.filter(enumerates).map(({ path }) => path),
      [],
      what,
    );
  }

  const manifest = (namespace: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: dbb, namespace: ${namespace} }`;
  const web = { kind: 'deploy', name: 'web' };
  const calls: [string, Record<string, unknown>][] = [
    ...['pods', 'secrets', 'ns', 'nodes', 'events', 'deploy,svc'].flatMap(
      (kind): [string, Record<string, unknown>][] => [
        ['list_resources', { kind }],
        ['list_resources', { kind, output: 'name' }],
        ['list_resources', { kind, groupBy: ['.metadata.name'] }],
        ['list_resources', { kind, fieldSelector: 'metadata.name=web' }],
      ],
    ),
    // Errors with suggestions.
    ...['Secret', 'ConfigMap', 'Pod', 'Service', 'Namespace', 'Node', 'Deployment'].flatMap(
      (kind): [string, Record<string, unknown>][] => [
        ['get_resource', { kind, name: 'db-credential' }],
        ['get_resource', { kind, name: 'web', namespace: 'shpo' }],
        ['diagnose_resource', { kind, name: 'shop-confi' }],
        ['update_resource', { kind, name: 'pay', patch: '{}' }],
        ['delete_resource', { kind, name: 'pay' }],
        ['wait_for_resource', { kind, name: 'pay', for: 'ready', timeoutSeconds: 0 }],
      ],
    ),
    ['get_resource', { kind: 'cm', name: 'x', namespace: '*' }],
    ['create_resource', { manifest: manifest('shpo') }],
    ['scale_resource', { kind: 'deploy', name: 'wen', replicas: 1 }],
    ['rollout_resource', { kind: 'deploy', name: 'wen', action: 'restart' }],
    ['rollout_resource', { ...web, action: 'undo' }],
    ['exec_in_pod', { name: 'postgres', command: ['true'] }],
    // Answers built from many objects.
    ['list_events', {}],
    ['list_events', { namespace: 'shop' }],
    ['list_events', { kind: 'Pod' }],
    ['list_events', { type: 'Warning' }],
    ['list_events', { name: 'web,involvedObject.name!=web' }],
    ['get_resource_usage', { kind: 'Pod' }],
    ['get_resource_usage', { kind: 'Pod', namespace: 'shop' }],
    ['get_resource_usage', { kind: 'Pod', labelSelector: 'app=web' }],
    ['get_resource_usage', { kind: 'Node' }],
    ['diagnose_resource', { kind: 'Namespace', name: 'shop' }],
    ['diagnose_resource', web],
    ['diagnose_resource', { kind: 'Service', name: 'web' }],
    ['get_pod_logs', web],
    ['get_pod_logs', { kind: 'Service', name: 'web' }],
    ['get_pod_logs', { name: 'web' }],
    ['get_api_resources', { query: 'pod' }],
    ['explain_resource', { kind: 'pod' }],
    ['list_helm_releases', {}],
    ['get_helm_release', { name: 'wen' }],
    ['diagnose_resource', { kind: 'helmrelease', name: 'wen' }],
    ['check_access', {}],
    ['check_access', { subject: 'shop/wen' }],
    ['check_access', { kind: 'pods', subject: '*' }],
    ['check_access', { kind: 'pods', verb: 'get', namespace: 'shpo' }],
    ['check_access', { kind: 'pods', subject: 'shop/wen' }],
    ['list_changes', {}],
    ['list_resources', { kind: 'all', namespace: 'shop' }],
    ['list_changes', { kind: 'deploy', name: 'web' }],
    ['compare_resources', { ...web, toName: 'wen' }],
    ['compare_resources', { ...web, toName: 'api' }],
    ['compare_resources', { ...web, toRevision: 7 }],
    ['compare_resources', { manifest: manifest('shop') }],
    ['wait_for_resource', { kind: 'pods', labelSelector: 'app', for: 'ready', timeoutSeconds: 0 }],
  ];

  it('tells no name by any tool, and sends no such request', async () => {
    for (const [tool, args] of calls) {
      const { text } = await server.call(tool, args);
      // A named object may reveal what it refers to.
      assertNothingTold(`${tool} ${JSON.stringify(args)}`, text);
    }
  });

  it('tells none by a prompt, a completion or a resource', async () => {
    for (const prompt of ['cluster-health', 'plan-upgrade'])
      await assert.rejects(server.client.getPrompt({ name: prompt }), /switched off/);
    const params: { name: string; arguments: Record<string, string> }[] = [
      { name: 'review-manifest', arguments: { manifest: manifest('shpo') } },
      { name: 'diagnose-workload', arguments: { kind: 'deploy', name: 'wen', namespace: 'shop' } },
      { name: 'diagnose-workload', arguments: { kind: 'ns', name: 'shop' } },
    ];
    for (const one of params) {
      const answer = await server.client.getPrompt(one).catch(String);
      assertNothingTold(JSON.stringify(one), JSON.stringify(answer));
    }
    const ref = { type: 'ref/resource' as const, uri: 'k8s:///{namespace}/{resource}/{name}.yaml' };
    for (const [name, chosen] of [
      ['namespace', {}],
      ['namespace', { resource: 'pods' }],
      ['name', { resource: 'pods', namespace: 'shop' }],
      ['name', { resource: 'namespaces', namespace: '_' }],
    ] as const) {
      const { completion } = await server.client.complete({
        ref,
        argument: { name, value: '' },
        context: { arguments: chosen },
      });
      assertNothingTold(`completion of ${name}`, completion.values.join(' '));
    }
    for (const uri of ['k8s:///shop/secrets/db-credential.yaml', 'k8s:///_/namespaces/shpo.yaml']) {
      assertNothingTold(uri, String(await server.client.readResource({ uri }).catch(String)));
      await server.client.subscribeResource({ uri });
    }
    assertNothingTold('subscriptions', '');
  });

  it('leaves what is about an object that is named', async () => {
    const pod = await kubectl('get', 'pods', '-n', 'shop', '-l', 'app=web', '-o', 'jsonpath={.items[0].metadata.name}');
    assert.match(await server.text('get_resource', web), /kind: Deployment/);
    assert.match(await server.text('get_pod_logs', { name: pod }), /container web/);
    assert.match(await server.text('diagnose_resource', { kind: 'pod', name: pod }), /Owned by: ReplicaSet/);
    const digest = await server.text('diagnose_resource', web);
    assert.match(digest, /pods.* \(not permitted by this server\)/);
    assert.match(await server.text('get_resource_usage', { kind: 'Pod', name: pod }), /CPU/);
    assert.match(await server.text('get_resource_usage', { kind: 'Node', name: await nodeOf(pod) }), /CPU/);
    assert.match(await server.text('wait_for_resource', { kind: 'svc', name: 'web', for: 'ready' }), /Ready/);
    assert.match(
      await server.text('list_events', { kind: 'deploy', name: 'web', namespace: 'shop' }),
      /Deployment web/,
    );
    assert.match(
      await server.text('list_events', { kind: 'deploy', name: 'web' }),
      /Listing in all namespaces is forbidden; this is namespace shop only/,
    );
    assert.match(
      await server.text('update_resource', { ...web, patch: '{"metadata":{"labels":{"x":"y"}}}', dryRun: true }),
      /x: "y"/,
    );
    assert.match(await server.text('create_resource', { manifest: manifest(scratch.name) }), /created/);
  });

  it('says what is needed instead', async () => {
    for (const [tool, args] of [
      ['list_events', { namespace: 'shop' }],
      ['get_resource_usage', { kind: 'Pod' }],
      ['get_pod_logs', web],
    ] as const) {
      const error = await server.error(tool, args);
      assert.match(error, /listing is switched off: only what is named.*mcpK8s\.enableList.*--enable-list/, tool);
    }
    assert.ok(!(await server.tools()).includes('list_resources'));
  });

  const nodeOf = (pod: string) => kubectl('get', 'pod', pod, '-n', 'shop', '-o', 'jsonpath={.spec.nodeName}');
});
