import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

describe('list_events', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  const event = (name: string, more: string) =>
    `apiVersion: v1\nkind: Event\nmetadata: { name: ${name}, namespace: ${namespace.name} }\ninvolvedObject: { apiVersion: v1, kind: ConfigMap, namespace: ${namespace.name}, name: thing, uid: "1" }\n${more}`;
  const second = (time: string) => time.replace(/\.\d+/, '');

  before(async () => {
    server = await McpServer.start((await testCluster()).kubeconfig('admin'));
    const classic = (name: string, count: number, first: number, last: number) =>
      event(
        name,
        `type: Warning\nreason: Shaken\nmessage: it was shaken\ncount: ${count}\nfirstTimestamp: ${second(minutesAgo(first))}\nlastTimestamp: ${second(minutesAgo(last))}\n`,
      );
    const modern = `apiVersion: events.k8s.io/v1\nkind: Event\nmetadata: { name: modern, namespace: ${namespace.name} }\nregarding: { apiVersion: v1, kind: Pod, namespace: ${namespace.name}, name: other }\ntype: Normal\nreason: Moved\naction: Move\nnote: it was moved\nreportingController: test\nreportingInstance: test-1\neventTime: ${minutesAgo(50).replace('Z', '000Z')}\nseries: { count: 9, lastObservedTime: ${minutesAgo(20).replace('Z', '000Z')} }\n`;
    const leaky = event(
      'leaky',
      `type: Normal\nreason: Told\nmessage: "connected with password=demo-Pa55word-7f3a91 to db"\nlastTimestamp: ${second(minutesAgo(45))}\n`,
    );
    await apply([classic('one', 4, 40, 30), classic('two', 2, 25, 5), modern, leaky].join('---\n'));
  });
  after(() => server.stop());

  it('shows both kinds of events once, the newest first, repeated ones folded', async () => {
    const text = await server.text('list_events', { namespace: namespace.name });
    assert.equal(
      // The newest is recent enough for its age to be in seconds.
      text.replace(/^5m\d+s\t/m, '5m\t'),
      [
        `3 events in namespace ${namespace.name}`,
        'AGE\tTYPE\tREASON\tOBJECT\tMESSAGE',
        '5m\tWarning\tShaken\tConfigMap/thing\tit was shaken (x6 in 35m)',
        '20m\tNormal\tMoved\tPod/other\tit was moved (x9 in 30m)',
        '45m\tNormal\tTold\tConfigMap/thing\tconnected with password=<redacted> to db',
      ].join('\n'),
    );
  });

  it('filters by object, type and age', async () => {
    const place = { namespace: namespace.name };
    const rows = async (args: object) => (await server.text('list_events', { ...place, ...args })).split('\n').slice(2);
    assert.equal((await rows({ kind: 'cm', name: 'thing' })).length, 2);
    assert.deepEqual(
      (await rows({ kind: 'pods' })).map((row) => row.split('\t')[2]),
      ['Moved'],
    );
    assert.deepEqual(
      (await rows({ name: 'other' })).map((row) => row.split('\t')[2]),
      ['Moved'],
    );
    assert.deepEqual(
      (await rows({ type: 'Warning' })).map((row) => row.split('\t')[2]),
      ['Shaken'],
    );
    assert.deepEqual(
      (await rows({ since: '22m' })).map((row) => row.split('\t')[2]),
      ['Shaken', 'Moved'],
    );
  });

  it('finds what is wrong in the shop', async () => {
    const text = await server.text('list_events', { namespace: 'shop', type: 'Warning' });
    for (const words of [
      /BackOff\tPod\/payments-\S+\tBack-off restarting failed container payments .* \(x23 in 3m50s\)/,
      /Failed\tPod\/recommendations-\S+\tFailed to pull image "shop\/recommendations:does-not-exist"/,
      /FailedScheduling\tPod\/analytics-\S+\t0\/3 nodes are available/,
      /Unhealthy\tPod\/search-\S+\tReadiness probe failed: .*503/,
    ])
      assert.match(text, words);
    assert.ok(text.length < 6_000, `${text.length}`);
  });

  it('lists all namespaces unless one is given, and says how to get more', async () => {
    const text = await server.text('list_events', { limit: 3 });
    assert.match(text, /^3 of \d+ events in all namespaces\nNAMESPACE\tAGE\tTYPE\tREASON\tOBJECT\tMESSAGE\n/);
    assert.match(text, /\nOlder ones: raise limit, or narrow with/);
    assert.equal(text.split('\n').length, 6);
    assert.match(await server.text('list_events', { kind: 'Node', namespace: 'shop' }), /\ndefault\t.*Node\/node-0\t/);
  });

  it('tells kinds of the same name in two groups apart', async () => {
    const about = (group: string, reason: string) =>
      `apiVersion: v1\nkind: Event\nmetadata: { name: ${reason}, namespace: ${namespace.name} }\ninvolvedObject: { apiVersion: ${group}, kind: Backup, namespace: ${namespace.name}, name: b }\nreason: ${reason}\nmessage: m\ntype: Normal\nlastTimestamp: ${second(minutesAgo(1))}\n`;
    await apply([about('alpha.mcp-k8s.dev/v1', 'first'), about('beta.mcp-k8s.dev/v1beta1', 'second')].join('---\n'));
    const text = await server.text('list_events', { namespace: namespace.name, kind: 'backups.alpha.mcp-k8s.dev' });
    assert.match(text, /^1 event of Backup /);
    assert.match(text, /\tfirst\t/);
    await kubectl('delete', 'events', '-n', namespace.name, 'first', 'second');
  });

  it('says that there is nothing, and why', async () => {
    assert.equal(
      await server.text('list_events', { namespace: namespace.name, kind: 'deploy', name: 'x' }),
      `No events of Deployment x in namespace ${namespace.name}. The cluster forgets events after about an hour. There is no deployments.apps "x" in namespace "${namespace.name}". There are none at all.`,
    );
    assert.equal(
      await server.text('list_events', { namespace: namespace.name, kind: 'cronjobs' }),
      `No events of CronJob in namespace ${namespace.name}. The cluster forgets events after about an hour. Its pods have events of their own.`,
    );
    assert.match(
      await server.text('list_events', { namespace: namespace.name, kind: 'rc' }),
      /No events of ReplicationController .* Its pods have events of their own\.$/,
    );
    assert.match(await server.error('list_events', { namespace: 'shopp' }), /"shopp" does not exist; nearest: shop/);
    assert.match(await server.error('list_events', { kind: 'depployment' }), /no kind "depployment"/);
    assert.match(await server.error('list_events', { since: 'long' }), /is not a duration/);
    assert.match(await server.error('list_events', { type: 'Error' }), /type: .*Normal.*Warning/);
  });

  it('shows a user of one namespace that namespace, and says so', async () => {
    const tenant = await McpServer.start((await testCluster()).kubeconfig('tenant'));
    try {
      assert.match(
        await tenant.text('list_events'),
        /^Listing in all namespaces is forbidden; this is namespace team-a only\.\n\d+ events in namespace team-a\nAGE\t/,
      );
      assert.match(await tenant.error('list_events', { namespace: 'shop' }), /forbidden/);
    } finally {
      await tenant.stop();
    }
  });
});
