import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

/** The answer below its header. */
const body = (text: string) => text.slice(text.indexOf('\n\n') + 2).split('\n');

describe('get_pod_logs', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  const shop = { namespace: 'shop' };

  before(async () => {
    const cluster = await testCluster();
    server = await McpServer.start(cluster.kubeconfig('admin'));
    const pod = (name: string, containers: string, annotations = '{}', more = '') =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${namespace.name}, annotations: ${annotations} }\nspec:\n  containers: [${containers}]\n${more}`;
    await apply(
      [
        pod(
          'several',
          '{ name: web, image: a }, { name: api, image: b }',
          '{ kubectl.kubernetes.io/default-container: api }',
          '  initContainers: [{ name: migrate-db, image: c }]\n',
        ),
        pod('leaky', '{ name: leaky, image: a }'),
        pod('nowhere', '{ name: app, image: a }', '{}', '  nodeSelector: { no: where }\n'),
      ].join('---\n'),
    );
    await kubectl('wait', '-n', namespace.name, '--for=condition=Ready', 'pod/several', 'pod/leaky');
  });
  after(() => server.stop());

  it('gives the newest lines of a pod, and says that there are older ones', async () => {
    const pod =
      (await kubectl('get', 'pods', '-n', 'shop', '-l', 'app=web', '-o', 'name')).split('\n')[0]?.slice(4) ?? '';
    const expected = await kubectl('logs', '-n', 'shop', pod, '--tail=5');
    const text = await server.text('get_pod_logs', { name: pod, ...shop, tailLines: 5 });
    assert.equal(
      text,
      `Pod ${pod} in namespace shop, container web: newest 5 lines; for older ones raise tailLines, or search with grep.\n\n${expected}`,
    );
    const all = await server.text('get_pod_logs', { name: pod, ...shop, tailLines: '1000' });
    assert.match(all, /: all 181 lines\.\n/);
    assert.equal(body(all).length, 181);
    const stamped = await server.text('get_pod_logs', { name: pod, ...shop, tailLines: 1, timestamps: true });
    assert.match(body(stamped)[0] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S/);
  });

  it('takes the default container and names the others', async () => {
    const place = { name: 'several', namespace: namespace.name };
    const text = await server.text('get_pod_logs', place);
    assert.match(text, /container api \(others: web, init migrate-db\): all 62 lines\.\n\n/);
    assert.match(await server.text('get_pod_logs', { ...place, container: 'web' }), /container web \(others: api, /);
    assert.deepEqual(body(await server.text('get_pod_logs', { ...place, container: 'migrate-db' })).at(-1), 'migrated');
    assert.equal(
      await server.error('get_pod_logs', { ...place, container: 'nope' }),
      'Pod "several" has no container "nope". It has: web, api, migrate-db.',
    );
  });

  it('gives the logs of all pods of a workload, prefixed', async () => {
    const podsOf = async (label: string) =>
      (await kubectl('get', 'pods', '-n', 'shop', '-l', label, '-o', 'jsonpath={.items[*].metadata.name}')).split(' ');
    for (const [kind, name, label, prefix] of [
      ['Deployment', 'web', 'app=web', ''],
      ['deploy', 'api', 'app=api', '/api'],
      ['sts', 'postgres', 'app=postgres', ''],
      ['DaemonSet', 'log-agent', 'app=log-agent', ''],
      ['svc', 'web', 'app=web', ''],
      ['job', 'migrate-db', 'app=migrate-db', ''],
    ] as const) {
      const lines = body(await server.text('get_pod_logs', { kind, name, ...shop, tailLines: 9 }));
      const pods = await podsOf(label);
      const seen = new Set(lines.map((line) => /^\[(\S+)\] ./.exec(line)?.[1]));
      assert.deepEqual([...seen].sort(), pods.map((pod) => `${pod}${prefix}`).sort(), `${kind} ${name}`);
    }
    const owner = await kubectl('get', 'rs', '-n', 'shop', '-l', 'app=web', '-o', 'jsonpath={.items[0].metadata.name}');
    assert.match(await server.text('get_pod_logs', { kind: 'rs', name: owner, ...shop }), /^3 pods of ReplicaSet web-/);
  });

  it('follows a CronJob to the pods of its Jobs', async () => {
    const cron = `apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: tick, namespace: ${namespace.name} }\nspec:\n  schedule: "0 0 1 1 *"\n  jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: a }] } } } }\n`;
    await apply(cron);
    const place = { kind: 'cronjob', name: 'tick', namespace: namespace.name };
    assert.match(await server.error('get_pod_logs', place), /CronJob "tick" in namespace .* has no pods/);
    await kubectl('create', 'job', '-n', namespace.name, 'tick-now', '--from=cronjob/tick');
    await kubectl('wait', '-n', namespace.name, '--for=condition=Complete', 'job/tick-now');
    assert.match(await server.text('get_pod_logs', place), /^1 pod of CronJob tick .*\n\n\[tick-now-\w+\] starting/);
  });

  it('searches further back than it shows', async () => {
    const web = { kind: 'deploy', name: 'api', ...shop };
    const text = await server.text('get_pod_logs', { ...web, grep: '(?i)"LEVEL":"warn"', tailLines: 10 });
    assert.match(text, /: 6 matching lines in all 124 lines\.\n\n/);
    for (const line of body(text)) assert.match(line, /"level":"warn"/);
    const few = await server.text('get_pod_logs', { ...web, grep: 'request', tailLines: 2 });
    assert.match(few, /: \d matching lines in the newest \d+ lines, back to \S+Z \(\S+ ago\); raise tailLines/);
    assert.match(await server.text('get_pod_logs', { ...web, grep: 'no such words' }), /: 0 matching lines in all 124/);
    assert.match(await server.error('get_pod_logs', { ...web, grep: '(a' }), /not a regular expression of RE2/);
    assert.doesNotMatch(await server.text('get_pod_logs', { ...web, grep: '(a+)+(b+)+$' }), /Unexpected/);
  });

  it('looks back as far as it is told', async () => {
    const web = { kind: 'deploy', name: 'web', ...shop };
    assert.match(await server.text('get_pod_logs', { ...web, since: '1s' }), /: no lines of the last 1s\.$/);
    const whole = { since: '2h', tailLines: 3000 };
    const cut = await server.text('get_pod_logs', { ...web, ...whole });
    assert.match(cut, /: newest \d+ lines of the last 2h\. Cut to the newest that fit: use grep, since or one pod\.$/m);
    const [, name = ''] = /^\[(.+?)\]/m.exec(cut) ?? [];
    assert.match(await server.text('get_pod_logs', { name, ...shop, ...whole }), /: all 181 lines of the last 2h\.$/m);
    assert.match(
      await server.error('get_pod_logs', { ...web, since: 'yesterday' }),
      /"yesterday" is not a duration\. Examples/,
    );
  });

  it('keeps the newest lines when the answer would be too long', async () => {
    const web = { kind: 'deploy', name: 'web', ...shop };
    const whole = await server.text('get_pod_logs', { ...web, tailLines: 3000 });
    assert.ok(whole.length < 40_000, `${whole.length}`);
    assert.match(whole, /Cut to the newest that fit: use grep, since or one pod\./);
    assert.equal(new Set(body(whole).slice(-3)).size, 3);
    for (const line of body(whole).slice(-3)) assert.match(line, /upstream "checkout" has no endpoints/);
    const small = await server.text('get_pod_logs', { ...web, limitBytes: 400 });
    assert.ok(Buffer.byteLength(body(small).join('\n')) <= 400);
    assert.match(small, /upstream "checkout" has no endpoints/);
  });

  it('points at the run before in a crash loop, and gives it', async () => {
    const payments = { kind: 'deploy', name: 'payments', ...shop };
    const text = await server.text('get_pod_logs', payments);
    assert.match(
      text,
      /CrashLoopBackOff, 6 restarts, last ended \S+ ago \(exit 1, Error\)\. previous=true shows the run before\.\n\n/,
    );
    assert.match(text, /FATAL: environment variable DATABASE_URL is not set/);
    const previous = await server.text('get_pod_logs', { ...payments, previous: true });
    assert.match(previous, /previous run of container payments: all 9 lines\.\n\n[\s\S]*DATABASE_URL/);
    assert.match(
      await server.text('get_pod_logs', { name: 'postgres-0', ...shop, previous: true }),
      /no lines\.\nIt has no previous run/,
    );
  });

  it('says why there is no log yet', async () => {
    assert.match(
      await server.text('get_pod_logs', { kind: 'deploy', name: 'recommendations', ...shop }),
      /no lines\.\nrecommendations-\S+: It has not started: ImagePullBackOff: .*does-not-exist/,
    );
    await kubectl('wait', '-n', namespace.name, '--for=condition=PodScheduled=false', 'pod/nowhere');
    assert.match(
      await server.text('get_pod_logs', { name: 'nowhere', namespace: namespace.name }),
      /no lines\.\nThe pod is not scheduled: 0\/\d+ nodes are available/,
    );
  });

  it('hides credentials, and finds none by searching for them', async () => {
    const place = { name: 'leaky', namespace: namespace.name };
    const text = await server.text('get_pod_logs', place);
    assert.doesNotMatch(text, /Pa55word|51c0ffee|MIIEvQ/);
    const [address, login] = body(text);
    assert.match(address ?? '', /^connecting to postgres:\/\/\w+:<redacted>@postgres:5432\/shop$/);
    assert.match(login ?? '', /^{"level":"debug","msg":"login","password":"<redacted>","user":"bob"}$/);
    assert.equal(body(text).at(-1), 'ready');
    for (const grep of ['demo-Pa', '"password":"d', 'MIIE'])
      assert.match(await server.text('get_pod_logs', { ...place, grep }), /: 0 matching lines/);
  });

  it('teaches about mistakes', async () => {
    assert.match(
      await server.error('get_pod_logs', { name: 'payments', ...shop }),
      /no pods "payments" in namespace "shop"\. Nearest: payments-\S+\. All pods of a workload: kind=Deployment/,
    );
    assert.match(
      await server.error('get_pod_logs', { kind: 'cm', name: 'shop-config', ...shop }),
      /ConfigMap has no pods of its own\. kind takes Pod, Deployment/,
    );
    assert.match(await server.error('get_pod_logs', { kind: 'node', name: 'node-0' }), /Node has no pods of its own/);
    assert.match(
      await server.error('get_pod_logs', { kind: 'svc', name: 'checkout', ...shop }),
      /Service "checkout" .* has no pods/,
    );
    assert.match(await server.error('get_pod_logs', { name: 'x', tailLines: 'many' }), /tailLines/);
  });

  it('reads where a user may, and nowhere else', async () => {
    const tenant = await McpServer.start((await testCluster()).kubeconfig('tenant'));
    try {
      assert.match(
        await tenant.text('get_pod_logs', { kind: 'deploy', name: 'worker' }),
        /^2 pods .* in namespace team-a/,
      );
      assert.match(await tenant.error('get_pod_logs', { name: 'postgres-0', ...shop }), /forbidden/);
    } finally {
      await tenant.stop();
    }
  });
});
