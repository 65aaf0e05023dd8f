import assert from 'node:assert/strict';
import { definition, diagnosing } from './diagnosing.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl } from './scratch.ts';

/** About 1,500 tokens. */
const LONGEST = 6_000;

describe('diagnose_resource kind=cluster', () => {
  const { namespace, server } = diagnosing();
  const overview = async (as = server()) => {
    const text = await as.text('diagnose_resource', { kind: 'cluster' });
    assert.ok(text.length < LONGEST, `${text.length} characters`);
    return text;
  };

  it('finds what is broken in the cluster, with the cause, in one call', async () => {
    const text = await overview();
    assert.match(text, /^Cluster of context admin: \d+ nodes, \d+ ready; \d+ pods, \d+ not ready$/m);
    for (const line of [
      /^Cause: pod shop\/payments-\S+: container payments crashes with exit code 1, .*DATABASE_URL/m,
      /^Cause: pod shop\/recommendations-\S+: image "shop\/recommendations:does-not-exist" .* cannot be pulled/m,
      /^Cause: pod shop\/analytics-\S+: no node takes it: .*Insufficient cpu/m,
      /^Cause: pod shop\/search-\S+: container search runs .* its readiness probe .* fails/m,
      /^Cause: PersistentVolumeClaim shop\/archive: it is Pending: the storage class "cold-storage" does not exist/m,
      /^Symptom: Services with a selector and without endpoints: .*shop\/checkout/m,
    ])
      assert.match(text, line);
    assert.doesNotMatch(text, /Not readable/);
  });

  it('counts pods that fail alike as one, and finds what is no pod', async () => {
    const name = `cluster-${namespace.name}`;
    const place = `namespace: ${namespace.name}`;
    await apply(
      [
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: alike, ${place} }\nspec: { replicas: 12, selector: { matchLabels: { app: alike } }, template: { metadata: { labels: { app: alike }, annotations: { demo.mcp-k8s/behaviour: image-pull-failure } }, spec: { containers: [{ name: app, image: 'nginx:none' }] } } }`,
        `apiVersion: v1\nkind: Node\nmetadata: { name: ${name} }\nspec: { taints: [{ key: a, effect: NoExecute }] }`,
        `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: lost, ${place} }\nspec: { defaultBackend: { service: { name: nowhere, port: { number: 80 } } } }`,
        `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: lost, ${place} }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: gone }\nsubjects: []`,
        `apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: full, ${place} }\nspec: { hard: { pods: '12' } }`,
      ].join('\n---\n'),
    );
    const ready = { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'the runtime is down' };
    await kubectl(
      'patch',
      'node',
      name,
      '--subresource=status',
      '--type=merge',
      '-p',
      JSON.stringify({ status: { conditions: [ready] } }),
    );
    try {
      await kubectl(
        'wait',
        'pod',
        '-l',
        'app=alike',
        `--namespace=${namespace.name}`,
        '--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff',
      );
      const text = await overview();
      assert.match(
        text,
        new RegExp(`^Cause: node ${name}: it is not ready: KubeletNotReady: the runtime is down$`, 'm'),
      );
      assert.match(
        text,
        new RegExp(
          `^Cause: 12 pods of ${namespace.name}/alike: image "nginx:none" of container app cannot be pulled`,
          'm',
        ),
      );
      assert.match(
        text,
        new RegExp(
          `^Cause: Ingress ${namespace.name}/lost: default leads to Service "nowhere", which does not exist$`,
          'm',
        ),
      );
      assert.match(
        text,
        new RegExp(`^Risk: RoleBinding ${namespace.name}/lost gives Role "gone", which does not exist$`, 'm'),
      );
      assert.match(
        text,
        new RegExp(`^Risk: ResourceQuota ${namespace.name}/full: nothing more may be created: pods 12 of 12$`, 'm'),
      );
    } finally {
      await kubectl('delete', 'node', name, '--wait=false');
    }
  });

  it('speaks of the namespaces that may be read, and names what may not', async () => {
    const tenant = await McpServer.start((await testCluster()).kubeconfig('tenant'));
    const viewer = await McpServer.start((await testCluster()).kubeconfig('viewer'));
    const limited = await McpServer.start((await testCluster()).kubeconfig('admin'), ['--allow-namespace', 'shop']);
    try {
      const own = await overview(tenant);
      assert.match(
        own,
        /nodes unknown; \d+ pods, \d+ not ready\nOnly namespace team-a: this user may not list in all namespaces\.$/m,
      );
      assert.match(own, /^Not readable for this user, so not considered: .*nodes/m);
      assert.doesNotMatch(own, /shop\//);
      const seen = await overview(viewer);
      assert.match(seen, /Cause: pod shop\/payments/);
      assert.match(seen, /^Not readable for this user, so not considered: .*secrets/m);
      const shop = await overview(limited);
      assert.match(shop, /^Only the allowed namespaces: shop\.$/m);
      assert.match(shop, /Cause: pod shop\/payments/);
      assert.doesNotMatch(shop, new RegExp(namespace.name));
    } finally {
      for (const one of [tenant, viewer, limited]) await one.stop();
    }
  });

  it('gives way to a kind named Cluster, and asks where that could be meant', async () => {
    assert.match(
      await server().error('diagnose_resource', { kind: 'deploy' }),
      /name is missing: only kind=cluster, the whole cluster, goes without one/,
    );
    assert.match(
      await server().error('diagnose_resource', { kind: 'cluster', name: 'prod' }),
      /serves no kind "cluster".*For the whole cluster, which has no name here, leave name out/,
    );
    assert.match(
      await server().error('diagnose_resource', { kind: 'Cluster', namespace: 'shop' }),
      /leave namespace out, or use kind=Namespace with name=shop/,
    );
    const groups = ['cluster.test.mcp-k8s.dev', 'postgres.test.mcp-k8s.dev'];
    const [first = '', second = ''] = groups;
    await apply(definition(first, 'v1', 'Cluster', 'clusters'));
    try {
      await kubectl('wait', `crd/clusters.${first}`, '--for=condition=Established');
      await apply(
        `apiVersion: ${first}/v1\nkind: Cluster\nmetadata: { name: prod, namespace: ${namespace.name} }\nspec: {}`,
      );
      assert.match(
        await server().text('diagnose_resource', { kind: 'cluster', name: 'prod' }),
        /^Cluster \S+\/prod, .* old/,
      );
      assert.match(
        await server().error('diagnose_resource', { kind: 'cluster', namespace: namespace.name }),
        /ambiguous here: for the whole cluster leave namespace out, for a Cluster of cluster\.test\.mcp-k8s\.dev\/v1 give its name/,
      );
      assert.match(
        await server().error('diagnose_resource', { kind: 'cluster', apiVersion: `${first}/v1` }),
        /name is missing: which cluster of cluster\.test\.mcp-k8s\.dev\/v1\?/,
      );
      assert.match(await overview(), /^Cluster of context admin: /);
      await apply(definition(second, 'v1', 'Cluster', 'clusters'));
      await kubectl('wait', `crd/clusters.${second}`, '--for=condition=Established');
      // An unknown kind triggers discovery again.
      await server().error('diagnose_resource', { kind: 'nothing-like-this', name: 'x' });
      assert.match(await server().error('diagnose_resource', { kind: 'cluster', name: 'prod' }), /ambiguous/);
    } finally {
      await kubectl(
        'delete',
        'crd',
        ...groups.map((group) => `clusters.${group}`),
        '--ignore-not-found',
        '--wait=false',
      );
    }
  });
});
