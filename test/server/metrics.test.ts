import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { testCluster } from './environment.ts';
import { FaultProxy } from './fault-proxy.ts';
import { McpServer } from './mcp-process.ts';
import { startPrometheus, type TestPrometheus } from './prometheus.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const METRICS = '--toolsets=core,metrics';
const PASSWORD = 'correct-horse-battery';

describe('metrics of Prometheus', function () {
  this.timeout(180_000);
  const namespace = scratchNamespace();
  let prometheus: TestPrometheus;
  let admin: McpServer;
  let direct: McpServer;
  let proxy: FaultProxy | undefined;
  let pod: string;
  let restarts = 1;

  before(async () => {
    const cluster = await testCluster();
    const file = cluster.kubeconfig('admin');
    prometheus = await startPrometheus([
      { alert: 'Watchdog', expr: 'vector(1)' },
      {
        alert: 'TestFires',
        expr: 'up{job="page"} == 1',
        labels: { severity: 'critical', namespace: namespace.name, pod: 'some-pod' },
        annotations: { summary: `It\nburns: password=${PASSWORD}` },
      },
      { alert: 'TestWaits', expr: 'vector(1)', for: '1d' },
    ]);
    await apply(
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: ${namespace.name} }\nspec:\n  replicas: 1\n  selector: { matchLabels: { app: web } }\n  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: nginx, resources: { requests: { cpu: '4' } } }] } }`,
    );
    await kubectl('rollout', 'status', 'deploy/web', '-n', namespace.name);
    pod = await kubectl('get', 'pods', '-n', namespace.name, '-o', 'jsonpath={.items[0].metadata.name}');
    let periods = 0;
    prometheus.page(() => {
      periods += 10;
      const of = `namespace="${namespace.name}",pod="${pod}",container="web"`;
      return [
        `kube_pod_container_status_restarts_total{${of}} ${restarts}`,
        `container_cpu_cfs_periods_total{${of}} ${periods}`,
        `container_cpu_cfs_throttled_periods_total{${of}} ${periods / 2}`,
        `odd{note="a\\nb\\tpassword=${PASSWORD} \u202e"} 1`,
        ...Array.from({ length: 300 }, (_, index) => `many{index="${index}"} ${index}`),
        '',
      ].join('\n');
    });
    const { address, port, url: own } = prometheus;
    if (!address) {
      // No Service can lead to a machine without an address, so what the API server would relay is relayed here.
      const relay = await FaultProxy.start(file);
      let asked = '';
      relay.fail(
        ({ path, query }) => {
          asked = `${own}${path.replace(/^.*\/proxy(?=\/api\/)/, '')}?${query}`;
          return path.includes('/proxy/api/v1/');
        },
        {
          answer: (response) =>
            void fetch(asked).then(async (answer) => response.writeHead(answer.status).end(await answer.text())),
        },
      );
      proxy = relay;
    }
    admin = await McpServer.start(proxy?.kubeconfig ?? file, [METRICS, '--namespace', namespace.name]);
    const url = `http://someone:${PASSWORD}@127.0.0.1:${port}/`;
    direct = await McpServer.start(cluster.kubeconfig(), [
      METRICS,
      '--context=admin',
      '--allow-context=*',
      `--prometheus-url=${url}`,
    ]);
  });
  after(async () => {
    await Promise.all([admin, direct].map((server) => server.stop()));
    await proxy?.stop();
    await prometheus.stop();
  });

  const query = (args: object, server = admin) => server.text('query_metrics', { ...args });

  it('are off by default, and a refused call says how to switch them on', async () => {
    const server = await McpServer.start((await testCluster()).kubeconfig('admin'));
    try {
      assert.ok(!(await server.tools()).includes('query_metrics'));
      const error = await server.error('query_metrics', { query: 'up' });
      assert.match(error, /toolset metrics, which is switched off\..*mcpK8s\.toolsets.*--toolsets/);
    } finally {
      await server.stop();
    }
  });

  it('are missing where there is no Prometheus, which holds nothing up', async () => {
    assert.match(
      await admin.error('query_metrics', { query: 'up' }),
      /No Prometheus was found: .*mcpK8s\.prometheus\.url.*--prometheus-url/,
    );
    assert.doesNotMatch(await admin.text('diagnose_resource', { kind: 'deploy', name: 'web' }), /Prometheus|Metrics/);
    assert.doesNotMatch(await admin.text('diagnose_resource', { kind: 'cluster' }), /Prometheus|Alerts/);
  });

  describe('that a Service leads to', () => {
    before(async () => {
      const { address, port } = prometheus;
      const place = `namespace: ${namespace.name}`;
      await apply(
        `apiVersion: v1\nkind: Service\nmetadata: { name: prom, ${place}, labels: { app.kubernetes.io/name: prometheus } }\nspec: { ports: [{ name: http-web, port: 9090, targetPort: ${port} }] }`,
      );
      if (address) {
        // The API server relays to addresses of pods only: this pod, which runs nowhere, has that of the machine.
        await apply(
          [
            `apiVersion: v1\nkind: Pod\nmetadata: { name: prom, ${place} }\nspec: { nodeSelector: { none: such }, containers: [{ name: prom, image: prom }] }`,
            `apiVersion: v1\nkind: Endpoints\nmetadata: { name: prom, ${place} }\nsubsets: [{ addresses: [{ ip: ${address}, targetRef: { kind: Pod, name: prom, ${place} } }], ports: [{ name: http-web, port: ${port} }] }]`,
          ].join('\n---\n'),
        );
        const status = JSON.stringify({ status: { podIP: address, podIPs: [{ ip: address }] } });
        await kubectl('patch', 'pod', 'prom', '-n', namespace.name, '--subresource=status', `--patch=${status}`);
      }
      await prometheus.until('up{job="apiserver"} == 1');
      await prometheus.until('ALERTS{alertname="TestFires",alertstate="firing"}');
      // The last hour ends with a whole second, so it may lack what came within the last one.
      await prometheus.until(`rate(container_cpu_usage_seconds_total{pod="${pod}"}[5m] offset 1s)`);
      await prometheus.until('rate(container_cpu_cfs_periods_total[5m] offset 1s)');
      restarts = 3;
      await prometheus.until('kube_pod_container_status_restarts_total == 3');
    });

    it('are a small table, with what all series share said once', async () => {
      const text = await query({ query: 'count by (job, instance) (up)', range: '1m' });
      const [head, all, header, ...rows] = text.split('\n');
      assert.equal(head, `Prometheus (Service ${namespace.name}/prom), last 1m in steps of 15 s: 5 series`);
      assert.equal(all, 'instance\tjob\tMIN\tMEDIAN\tMAX\tLAST\tTREND');
      assert.equal([header, ...rows].length, 5);
      assert.match(text, /\n127\.0\.0\.1:\d+\tapiserver\t1\t1\t1\t1\t[▁ ]{5}$/m);
      const one = await query({ query: 'many{index="299"}', range: '1m' });
      assert.match(
        one,
        /: 1 series\nAll: __name__=many, index=299, instance=127\.0\.0\.1:\d+, job=page\nMIN\tMEDIAN\tMAX\tLAST\tTREND\n299\t299\t299\t299\t/,
      );
      const control = await query({ query: 'sum(apiserver_request_total)' });
      assert.match(control, /: 1 series\nMIN\tMEDIAN\tMAX\tLAST\tTREND\n\d/);
    });

    it('are bounded, the largest first, and hold no secret and no control character', async () => {
      const many = await query({ query: 'many', range: '1m', limit: 5 });
      assert.match(
        many,
        /: 5 of 300 series, by their last value\nAll: __name__=many, .*\nindex\tMIN.*\n299\t299\t299\t299\t299\t/,
      );
      assert.equal(many.split('\n').length, 8);
      const odd = await query({ query: 'odd' });
      assert.match(odd, /note=a b\\tpassword=<redacted/);
      assert.doesNotMatch(odd, new RegExp(`${PASSWORD}|\u202e`));
      assert.equal(odd.split('\n').length, 4);
    });

    it('teach what was wrong with a query', async () => {
      const error = (args: object) => admin.error('query_metrics', { ...args });
      assert.match(await error({ query: 'sum by (' }), /^Prometheus \(Service \S+\): .*parse error/);
      assert.match(await error({ query: 'up', range: 'long' }), /is not a duration/);
      assert.match(await error({ query: 'up', range: '2000d' }), /between 1s and 92d/);
      assert.match(await query({ query: 'nothing_like_it' }), /no values\. Names of metrics: group by/);
    });

    it('are part of a diagnosis: the last hour of a workload, and the alerts that fire', async () => {
      for (const named of [
        { kind: 'deploy', name: 'web' },
        { kind: 'pod', name: pod },
      ]) {
        const text = await admin.text('diagnose_resource', { ...named });
        const [, line = ''] = text.split(`\nLast hour (Prometheus, Service ${namespace.name}/prom):\n`);
        assert.match(
          line,
          /^ {2}web: CPU \S+ median, \S+ max .*; memory \S+ median, \S+ max .*; throttled up to 50%; 2 restarts$/,
        );
      }
      const cluster = await admin.text('diagnose_resource', { kind: 'cluster' });
      const [, alerts = ''] = cluster.split(`\nAlerts firing (Prometheus, Service ${namespace.name}/prom):\n`);
      assert.match(
        alerts,
        new RegExp(
          `^ {2}critical TestFires for \\w+: namespace=${namespace.name}, pod=some-pod, instance=\\S+: It burns: password=<redacted[^\\n]*$`,
        ),
      );
      assert.doesNotMatch(await admin.text('diagnose_resource', { kind: 'ns', name: namespace.name }), /Prometheus/);
    });

    it('say what was requested and never used', async () => {
      await prometheus.until(`container_memory_working_set_bytes{pod="${pod}",container="web"}`);
      // metrics-server needs two readings before it reports a pod.
      while (!(await kubectl('get', 'podmetrics', pod, '-n', namespace.name, '-o', 'name').catch(() => '')))
        await delay(200);
      const text = await admin.text('get_resource_usage', { kind: 'pod', name: pod, sortBy: 'unused' });
      const [, note = '', header = '', row = ''] = text.split('\n');
      assert.match(
        note,
        /^MAX is the most that one container used in the last week, as far as Prometheus \(Service \S+\/prom\) knows it/,
      );
      assert.match(header, /\tSINCE$/);
      assert.match(row, /^Deployment\/web\tweb\t1\t4\t\d+m\t3\d{3}m\t-\t-\t-\t\d+s$/);
    });

    it('come from the address of the user, for the own context only, and its password from nowhere', async () => {
      const text = await query({ query: 'up{job="page"}' }, direct);
      assert.match(text, new RegExp(`^Prometheus \\(http://127\\.0\\.0\\.1:${prometheus.port}\\), last 1h`));
      const error = await direct.error('query_metrics', { query: '{' });
      assert.match(error, /parse error/);
      assert.ok(!`${text}${error}`.includes(PASSWORD));
      // The viewer may not use the Service, and has no address.
      assert.match(
        await direct.error('query_metrics', { query: 'up', context: 'viewer' }),
        /^Prometheus \(Service \S+\/prom\): .*services.*forbidden|cannot get resource "services\/proxy"/,
      );
      const { kubeconfig } = await testCluster();
      const dead = await McpServer.start(kubeconfig('admin'), [
        METRICS,
        `--prometheus-url=http://someone:${PASSWORD}@127.0.0.1:1/prometheus`,
      ]);
      try {
        const refused = await dead.error('query_metrics', { query: 'up' });
        assert.equal(refused, 'Prometheus (http://127.0.0.1:1) cannot be asked: the connection was refused.');
        const place = { namespace: namespace.name, kind: 'deploy', name: 'web' };
        assert.match(
          await dead.text('diagnose_resource', place),
          /\nMetrics were not looked at: Prometheus \(http:\/\/127\.0\.0\.1:1\) cannot be asked: the connection was refused\.$/,
        );
      } finally {
        await dead.stop();
      }
    });

    it('are not asked where only some namespaces or kinds are allowed, or listing is off', async () => {
      const { kubeconfig } = await testCluster();
      for (const [flag, reason] of [
        [
          `--allow-namespace=${namespace.name}`,
          /every namespace and kind, and here only some are allowed.*mcpK8s\.allowedNamespaces/,
        ],
        ['--deny-kind=secrets', /only some are allowed.*mcpK8s\.deniedKinds/],
        ['--enable-list=false', /switched off.*enableList/],
      ] as const) {
        const server = await McpServer.start(kubeconfig('admin'), [
          METRICS,
          flag,
          `--prometheus-url=${prometheus.url}`,
        ]);
        try {
          assert.ok(!(await server.tools()).includes('query_metrics'), flag);
          assert.match(await server.error('query_metrics', { query: 'up' }), reason);
          assert.doesNotMatch((await server.call('diagnose_resource', { kind: 'cluster' })).text, /Alerts|TestFires/);
          const web = await server.text('diagnose_resource', {
            kind: 'pod',
            name: pod,
            namespace: namespace.name,
          });
          assert.match(web, /\nLast hour \(Prometheus, http:/);
        } finally {
          await server.stop();
        }
      }
    });
  });
});
