import assert from 'node:assert/strict';
import { testCluster } from '../server/environment.ts';
import { McpServer } from '../server/mcp-process.ts';
import { apply, kubectl, scratchNamespace } from '../server/scratch.ts';
import { until } from '../support/until.ts';

// A rule applies however the kind is spelled; a rule that matches nothing is an error.
describe('rules about kinds', () => {
  const scratch = scratchNamespace();
  const group = () => `${scratch.name}.example.com`;
  const WRITES = ['--enable-create', '--enable-update', '--enable-delete', '--review=off', '--journal=/dev/null'];

  before(async () => {
    const crd = (plural: string, kind: string, short: string) => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.${group()} }
spec:
  group: ${group()}
  names: { plural: ${plural}, singular: ${kind.toLowerCase()}, kind: ${kind}, shortNames: [${short}] }
  scope: Namespaced
  versions:
    - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }
    - { name: v1beta1, served: true, storage: false, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }`;
    await apply([crd('widgets', 'Widget', 'wdg'), crd('status', 'Statement', 'stm')].join('\n---\n'));
    for (const plural of ['widgets', 'status'])
      await kubectl('wait', '--for=condition=Established', `crd/${plural}.${group()}`);
    await apply(`apiVersion: ${group()}/v1\nkind: Widget\nmetadata: { name: one, namespace: ${scratch.name} }`);
  });
  after(() => kubectl('delete', 'crd', `widgets.${group()}`, `status.${group()}`, '--wait=false'));

  async function use(args: string[], run: (server: McpServer) => Promise<void>): Promise<void> {
    const { kubeconfig } = await testCluster();
    const server = await McpServer.start(kubeconfig('admin'), [...WRITES, ...args]);
    try {
      await run(server);
    } finally {
      await server.stop();
    }
  }

  const secret = { kind: 'secrets', name: 'db-credentials', namespace: 'shop' };
  for (const spelling of ['secret', 'Secret', 'SECRETS', 'secrets.v1', 'secret.v1.', 'sec*t', '*'])
    it(`close Secrets by "${spelling}"`, () =>
      use(['--deny-kind', spelling], async (server) => {
        for (const [tool, args] of [
          ['list_resources', { kind: 'secret' }],
          ['get_resource', secret],
          ['diagnose_resource', secret],
          ['delete_resource', secret],
        ] as const)
          assert.match(await server.error(tool, args), /The kind secrets is closed to agents/, tool);
        await assert.rejects(server.client.readResource({ uri: 'k8s:///shop/secrets/db-credentials.yaml' }), /closed/);
      }));

  for (const spelling of [
    'deploy',
    'deployments',
    'Deployment',
    'deploy.apps',
    'deployments.v1.apps',
    'deployment.extensions',
  ])
    it(`keep Deployments from being written by "${spelling}"`, () =>
      use(['--read-only-kind', spelling], async (server) => {
        const web = { kind: 'deploy', name: 'web', namespace: 'shop' };
        assert.match(await server.text('get_resource', web), /kind: Deployment/);
        for (const [tool, args] of [
          ['scale_resource', { ...web, replicas: 0 }],
          ['update_resource', { ...web, patch: '{}' }],
          ['rollout_resource', { ...web, action: 'restart' }],
          ['delete_resource', web],
        ] as const)
          assert.match(await server.error(tool, args), /may be read but not written/, tool);
      }));

  for (const spelling of [
    'events',
    'event',
    'ev',
    'events.v1',
    'events.events.k8s.io',
    'events.v1.events.k8s.io',
    '*.events.k8s.io',
  ])
    it(`take both APIs of events for one by "${spelling}"`, () =>
      use(['--deny-kind', spelling], async (server) => {
        assert.match(await server.error('list_events'), /closed/);
        for (const kind of ['events', 'events.v1', 'events.events.k8s.io'])
          assert.match(await server.error('list_resources', { kind }), /closed/, kind);
      }));

  it('close a custom resource in every spelling and version', async () => {
    const spellings = [
      'widget',
      'Widgets',
      'wdg',
      `widgets.${group()}`,
      `wdg.v1beta1.${group()}`,
      `*.${group()}`,
      'widg*',
    ];
    for (const spelling of spellings)
      await use(['--deny-kind', spelling], async (server) => {
        for (const apiVersion of [`${group()}/v1`, `${group()}/v1beta1`]) {
          const args = { kind: 'Widget', apiVersion };
          assert.match(await server.error('list_resources', args), /closed/, `${spelling} ${apiVersion}`);
          assert.match(
            await server.error('get_resource', { ...args, name: 'one', namespace: scratch.name }),
            /closed/,
            `${spelling} ${apiVersion}`,
          );
        }
        assert.match(await server.text('get_resource', { kind: 'ns', name: 'shop' }), /kind: Namespace/);
      });
  });

  it('close a subresource by the short name of its kind', () =>
    use(['--deny-kind', 'po/log', '--deny-kind', 'deploy/scale'], async (server) => {
      assert.match(
        await server.error('get_pod_logs', { name: 'postgres-0', namespace: 'shop' }),
        /pods\/log is closed/,
      );
      const web = { kind: 'deploy', name: 'web', namespace: 'shop' };
      assert.match(await server.error('scale_resource', { ...web, replicas: 1 }), /deployments\.apps\/scale is closed/);
      assert.match(await server.text('get_resource', web), /kind: Deployment/);
    }));

  for (const [flag, pattern, close] of [
    ['--deny-kind', 'secrt', /Nearest: .*secrets/i],
    ['--deny-kind', 'secrets,configmaps', /no kind of this cluster/],
    ['--deny-kind', 'deployments.app', /Nearest: deployments\.apps/],
    ['--deny-kind', 'pods/lgo', /Nearest: .*pods\/log/],
    ['--deny-kind', 'wigdets', /Nearest: .*widgets/],
    ['--read-only-kind', 'clusterrole.rbac', /Nearest: clusterroles\.rbac\.authorization\.k8s\.io|no kind/],
    ['--allow-context', 'vewer', /Nearest: viewer/],
  ] as const)
    it(`are an error with every call when "${pattern}" of ${flag} means nothing`, async () => {
      const { kubeconfig } = await testCluster();
      const server = await McpServer.start(kubeconfig(), [flag, pattern]);
      try {
        for (const [tool, args] of [
          ['get_resource', { kind: 'ns', name: 'shop' }],
          ['list_resources', { kind: 'pods' }],
          ['list_contexts', {}],
          ['explain_resource', { kind: 'pod' }],
        ] as const) {
          const error = await server.error(tool, args);
          assert.ok(error.includes(`"${pattern}"`) && error.includes(`the flag ${flag}`), `${tool}: ${error}`);
          assert.match(error, close);
        }
        await assert.rejects(server.client.readResource({ uri: 'k8s:///_/namespaces/shop.yaml' }), /Nothing is read/);
      } finally {
        await server.stop();
      }
    });

  it('may be about a group, or contexts, that are not there', () =>
    use(
      [
        ...['--deny-kind', '*.cert-manager.io', '--deny-kind', 'applications.argoproj.io', '--allow-context', 'dev-*'],
        ...['--protect-context', 'prod', '--allow-namespace', 'shop', '--allow-namespace', 'yet-to-come'],
      ],
      async (server) => {
        assert.match(
          await server.text('get_resource', { kind: 'deploy', name: 'web', namespace: 'shop' }),
          /kind: Deployment/,
        );
        while (!server.log.includes('allowed namespace "yet-to-come" does not exist'))
          await server.text('list_resources', { kind: 'deploy' });
      },
    ));

  it('hold from the moment a custom resource is there', async () => {
    const name = `gadgets.late.${group()}`;
    await use(['--deny-kind', 'gadget'], async (server) => {
      assert.match(await server.error('list_resources', { kind: 'pods' }), /"gadget" is no kind of this cluster/);
      await apply(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${name} }
spec:
  group: late.${group()}
  names: { plural: gadgets, singular: gadget, kind: Gadget }
  scope: Cluster
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]`);
      try {
        await kubectl('wait', '--for=condition=Established', `crd/${name}`);
        await until(async () => {
          const { text } = await server.call('list_resources', { kind: 'pods' });
          return !/no kind of this cluster/.test(text);
        });
        assert.match(await server.error('list_resources', { kind: 'gadgets' }), /closed/);
        assert.match(
          await server.text('list_resources', { kind: 'pods', namespace: 'shop' }),
          /pods in namespace shop/,
        );
      } finally {
        await kubectl('delete', 'crd', name, '--wait=false');
      }
    });
  });

  it('hold for a custom resource that the same manifest defines, by each of its names', async () => {
    const own = `own.${group()}`;
    const manifest = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gizmoz.${own} }
spec:
  group: ${own}
  names: { plural: gizmoz, singular: gizmo, kind: Gizmodo, shortNames: [gz] }
  scope: Namespaced
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
---
apiVersion: ${own}/v1
kind: Gizmodo
metadata: { name: one, namespace: ${scratch.name} }`;
    for (const word of ['gizmo', 'Gizmodo', 'gz', 'gizmoz', '*'])
      for (const dryRun of [true, false])
        await use(['--deny-kind', `${word}.${own}`], async (server) => {
          assert.match(await server.error('create_resource', { manifest, dryRun }), /closed/, word);
        });
    assert.equal(await kubectl('get', 'crd', `gizmoz.${own}`, '--ignore-not-found'), '');
  });

  it('are not told by a refused manifest what the cluster serves', () =>
    use(['--allow-namespace', 'shop', '--deny-kind', `wdg.${group()}`], async (server) => {
      const widgets = { kind: `widgets.${group()}`, namespace: 'shop' };
      const check = async () => {
        assert.match(await server.error('list_resources', widgets), /closed/);
        // Each namespace has one.
        const accounts = await server.text('list_resources', { kind: 'serviceaccounts' });
        assert.match(accounts, /default/);
        assert.doesNotMatch(accounts, new RegExp(scratch.name));
      };
      await check();
      for (const [apiGroup, plural, kind] of [
        ['apps', 'deployments', 'Deployment'],
        ['', 'serviceaccounts', 'ServiceAccount'],
        [group(), 'widgets', 'Other'],
        [group(), 'others', 'Widget'],
      ]) {
        const names = `{ plural: ${plural}, singular: other, kind: ${kind} }`;
        const manifest = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.${apiGroup || 'core'} }
spec:
  group: "${apiGroup}"
  names: ${names}
  scope: Cluster
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
---
apiVersion: ${apiGroup}/v1
kind: ${kind}
metadata: { name: one }`;
        for (const tool of ['create_resource', 'apply_manifest'])
          for (const dryRun of [true, false]) assert.ok(await server.error(tool, { manifest, dryRun }), tool);
      }
      await check();
    }));

  it('are not passed by a plural that is also a subresource of Namespaces', () =>
    use(['--deny-kind', `status.${group()}`, '--allow-namespace', 'shop'], async (server) => {
      const statement = { kind: 'Statement', name: 'x', namespace: 'shop' };
      assert.match(await server.error('get_resource', statement), /closed/);
      assert.match(await server.error('get_resource', { ...statement, namespace: scratch.name }), /closed|outside/);
      assert.match(await server.error('list_resources', { kind: 'Statement', namespace: 'shop' }), /closed/);
    }));

  it('of namespaces keep the Namespace itself from being written', () =>
    use(['--allow-namespace', 'shop'], async (server) => {
      const shop = { kind: 'ns', name: 'shop' };
      assert.match(await server.text('get_resource', shop), /kind: Namespace/);
      for (const [tool, args] of [
        [
          'update_resource',
          { ...shop, patch: '{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"privileged"}}}' },
        ],
        ['delete_resource', shop],
        ['delete_resource', { ...shop, dryRun: true }],
        ['create_resource', { manifest: 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop2 }' }],
      ] as const)
        assert.match(await server.error(tool, args), /outside of what is allowed/, `${tool} ${JSON.stringify(args)}`);
    }));
});
