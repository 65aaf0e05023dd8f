import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { unhurried } from '../support/load.ts';
import { testCluster } from './environment.ts';
import { FaultProxy, isWatch } from './fault-proxy.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const TEMPLATE = 'k8s:///{namespace}/{resource}/{name}.yaml';

describe('resources', () => {
  const namespace = scratchNamespace();
  const uriOf = (name: string, query = '') => `k8s:///${namespace.name}/configmaps/${name}.yaml${query}`;
  const configMap = (name: string, value = 'a') =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace.name} }\ndata: { value: ${value} }\n`;

  describe('reading', () => {
    let server: McpServer;
    before(async () => {
      server = await McpServer.start((await testCluster()).kubeconfig('admin'));
    });
    after(() => server.stop());

    it('offers a template, and no list', async () => {
      assert.equal(server.client.getServerCapabilities()?.resources?.subscribe, true);
      const { resourceTemplates } = await server.client.listResourceTemplates();
      assert.deepEqual(
        resourceTemplates.map(({ uriTemplate }) => uriTemplate),
        [TEMPLATE],
      );
      assert.deepEqual((await server.client.listResources()).resources, []);
    });

    it('reads namespaced and cluster-scoped objects, with odd names too', async () => {
      await apply(configMap('read'));
      const read = async (uri: string) => {
        const { contents } = await server.client.readResource({ uri });
        assert.deepEqual(
          contents.map((content) => [content.uri, content.mimeType]),
          [[uri, 'application/yaml']],
        );
        return (contents[0] as { text: string }).text;
      };
      assert.match(await read(uriOf('read')), /kind: ConfigMap\n(.*\n)* {2}value: a\n/);
      assert.match(await read(uriOf('read', '?context=admin')), /kind: ConfigMap/);
      assert.match(await read(`k8s:///_/namespaces/${namespace.name}.yaml`), /kind: Namespace/);
      const odd = 'k8s:///_/clusterroles.rbac.authorization.k8s.io/system%3Anode.yaml';
      assert.match(await read(odd), /name: system:node\n/);
    });

    it('says what is wrong with a URI, and what exists instead', async () => {
      const fails = (uri: string, expected: RegExp, code = -32602) =>
        assert.rejects(server.client.readResource({ uri }), (error: Error & { code?: number }) => {
          assert.match(error.message, expected);
          assert.equal(error.code, code);
          return true;
        });
      await apply(configMap('read'));
      await fails(uriOf('raed'), /no configmaps "raed" in namespace .*Nearest: read/, -32002);
      await fails('k8s:///shop/deploymnets.apps/web.yaml', /serves no kind "deploymnets.apps"/);
      await fails('k8s:///_/pods/web.yaml', /in namespaces: the URI needs one/);
      await fails('k8s:///shop/nodes/node-0.yaml', /in no namespace: the URI needs "_"/);
      await fails('k8s:///shop/pods/..%2F..%2Fnodes%2Fnode-0.yaml', /not the URI of a Kubernetes object/);
      await fails('k8s:///shop/pods/web', /not the URI of a Kubernetes object/);
      await fails(uriOf('read', '?context=other'), /other/);
    });

    it('names the context in the URI when there are several', async () => {
      const several = await McpServer.start((await testCluster()).kubeconfig(), ['--allow-context', '*']);
      try {
        const { resourceTemplates } = await several.client.listResourceTemplates();
        assert.equal(resourceTemplates[0]?.uriTemplate, `${TEMPLATE}{?context}`);
        await apply(configMap('read'));
        await several.client.readResource({ uri: uriOf('read', '?context=viewer') });
        await assert.rejects(several.client.readResource({ uri: uriOf('read', '?context=tenant') }), /forbidden/);
        const { completion } = await several.client.complete({
          ref: { type: 'ref/resource', uri: `${TEMPLATE}{?context}` },
          argument: { name: 'context', value: '' },
        });
        assert.deepEqual(completion.values, ['admin', 'viewer', 'tenant', 'refused']);
      } finally {
        await several.stop();
      }
    });
  });

  describe('completions', () => {
    let server: McpServer;
    before(async () => {
      server = await McpServer.start((await testCluster()).kubeconfig('admin'));
      const numbered = Array.from({ length: 300 }, (_, index) => configMap(`many-${String(index).padStart(3, '0')}`));
      await apply(numbered.join('---\n'), '--server-side');
    });
    after(() => server.stop());

    async function complete(name: string, value: string, chosen: Record<string, string> = {}, from = server) {
      const { completion } = await from.client.complete({
        ref: { type: 'ref/resource', uri: TEMPLATE },
        argument: { name, value },
        context: { arguments: chosen },
      });
      return completion;
    }
    const values = async (...args: Parameters<typeof complete>) => (await complete(...args)).values;

    it('knows the namespaces, one’s own first', async () => {
      const all = await values('namespace', '');
      assert.equal(all[0], 'default');
      assert.equal(all.at(-1), '_');
      assert.ok(all.includes(namespace.name) && all.indexOf('shop') < all.indexOf('kube-system'), all.join());
      assert.deepEqual(await values('namespace', 'team'), ['team-a', 'team-b']);
      assert.deepEqual(await values('namespace', '', { resource: 'nodes' }), ['_']);
      assert.ok(!(await values('namespace', '', { resource: 'pods' })).includes('_'));
    });

    it('knows the kinds, the common ones first, by any of their names', async () => {
      const all = await values('resource', '');
      assert.deepEqual(all.slice(0, 2), ['pods', 'deployments.apps']);
      assert.ok(all.includes('widgets.demo.mcp-k8s.dev'));
      for (const typed of ['dep', 'Deploy', 'deployment', 'deployments.apps'])
        assert.equal((await values('resource', typed))[0], 'deployments.apps', typed);
      assert.equal((await values('resource', 'wd'))[0], 'widgets.demo.mcp-k8s.dev');
      assert.equal((await values('resource', '', { namespace: '_' }))[0], 'nodes');
      assert.ok(!(await values('resource', '', { namespace: 'shop' })).includes('nodes'));
      assert.deepEqual(await values('resource', 'nonsense'), []);
    });

    it('puts kinds that were looked at lately in front', async () => {
      await server.client.readResource({ uri: 'k8s:///team-a/widgets.demo.mcp-k8s.dev/widget.with.dots-0.9.yaml' });
      assert.equal((await values('resource', ''))[0], 'widgets.demo.mcp-k8s.dev');
    });

    it('knows the names in the chosen place, 100 at a time, soon enough for somebody who types', async () => {
      const chosen = { namespace: namespace.name, resource: 'configmaps' };
      const begin = performance.now();
      const all = await complete('name', '', chosen);
      const first = unhurried(performance.now() - begin);
      assert.equal(all.values.length, 100);
      assert.equal(all.hasMore, true);
      assert.ok((all.total ?? 0) >= 300, `${all.total}`);
      assert.deepEqual(await complete('name', 'many-29', chosen), {
        values: Array.from({ length: 10 }, (_, index) => `many-29${index}`),
        total: 10,
        hasMore: false,
      });
      assert.ok((await values('name', '-123', chosen)).includes('many-123'));
      assert.ok(first < 1_000, `${first} ms`);
      assert.deepEqual(await values('name', 'node', { namespace: '_', resource: 'nodes' }), [
        'node-0',
        'node-1',
        'node-2',
      ]);
      assert.deepEqual(await values('name', 'widget.', { namespace: 'team-a', resource: 'wd' }), [
        'widget.with.dots-0.9',
      ]);
    });

    it('gives nothing where nothing can be known', async () => {
      const chosen: Record<string, string>[] = [
        {},
        { resource: 'pods' },
        { namespace: 'shop' },
        { namespace: '_', resource: 'pods' },
        { namespace: 'no-such', resource: 'pods' },
        { namespace: '../..', resource: 'pods' },
        { namespace: 'shop', resource: 'no-such' },
      ];
      for (const one of chosen) assert.deepEqual(await values('name', '', one), [], JSON.stringify(one));
      assert.deepEqual(await values('unheard-of', ''), []);
      await assert.rejects(
        server.client.complete({
          ref: { type: 'ref/resource', uri: 'file:///{path}' },
          argument: { name: 'path', value: '' },
        }),
        /no resource template/,
      );
    });

    it('keeps to what the policy and the user permit', async () => {
      const cluster = await testCluster();
      const tenant = await McpServer.start(cluster.kubeconfig('tenant'));
      const closed = await McpServer.start(cluster.kubeconfig('admin'), ['--enable-list=false']);
      const narrow = await McpServer.start(cluster.kubeconfig('admin'), [
        '--allow-namespace',
        'shop',
        '--allow-namespace',
        'team-a',
      ]);
      try {
        assert.deepEqual(await values('namespace', 't', {}, tenant), ['team-a']);
        assert.deepEqual(await values('name', '', { namespace: 'shop', resource: 'pods' }, tenant), []);
        assert.deepEqual(await values('namespace', '', { resource: 'pods' }, closed), ['default']);
        assert.deepEqual(await values('name', '', { namespace: 'shop', resource: 'deploy' }, closed), []);
        assert.deepEqual(await values('namespace', '', { resource: 'pods' }, narrow), ['shop', 'team-a']);
        assert.deepEqual(await values('name', '', { namespace: 'team-b', resource: 'deploy' }, narrow), []);
      } finally {
        await Promise.all([tenant, closed, narrow].map((server) => server.stop()));
      }
    });
  });

  describe('subscriptions', () => {
    let folder: string;
    let kubeconfig: string;
    let proxy: FaultProxy;
    let server: McpServer;
    let updates: string[];
    let wake: () => void;

    beforeEach(async () => {
      proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
      folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-test-'));
      kubeconfig = join(folder, 'config');
      await copyFile(proxy.kubeconfig, kubeconfig);
      server = await McpServer.start(kubeconfig);
      updates = [];
      wake = () => undefined;
      server.client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
        updates.push(params.uri);
        wake();
      });
    });
    afterEach(async () => {
      await server.stop();
      await proxy.stop();
      await rm(folder, { recursive: true });
      const { client } = await testCluster();
      await client.send('DELETE', `/api/v1/namespaces/${namespace.name}/configmaps`);
    });

    async function updated(uri: string): Promise<void> {
      while (!updates.includes(uri)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    const subscribe = (uri: string) => server.client.subscribeResource({ uri });

    it('tells of changes, deletion and creation, and of nothing before', async () => {
      await apply(configMap('a'));
      await subscribe(uriOf('a'));
      await subscribe(uriOf('later', '?context=proxy'));
      assert.deepEqual(updates, []);
      await apply(configMap('a', 'b'));
      await updated(uriOf('a'));
      updates.length = 0;
      await kubectl('delete', 'configmap', 'a', '-n', namespace.name);
      await updated(uriOf('a'));
      await apply(configMap('later'));
      await updated(uriOf('later', '?context=proxy'));
    });

    it('tells of many changes at once in few notifications', async () => {
      await apply(configMap('a'));
      await subscribe(uriOf('a'));
      const cluster = await testCluster();
      const path = `/api/v1/namespaces/${namespace.name}/configmaps/a`;
      for (let index = 0; index < 30; index += 1) {
        await cluster.client.send('PATCH', path, {
          body: { data: { value: String(index) } },
          headers: { 'content-type': 'application/merge-patch+json' },
        });
      }
      await updated(uriOf('a'));
      const { contents } = await server.client.readResource({ uri: uriOf('a') });
      assert.match((contents[0] as { text: string }).text, /value: "29"/);
      assert.ok(updates.length < 15, `${updates.length} notifications`);
    });

    it('keeps one watch for an object, and none after the last has gone', async () => {
      await apply(configMap('a'));
      await apply(configMap('b'));
      await Promise.all([subscribe(uriOf('a')), subscribe(uriOf('a')), subscribe(uriOf('a', '?context=proxy'))]);
      await subscribe(uriOf('b'));
      await proxy.until(() => proxy.watches === 2);
      await server.client.unsubscribeResource({ uri: uriOf('a') });
      await apply(configMap('a', 'b'));
      await updated(uriOf('a', '?context=proxy'));
      assert.deepEqual(updates, [uriOf('a', '?context=proxy')]);
      await server.client.unsubscribeResource({ uri: uriOf('a', '?context=proxy') });
      await server.client.unsubscribeResource({ uri: uriOf('a') });
      await proxy.until(() => proxy.watches === 1);
      await apply(configMap('a', 'c'));
      await apply(configMap('b', 'c'));
      await updated(uriOf('b'));
      assert.deepEqual(updates, [uriOf('a', '?context=proxy'), uriOf('b')]);
    });

    it('ends its watches with the client', async () => {
      await apply(configMap('a'));
      await subscribe(uriOf('a'));
      await proxy.until(() => proxy.watches === 1);
      await server.stop();
      await proxy.until(() => proxy.watches === 0);
    });

    it('goes on after a cut, after 410 Gone and after a restart of the API server', async () => {
      await apply(configMap('a'));
      await subscribe(uriOf('a'));
      for (const [index, fault] of [
        () => proxy.disconnect(),
        () => {
          proxy.fail(isWatch, { status: 410, reason: 'Expired' }, 1);
          proxy.disconnect();
        },
        async () => (await testCluster()).restartApiServer(),
      ].entries()) {
        await proxy.until(() => proxy.watches === 1);
        updates.length = 0;
        await fault();
        await apply(configMap('a', `after-${index}`));
        await updated(uriOf('a'));
      }
    });

    it('follows the kubeconfig to another server', async () => {
      await apply(configMap('a'));
      await subscribe(uriOf('a'));
      const other = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
      try {
        await copyFile(other.kubeconfig, kubeconfig);
        await updated(uriOf('a'));
        await other.until(() => other.watches === 1);
        await proxy.until(() => proxy.watches === 0);
        updates.length = 0;
        await apply(configMap('a', 'b'));
        await updated(uriOf('a'));
      } finally {
        await other.stop();
      }
    });

    it('refuses what cannot be followed, and too much of it', async () => {
      await assert.rejects(subscribe('file:///etc/passwd'), /not the URI of a Kubernetes object/);
      await assert.rejects(subscribe('k8s:///shop/no-such/a.yaml'), /serves no kind/);
      await assert.rejects(subscribe('k8s:///shop/pods.metrics.k8s.io/a.yaml'), /cannot watch pods\.metrics\.k8s\.io/);
      proxy.fail(() => true, { status: 403, reason: 'Forbidden' });
      await assert.rejects(subscribe(uriOf('a')), /403/);
      await proxy.heal();
      for (let index = 0; index < 50; index += 1) await subscribe(uriOf(`a-${index}`));
      await subscribe(uriOf('a-7'));
      await assert.rejects(subscribe(uriOf('a-50')), /At most 50/);
      await server.client.unsubscribeResource({ uri: uriOf('a-7') });
      await subscribe(uriOf('a-50'));
    });
  });

  it('logs at the level that the client sets, and never a credential', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-test-'));
    const kubeconfig = join(folder, 'config');
    const good = await readFile((await testCluster()).kubeconfig('viewer'), 'utf8');
    const token = /token: (\S+)/.exec(good)?.[1] ?? '';
    assert.ok(token.length > 10);
    await writeFile(kubeconfig, good);
    const server = await McpServer.start(kubeconfig);
    try {
      const messages: string[] = [];
      server.client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
        messages.push(`${params.level} ${String(params.data)}`);
      });
      const spoil = async (content: string) => {
        await writeFile(kubeconfig, content);
        await server.text('get_resource', { kind: 'ns', name: 'shop' });
      };
      await server.text('get_resource', { kind: 'ns', name: 'shop' });
      await spoil(`token: ${token}\n  broken: [`);
      assert.equal(messages.length, 1);
      assert.match(messages[0] ?? '', /^warning The changed kubeconfig is not used: .*not valid YAML/);
      await server.client.setLoggingLevel('error');
      await spoil(`token: ${token}\n  broken again: [`);
      assert.equal(messages.length, 1);
      assert.equal(server.log.match(/is not used/g)?.length, 2);
      assert.ok(!server.log.includes(token) && !messages.join().includes(token));
    } finally {
      await server.stop();
      await rm(folder, { recursive: true });
    }
  });
});
