import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { issue, tlsSecret } from './issued-certificates.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

describe('compare_resources', () => {
  const namespace = scratchNamespace();
  const other = scratchNamespace();
  let admin: McpServer;
  let viewer: McpServer;
  let tenant: McpServer;

  const deployment = (place: string, image: string, replicas = 1) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: ${place} }\nspec:\n  replicas: ${replicas}\n  selector: { matchLabels: { app: web } }\n  template:\n    metadata: { labels: { app: web } }\n    spec: { containers: [{ name: web, image: '${image}', resources: { requests: { cpu: 0.1 } } }] }`;
  const secret = (place: string, name: string, password: string) =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name}, namespace: ${place} }\nstringData: { password: '${password}', user: app }`;

  before(async () => {
    const { kubeconfig } = await testCluster();
    [admin, viewer, tenant] = await Promise.all([
      McpServer.start(kubeconfig(), ['--context', 'admin', '--namespace', namespace.name, '--allow-context=*']),
      McpServer.start(kubeconfig('viewer'), ['--namespace', namespace.name]),
      McpServer.start(kubeconfig('tenant')),
    ]);
    await apply(
      [
        deployment(namespace.name, 'nginx:1.28'),
        secret(namespace.name, 'login', 'correct-horse-battery'),
        secret(namespace.name, 'twin', 'correct-horse-battery'),
        secret(namespace.name, 'changed', 'another-staple-entirely'),
        deployment(other.name, 'nginx:1.30', 2),
      ].join('\n---\n'),
    );
    await kubectl('rollout', 'status', 'deploy/web', '-n', namespace.name);
    await kubectl('set', 'image', 'deploy/web', 'web=nginx:1.29', '-n', namespace.name);
    await kubectl('rollout', 'status', 'deploy/web', '-n', namespace.name);
  });
  after(() => Promise.all([admin, viewer, tenant].map((server) => server.stop())));
  const compare = (args: object, server = admin) => server.text('compare_resources', { ...args });
  const web = { kind: 'deploy', name: 'web' };

  it('compares what a manifest names with what is live, without a write switch', async () => {
    const same = await compare({ manifest: deployment(namespace.name, 'nginx:1.29') });
    assert.match(same, /^same: deployments\.apps "web" in namespace \S+ \(context admin\)$/);
    assert.equal(
      await compare({ manifest: deployment(namespace.name, 'nginx:1.31', 3) }),
      `differs: deployments.apps "web" in namespace ${namespace.name}, 2 fields (live -> manifest) (context admin)\n  .spec.replicas: 1 -> 3\n  .spec.template.spec.containers[web].image: nginx:1.29 -> nginx:1.31`,
    );
  });

  it('sums up several documents', async () => {
    const manifest = [
      deployment(namespace.name, 'nginx:1.31'),
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: none, namespace: ${namespace.name} }`,
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${namespace.name} }`,
      'apiVersion: example.com/v1\nkind: Gadget\nmetadata: { name: x }',
    ].join('\n---\n');
    const text = await compare({ manifest });
    assert.match(
      text,
      /^4 objects \(context admin\): 1 differs, 1 missing, 1 same, 1 failed\ndiffers: deployments\.apps "web"/,
    );
    assert.match(text, /\nmissing: configmaps "none"/);
    assert.match(text, /\nsame: namespaces "/);
    assert.match(text, /\nfailed: Gadget "x": /);
  });

  it('compares an object with that of another name, namespace and context', async () => {
    const text = await compare({ ...web, toNamespace: other.name });
    assert.match(text, /^- deployments\.apps "web" in namespace \S+ \(context admin\)\n\+ deployments\.apps "web"/);
    assert.match(text, /\n- {2}replicas: 1\n\+ {2}replicas: 2\n/);
    assert.match(text, /\n- .*image: nginx:1\.29\n\+ .*image: nginx:1\.30/);
    assert.doesNotMatch(text, /uid|resourceVersion|status|revisionHistoryLimit/);
    assert.match(await compare({ ...web, toContext: 'viewer' }), /^Same: .*\(context admin\) and .*\(context viewer\)/);
    assert.match(
      await compare({ manifest: deployment('ignored', 'nginx:1.30', 2), toNamespace: other.name }),
      /^same: /,
    );
    assert.match(
      await compare({ manifest: deployment(namespace.name, 'nginx:1.29'), toContext: 'viewer' }),
      /^same: .*\(context viewer\)$/,
    );
  });

  it('compares with a revision', async () => {
    const text = await compare({ ...web, toRevision: 1 });
    assert.match(text, /^- the pod template of .*, revision 1\n\+ as it is now\n[\s\S]*nginx:1\.28\n\+.*nginx:1\.29$/);
    assert.match(await compare({ ...web, toRevision: 2 }), /^Same: /);
    assert.equal(await compare({ ...web, toRevision: -1 }), text, 'counted back from the current one');
    assert.match(
      await admin.error('compare_resources', { ...web, toRevision: -2 }),
      /no revision 2 before the current/,
    );
    assert.match(
      await admin.error('compare_resources', { ...web, toRevision: 9 }),
      /no revision 9\. There are: 2 \(current\)/,
    );
    assert.match(
      await admin.error('compare_resources', { kind: 'cm', name: 'kube-root-ca.crt', toRevision: 1 }),
      /have no revisions/,
    );
  });

  it('says of Secrets whether they are equal, and of a guess nothing', async () => {
    const named = { kind: 'secret', name: 'login' };
    assert.match(await compare({ ...named, toName: 'twin' }), /^Same: /);
    const differs = await compare({ ...named, toName: 'changed' });
    assert.match(differs, /password: "<redacted.*changed>/);
    assert.doesNotMatch(differs, /user|horse|staple|Y29ycmVjd/);
    const guess = (password: string) => compare({ manifest: secret(namespace.name, 'login', password) });
    const [right, wrong] = [await guess('correct-horse-battery'), await guess('wrong-horse-battery')];
    assert.equal(right, wrong);
    assert.match(right, /Not compared, values are redacted: \.data\.password/);
    const encoded = (password: string) =>
      compare({
        manifest: `apiVersion: v1\nkind: Secret\nmetadata: { name: login }\ndata: { password: ${Buffer.from(password).toString('base64')} }`,
      });
    assert.equal(await encoded('correct-horse-battery'), await encoded('wrong-horse-battery'));
  });

  it('teaches what was wrong', async () => {
    const error = (args: object, server = admin) => server.error('compare_resources', { ...args });
    assert.match(await error({}), /needs a manifest, a path, or kind and name/);
    assert.match(await error(web), /toName, toNamespace, toContext, toRevision, or a manifest/);
    assert.match(await error({ ...web, manifest: 'kind: X' }), /not both/);
    assert.match(await error({ ...web, toNamespace: 'shp' }), /namespace "shp" does not exist; nearest: shop/);
    assert.match(await error({ ...web, toName: 'wbe' }), /Nearest: web/);
    assert.match(await error({ kind: 'node', name: 'node-0', toNamespace: 'shop' }), /live in no namespace/);
    assert.match(await error({ ...web, toContext: 'elsewhere' }, viewer), /not allowed/);
    assert.match(await error({ manifest: '' }), /holds no object|no object/);
    assert.match(await error({ kind: 'secret', name: 'login', toName: 'twin' }, viewer), /forbidden|may not/i);
    assert.match(
      await error({ ...web, namespace: namespace.name, toNamespace: other.name }, tenant),
      /forbidden|may not/i,
    );
  });

  it('gives a manifest that a person would keep, and that is the same when applied', async () => {
    const manifest = await admin.text('get_resource', { ...web, output: 'manifest' });
    assert.equal(
      manifest,
      `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: ${namespace.name}\nspec:\n  replicas: 1\n  selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      containers:\n      - name: web\n        image: nginx:1.29\n        resources:\n          requests:\n            cpu: 100m\n`,
    );
    assert.match(await compare({ manifest }), /^same: /);
    for (const [kind, name] of [
      ['sts', 'postgres'],
      ['ds', 'log-agent'],
      ['svc', 'web'],
      ['job', 'migrate-db'],
      ['cronjob', ''],
      ['pvc', 'uploads'],
      ['pod', ''],
    ] as const) {
      const found = name || (await kubectl('get', kind, '-n', 'shop', '-o', 'jsonpath={.items[0].metadata.name}'));
      const text = await admin.text('get_resource', { kind, name: found, namespace: 'shop', output: 'manifest' });
      assert.doesNotMatch(
        text,
        /status:|uid:|resourceVersion|creationTimestamp|terminationMessagePath|dnsPolicy: ClusterFirst|kube-api-access|clusterIPs/,
      );
      assert.match(await compare({ manifest: text }), /^same: /, text);
      // The API server accepts it unchanged, with the same result.
      if (kind !== 'pod' && kind !== 'job') {
        const elsewhere = text.replace(/namespace: shop/g, `namespace: ${other.name}`);
        await apply(elsewhere, '--dry-run=server');
      }
    }
  });

  it('shows of certificates subject, names, issuer and dates, and never a key', async () => {
    const certificate = await issue('shop', { hosts: ['shop.example.com'], by: await issue('An Authority') });
    await apply(tlsSecret('tls', namespace.name, certificate));
    const text = await admin.text('get_resource', { kind: 'secret', name: 'tls' });
    assert.match(
      text,
      /\n# \.data\[tls\.crt\]: CN=shop; names: shop\.example\.com; issuer: CN=An Authority; valid \S+ to \S+\n$/,
    );
    assert.match(text, /tls\.key: "<redacted #\w+>"/);
    assert.doesNotMatch(text, /BEGIN/);
  });
});
