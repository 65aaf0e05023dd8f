import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { kubectl, namespacesDeleted, podsMeasured } from './scratch.ts';

const APISERVICE = 'v1beta1.metrics.k8s.io';

describe('get_resource_usage', () => {
  let server: McpServer;

  before(async () => {
    const cluster = await testCluster();
    server = await McpServer.start(cluster.kubeconfig('admin'));
    await podsMeasured();
  });
  after(() => server.stop());

  // KWOK's CPU usage fluctuates around the seed's value.
  it('shows the use of pods beside requests and limits, the largest first', async () => {
    const text = await server.text('get_resource_usage', { kind: 'pods', namespace: 'shop' });
    assert.match(
      text,
      /^\d+ pods in namespace shop, by cpu; together \S+ CPU, \S+ memory\nPOD\tCPU\tCPU OF REQUEST\tCPU OF LIMIT\tMEMORY\tMEMORY OF REQUEST\tMEMORY OF LIMIT\npostgres-\d\t\d+m\t\d\d% of 500m\t-\t700Mi\t68% of 1Gi\t68% of 1Gi\n/,
    );
    assert.match(text, /^web-\S+\t1[345]\dm\t(5\d|6\d)% of 250m\t[23]\d% of 500m\t96Mi\t75% of 128Mi\t38% of 256Mi$/m);
    assert.match(text, /\nNo metrics \(not running, [^)]*\): .*analytics-\S+ \(Pending\)/);
    assert.doesNotMatch(text, /migrate-db/);
  });

  it('shows as many rows of usage as are asked for, and counts all', async () => {
    const text = await server.text('get_resource_usage', { kind: 'pod', namespace: 'shop', limit: 2 });
    const [, total = '0'] = /^(\d+) pods in namespace shop, by cpu/.exec(text) ?? [];
    assert.ok(Number(total) > 2, text);
    const rows = text
      .split('\n')
      .slice(2)
      .filter((line) => /^\S+\t/.test(line));
    assert.equal(rows.length, 2);
    assert.match(text, new RegExp(`^${Number(total) - 2} more use less: raise limit`, 'm'));
  });

  it('pages a list whose API sends all that it has, as the metrics API does', async () => {
    const list = { kind: 'podmetrics', namespace: 'shop', output: 'name' };
    const all = (await server.text('list_resources', { ...list, limit: 1000 })).split('\n').slice(1);
    const read: string[] = [];
    let token: string | undefined;
    do {
      const text = await server.text('list_resources', { ...list, limit: 4, ...(token ? { continue: token } : {}) });
      token = /call again with continue="([^"]+)"$/.exec(text)?.[1];
      const names = text.split('\n').slice(1, token ? -1 : undefined);
      assert.ok(names.length <= 4, text);
      read.push(...names);
    } while (token);
    assert.deepEqual(read.sort(), all.sort());
    assert.ok(all.length > 8, `${all.length}`);
  });

  it('selects, sorts and tells containers apart', async () => {
    const text = await server.text('get_resource_usage', {
      kind: 'Pod',
      namespace: 'shop',
      labelSelector: 'app in (cart,web)',
      sortBy: 'memory',
    });
    assert.deepEqual(
      text
        .split('\n')
        .slice(2)
        .map((row) => row.split('-')[0]),
      ['cart', 'cart', 'web', 'web', 'web'],
    );
    const each = await server.text('get_resource_usage', {
      kind: 'po',
      namespace: 'shop',
      labelSelector: 'app=api',
      containers: true,
    });
    assert.match(each, /\nPOD\tCONTAINER\tCPU\t/);
    assert.match(each, /^api-\S+\tapi\t[789]\dm\t[789]\d% of 100m\t-\t180Mi\t70% of 256Mi\t35% of 512Mi$/m);
    assert.match(each, /^api-\S+\tmetrics-exporter\t[789]\dm\t-\t-\t180Mi\t-\t-$/m);
    const one = await server.text('get_resource_usage', { kind: 'pod', name: 'postgres-0', namespace: 'shop' });
    assert.match(one, /^1 pod in namespace shop, [^\n]*\n[^\n]*\npostgres-0\t[^\n]*$/);
  });

  it('lists all namespaces unless one is given', async () => {
    const text = await server.text('get_resource_usage', { kind: 'pods' });
    assert.match(text, /pods in all namespaces/);
    assert.match(text, /\nNAMESPACE\tPOD\t/);
    assert.match(text, /\nteam-b\treports-/);
  });

  it('shows nodes in percent of what they can give', async () => {
    await namespacesDeleted();
    const text = await server.text('get_resource_usage', { kind: 'nodes', sortBy: 'memory' });
    assert.match(
      text,
      /^3 nodes, by memory; together \S+ CPU, \S+ memory; % of allocatable\nNODE\tPODS\tCPU\tCPU REQUESTS\tCPU LIMITS\tMEMORY\tMEMORY REQUESTS\tMEMORY LIMITS\n/,
    );
    assert.equal([...text.matchAll(/^node-\d\t\d+\/\d+(\t\d+m? \d+%){3}(\t[\d.]+[KMG]i \d+%){3}$/gm)].length, 3);
    const one = await server.text('get_resource_usage', { kind: 'Node', name: 'node-1' });
    assert.match(one, /^1 node, .*\n.*\nnode-1\t/);
    // Usage is remeasured meanwhile; requests do not change.
    const requests = (all: string) =>
      /^node-1\t(.*)$/m
        .exec(all)?.[1]
        ?.split('\t')
        .filter((_, index) => index !== 1 && index !== 4);
    assert.deepEqual(requests(one), requests(text));
  });

  it('adds up pods by a label, their workload, namespace or node', async () => {
    const usage = (more: object) => server.text('get_resource_usage', { kind: 'pod', ...more });
    const byLabel = await usage({ namespace: 'shop', groupBy: 'app' });
    assert.match(
      byLabel,
      /^\d+ pods in namespace shop, by app, cpu; together [^\n]*\nAPP\tPODS\tCPU\tCPU OF REQUEST\t/,
    );
    assert.match(byLabel, /^web\t3\t\d+m\t\d\d% of 750m\t\d\d% of 1500m\t288Mi\t75% of 384Mi\t38% of 768Mi$/m);
    assert.match(await usage({ namespace: 'shop', groupBy: 'workload' }), /^shop\/Deployment\/web\t3\t/m);
    assert.match(
      await usage({ groupBy: 'namespace', sortBy: 'memory' }),
      /\nNAMESPACE\tPODS\t[^\n]*\n[\s\S]*^shop\t\d+\t/m,
    );
    assert.match(
      await usage({ groupBy: 'node', limit: 1 }),
      /\nNODE\tPODS\t[^\n]*\nnode-\d\t\d+\t[^\n]*\n2 more use less/,
    );
    for (const wrong of [{ containers: true }, { sortBy: 'unused' }, { kind: 'node' }])
      assert.match(
        await server.error('get_resource_usage', { kind: 'pod', groupBy: 'app', ...wrong }),
        /^groupBy adds up the CPU and memory of pods/,
      );
  });

  it('shows the pods of one node', async () => {
    const text = await server.text('get_resource_usage', { kind: 'pod', node: 'node-1' });
    const rows = text.split('\n').filter((line) => /^[\w-]+\t[\w-]+\t\d/.test(line));
    const there = await kubectl('get', 'pods', '-A', '--field-selector=spec.nodeName=node-1', '-o', 'name');
    assert.ok(rows.length > 0 && rows.length <= there.split('\n').length, text);
    for (const row of rows) assert.ok(there.includes(`pod/${row.split('\t')[1]}`), row);
    for (const node of ['node-9', 'node-1,metadata.name=x'])
      assert.match(await server.error('get_resource_usage', { kind: 'pod', node }), /[Nn]o nodes? "node-/);
  });

  it('finds what is requested and not used', async () => {
    const text = await server.text('get_resource_usage', { kind: 'pod', namespace: 'shop', sortBy: 'unused' });
    const [head = '', note = '', header = '', ...rows] = text.split('\n');
    assert.match(head, /^\d+ pods in namespace shop: requested and not used now: \S+ of \S+ CPU, \S+ of \S+ memory\.$/);
    assert.match(
      note,
      /^Only what is used at this moment is known, which is no reason to lower a request: .*toolset metrics/,
    );
    assert.equal(
      header,
      'WORKLOAD\tCONTAINER\tPODS\tCPU REQUEST\tCPU MAX\tCPU UNUSED\tMEMORY REQUEST\tMEMORY MAX\tMEMORY UNUSED',
    );
    assert.match(rows.join('\n'), /^StatefulSet\/postgres\tpostgres\t\d\t500m\t\d+m\t\d+m\t1Gi\t700Mi\t\S+$/m);
    assert.match(rows.join('\n'), /^No requests at all: .*Deployment\/api\/metrics-exporter/m);
    assert.match(
      await server.error('get_resource_usage', { kind: 'node', sortBy: 'unused' }),
      /^Pods request: use kind=Pod/,
    );
  });

  // A simulated kubelet is one that the API server refuses to connect to; a real one is asked in suite node.
  it('asks kubelets about disks, where it may', async () => {
    const disks = await server.text('get_resource_usage', { kind: 'node', sortBy: 'disk' });
    assert.match(disks, /^0 nodes, by share of the disk that is used\nNot read: node-\d \([^\n]+\), node-\d \(/);
    const viewer = await McpServer.start((await testCluster()).kubeconfig('viewer'));
    const confined = await McpServer.start((await testCluster()).kubeconfig('admin'), ['--allow-namespace', 'shop']);
    try {
      assert.match(
        await viewer.error('get_resource_usage', { kind: 'pod', sortBy: 'disk' }),
        /^Disk use is known to the kubelets only, and this user may not ask them: that needs the verb get on nodes\/proxy \(/,
      );
      assert.match(
        await confined.error('get_resource_usage', { kind: 'pod', namespace: 'shop', sortBy: 'disk' }),
        /^What a node tells of the pods of all namespaces is outside/,
      );
      const claims = await viewer.text('get_resource_usage', { kind: 'pvc', namespace: 'team-b' });
      assert.match(claims, /^No claims in namespace team-b\.$/);
    } finally {
      await viewer.stop();
      await confined.stop();
    }
  });

  it('of a workload is that of its pods, in every form', async () => {
    const web = { kind: 'deploy', name: 'web', namespace: 'shop' };
    const text = await server.text('get_resource_usage', web);
    assert.match(text, /^3 pods of Deployment web in namespace shop, by cpu; together \S+ CPU, 288Mi memory\n/);
    assert.equal(text.match(/^web-/gm)?.length, 3);
    assert.match(await server.text('get_resource_usage', { ...web, containers: true }), /^web-\S+\tweb\t/m);
    assert.match(
      await server.text('get_resource_usage', { ...web, kind: 'svc', groupBy: 'workload' }),
      /^\S*web\S*\t3\t/m,
    );
    assert.match(
      await server.text('get_resource_usage', { kind: 'sts', name: 'postgres', namespace: 'shop', sortBy: 'unused' }),
      /^2 pods of StatefulSet postgres in namespace shop: requested and not used now/,
    );
    assert.match(
      await server.text('get_resource_usage', { kind: 'job', name: 'migrate-db', namespace: 'shop' }),
      /^No running pods of Job migrate-db in namespace shop\.$/,
    );
  });

  it('teaches about mistakes', async () => {
    assert.match(
      await server.error('get_resource_usage', { kind: 'deploy' }),
      /Only Pods, Nodes and PersistentVolumeClaims have usage, a Deployment has none\. With a name.*groupBy=workload/,
    );
    assert.match(
      await server.error('get_resource_usage', { kind: 'cm', name: 'kube-root-ca.crt', namespace: 'shop' }),
      /a ConfigMap has none/,
    );
    assert.match(
      await server.error('get_resource_usage', { kind: 'deploy', name: 'wep', namespace: 'shop' }),
      /Nearest: web/,
    );
    assert.match(
      await server.error('get_resource_usage', { kind: 'pod', name: 'postgres-7', namespace: 'shop' }),
      /Nearest: postgres-/,
    );
    assert.match(
      await server.error('get_resource_usage', { kind: 'node', name: 'node-9' }),
      /no nodes "node-9"\. Nearest: node-/,
    );
    assert.match(
      await server.error('get_resource_usage', { kind: 'pod', namespace: 'shopp' }),
      /"shopp" does not exist; nearest: shop/,
    );
    assert.match(
      await server.text('get_resource_usage', { kind: 'pod', labelSelector: 'a=b' }),
      /^No running pods in all namespaces match a=b\.$/,
    );
    assert.match(await server.error('get_resource_usage', { kind: 'pod', sortBy: 'size' }), /sortBy/);
  });

  it('shows a user what that user may see', async () => {
    const tenant = await McpServer.start((await testCluster()).kubeconfig('tenant'));
    try {
      assert.match(
        await tenant.text('get_resource_usage', { kind: 'pod' }),
        /^Listing in all namespaces is forbidden; this is namespace team-a only\.\n2 pods in namespace team-a/,
      );
      assert.match(await tenant.error('get_resource_usage', { kind: 'node' }), /forbidden/);
    } finally {
      await tenant.stop();
    }
  });

  it('says that the metrics API is missing or does not answer', async () => {
    const saved = JSON.parse(await kubectl('get', 'apiservice', APISERVICE, '-o', 'json'));
    const available = (status: string) =>
      kubectl('wait', `--for=condition=Available=${status}`, `apiservice/${APISERVICE}`);
    const point = async (name: string) =>
      kubectl(
        'patch',
        'apiservice',
        APISERVICE,
        '--type=merge',
        '-p',
        JSON.stringify({ spec: { service: { ...saved.spec.service, name } } }),
      );
    try {
      await point('nobody');
      await available('False');
      assert.match(
        await server.error('get_resource_usage', { kind: 'pod' }),
        /metrics API \(metrics\.k8s\.io\) (is not ready|is registered but does not answer).*metrics-server/,
      );
    } finally {
      await point(saved.spec.service.name);
      await available('True');
    }
  });
});
