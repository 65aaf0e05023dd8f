import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, namespacesDeleted, scratchNamespace } from './scratch.ts';

describe('list_resources groupBy', () => {
  let server: McpServer;
  const namespace = scratchNamespace();

  before(async () => {
    await namespacesDeleted();
    server = await McpServer.start((await testCluster()).kubeconfig('admin'));
  });
  after(() => server.stop());

  it('answers which images run in the cluster in one small call', async () => {
    const images = (await kubectl('get', 'pods', '-A', '-o', 'jsonpath={.items[*].spec.containers[*].image}')).split(
      ' ',
    );
    const path = 'IMAGE:.spec.containers[*].image';
    // A token has at least one character; in a table, about three.
    for (const [args, most] of [
      [{ groupBy: [path] }, 2_000],
      [{ columns: [path] }, 6_000],
    ] as const) {
      const text = await server.text('list_resources', { kind: 'pods', ...args });
      for (const image of new Set(images)) assert.ok(text.includes(image), image);
      assert.ok(text.length < most, `${text.length} characters`);
    }
    const text = await server.text('list_resources', {
      kind: 'pods',
      groupBy: ['.spec.containers[*].image'],
      namespace: 'shop',
      labelSelector: 'tier=frontend',
    });
    // A rollout that another test began may still have a pod more.
    assert.match(text, /^([3-5]) pods in namespace shop in 1 group\nCOUNT\tIMAGE\n\1\tnginx:1\.29$/);
  });

  it('counts how many pods per node are not ready', async () => {
    const pods = JSON.parse(await kubectl('get', 'pods', '-A', '-o', 'json')).items as {
      spec: { nodeName?: string };
      status: { conditions?: { type: string; status: string }[] };
    }[];
    const expected = new Map<string, number>();
    for (const { spec, status } of pods) {
      const ready = status.conditions?.find(({ type }) => type === 'Ready')?.status;
      if (ready) expected.set(`${spec.nodeName}\t${ready}`, (expected.get(`${spec.nodeName}\t${ready}`) ?? 0) + 1);
    }
    const text = await server.text('list_resources', {
      kind: 'pods',
      groupBy: ['NODE:.spec.nodeName', 'READY:.status.conditions[?(@.type=="Ready")].status'],
    });
    const rows = text
      .split('\n')
      .slice(2)
      .map((row) => row.split('\t'));
    assert.match(text, /\nCOUNT\tNODE\tREADY\n/);
    assert.deepEqual(
      Object.fromEntries(rows.map(([count, ...values]) => [values.join('\t'), Number(count)])),
      Object.fromEntries(expected),
    );
    const counts = rows.map(([count]) => Number(count));
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => b - a),
    );
  });

  it('names what has no limits', async () => {
    const text = await server.text('list_resources', {
      kind: 'pods',
      namespace: 'shop',
      groupBy: ['CONTAINER:.spec.containers[?(!@.resources.limits)].name'],
    });
    assert.match(text, /^\d+ of \d+ pods in namespace shop in \d+ groups\nCOUNT\tCONTAINER\n3\tlog-agent\n/);
    assert.match(text, /^2\tmetrics-exporter$/m);
    assert.doesNotMatch(text, /\t(web|cart|postgres|api)$/m);
  });

  it('counts over all pages, shows the largest groups and says what is left out', async () => {
    const map = (index: number) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: map-${index}, namespace: ${namespace.name}, labels: { half: "${index % 2}", own: "${index}" } }\n`;
    await apply(Array.from({ length: 620 }, (_, index) => map(index)).join('---\n'), '--server-side');
    const place = { kind: 'cm', namespace: namespace.name, labelSelector: 'half' };
    assert.equal(
      await server.text('list_resources', { ...place, groupBy: ['.metadata.labels.half'] }),
      `620 configmaps in namespace ${namespace.name} in 2 groups\nCOUNT\tHALF\n310\t0\n310\t1`,
    );
    const each = await server.text('list_resources', { ...place, groupBy: ['.metadata.labels.own'], limit: 5 });
    assert.match(
      each,
      /in 620 groups\nCOUNT\tOWN\n1\t0\n1\t1\n1\t2\n1\t3\n1\t4\n615 smaller groups are not shown: raise limit/,
    );
  });

  it('says that there is nothing, hides secrets and teaches', async () => {
    assert.equal(
      await server.text('list_resources', { kind: 'pods', groupBy: ['.x'], labelSelector: 'a=b' }),
      'No pods in all namespaces match labelSelector a=b.',
    );
    assert.match(
      await server.text('list_resources', { kind: 'secrets', namespace: 'team-a', groupBy: ['.data.token'] }),
      /^1 secrets in namespace team-a in 1 group\nCOUNT\tTOKEN\n1\t<redacted #[0-9a-f]{4}>$/,
    );
    assert.match(
      await server.error('list_resources', { kind: 'pods', groupBy: ['.a'], columns: ['.b'] }),
      /columns for a list or groupBy for counts, not both/,
    );
    assert.match(await server.error('list_resources', { kind: 'pods', groupBy: ['$[?(@.a'] }), /is not a JSONPath/);
  });

  it('counts where a user may look, and says so', async () => {
    const tenant = await McpServer.start((await testCluster()).kubeconfig('tenant'));
    try {
      assert.equal(
        await tenant.text('list_resources', { kind: 'pods', groupBy: ['.metadata.namespace'] }),
        'Listing in all namespaces is forbidden; this is namespace team-a only.\n2 pods in namespace team-a in 1 group\nCOUNT\tNAMESPACE\n2\tteam-a',
      );
    } finally {
      await tenant.stop();
    }
  });
});
