import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { JournalEntry } from '../../src/kubernetes/writes/journal.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const TOOLSETS = '--toolsets=core,node';
const WRITES = [TOOLSETS, '--enable-update', '--enable-delete'];

describe('maintain_node', () => {
  const namespace = scratchNamespace();
  // A node of its own, for pods of its own.
  const node = () => `${namespace.name}-node`;
  let server: McpServer;
  let folder: string;
  const asked: string[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-test-'));
    const capacity = '{ cpu: "4", memory: 8Gi, pods: "20" }';
    await apply(`apiVersion: v1
kind: Node
metadata: { name: ${node()}, labels: { only: ${node()} } }
spec: { taints: [{ key: only, value: "yes", effect: NoSchedule }] }
status: { capacity: ${capacity}, allocatable: ${capacity} }`);
    await apply(
      [
        workload('Deployment', 'web', 2),
        workload('DaemonSet', 'agent'),
        `apiVersion: policy/v1\nkind: PodDisruptionBudget\n${metadata('web')}\nspec: { minAvailable: 2, selector: { matchLabels: { app: web } } }`,
        `apiVersion: v1\nkind: Pod\n${metadata('bare')}\nspec: { ${placement()}, volumes: [{ name: cache, emptyDir: {} }], containers: [{ name: app, image: nginx }] }`,
      ].join('\n---\n'),
    );
    for (const what of ['deployment/web', 'daemonset/agent'])
      await kubectl('rollout', 'status', what, '-n', namespace.name, '--timeout=60s');
    await kubectl('wait', '-n', namespace.name, 'pod/bare', '--for=condition=Ready', '--timeout=60s');
    await kubectl(
      'wait',
      '-n',
      namespace.name,
      'pdb/web',
      '--for=jsonpath={.status.currentHealthy}=2',
      '--timeout=60s',
    );
    server = await start('admin', [...WRITES, '--journal', join(folder, 'journal')]);
    server.client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked.push(params.message);
      return { action: 'accept', content: { decision: 'Apply' } };
    });
  });
  after(async () => {
    await server.stop();
    await kubectl('delete', 'node', node(), '--wait=false');
    await rm(folder, { recursive: true });
  });

  const metadata = (name: string) => `metadata: { name: ${name}, namespace: ${namespace.name} }`;
  const placement = () =>
    `terminationGracePeriodSeconds: 0, nodeSelector: { only: ${node()} }, tolerations: [{ key: only, operator: Exists }]`;
  const workload = (kind: string, name: string, replicas?: number) => `apiVersion: apps/v1
kind: ${kind}
${metadata(name)}
spec:
  ${replicas === undefined ? '' : `replicas: ${replicas}`}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { ${placement()}, containers: [{ name: app, image: nginx }] }`;
  const start = async (user: 'admin' | 'viewer' | 'tenant', args: readonly string[]) =>
    McpServer.start(
      (await testCluster()).kubeconfig(user),
      ['--namespace', namespace.name, ...args],
      {},
      { elicitation: {} },
    );
  const maintain = (action: string, more: object = {}) =>
    server.text('maintain_node', { name: node(), action, ...more });
  const refused = (action: string, more: object = {}) =>
    server.error('maintain_node', { name: node(), action, ...more });
  const field = (path: string) => kubectl('get', 'node', node(), '-o', `jsonpath={${path}}`);
  const podNames = async (app: string) =>
    (await kubectl('get', 'pods', '-n', namespace.name, '-l', `app=${app}`, '-o', 'name')).split('\n').sort();
  const journal = async () =>
    (await readFile(join(folder, 'journal'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JournalEntry);

  it('cordons and uncordons, asks first, and keeps what undoes it', async () => {
    assert.match(
      await maintain('cordon', { dryRun: true }),
      /^Dry run, nothing was changed: [\s\S]*\n\+ {2}unschedulable: true/,
    );
    assert.match(await maintain('cordon'), /^Cordoned node ".*" \(context admin\)\. New pods go elsewhere/);
    assert.match(asked.at(-1) ?? '', /^update Node \S+-node in context admin\n[\s\S]*\+.*unschedulable: true/);
    assert.equal(await field('.spec.unschedulable'), 'true');
    assert.match(await maintain('cordon'), /^No change: /);
    const entry = (await journal()).findLast(({ outcome }) => outcome === 'applied');
    assert.deepEqual([entry?.access, entry?.kind, entry?.notUndoable], ['update', 'Node', undefined]);
    assert.ok(entry?.before && entry.after);
    assert.match(await maintain('uncordon'), /^Uncordoned/);
    assert.equal(await field('.spec.unschedulable'), '');
  });

  it('sets, replaces and removes a taint', async () => {
    assert.match(
      await maintain('taint', { taint: 'dedicated=gpu:NoSchedule' }),
      /^Set taint dedicated=gpu:NoSchedule on/,
    );
    assert.match(await maintain('taint', { taint: 'dedicated=gpu:NoSchedule' }), /^No change/);
    await maintain('taint', { taint: 'dedicated=cpu:NoSchedule' });
    assert.equal(await field('.spec.taints[?(@.key=="dedicated")].value'), 'cpu');
    assert.equal(await field('.spec.taints[?(@.key=="only")].value'), 'yes');
    assert.match(
      await refused('taint', { taint: 'other:NoSchedule-' }),
      /has no taint other:NoSchedule\. It has: .*dedicated=cpu/,
    );
    await maintain('taint', { taint: 'dedicated-' });
    assert.equal(await field('.spec.taints[?(@.key=="dedicated")].value'), '');
    assert.match(
      await refused('taint', { taint: 'node.kubernetes.io/unreachable:NoSchedule' }),
      /^Kubernetes sets and removes the taint node\.kubernetes\.io\/unreachable itself/,
    );
    assert.match(await refused('taint'), /takes a taint, such as key=value:NoSchedule/);
    assert.match(await refused('taint', { taint: 'dedicated' }), /"dedicated" is no taint\. As in kubectl/);
    assert.match(await refused('reboot'), /action/);
  });

  it('previews a drain: what moves, stays, is held back or lost, and finds no room', async () => {
    const text = await maintain('drain', { dryRun: true });
    const [web, other] = await podNames('web');
    const short = (name = '') => name.replace('pod/', '');
    assert.match(
      text,
      /^Dry run, nothing was changed: draining node ".*" \(context admin\) cordons it first\.\n3 pods are evicted:\n/,
    );
    assert.match(text, new RegExp(`^- ${namespace.name}: ReplicaSet web-\\S+: ${short(web)}, ${short(other)}$`, 'm'));
    assert.match(text, new RegExp(`^- ${namespace.name}: nothing makes it again: bare$`, 'm'));
    assert.match(text, new RegExp(`^Stay, of DaemonSets: ${namespace.name}/agent-`, 'm'));
    assert.match(text, /^Nothing makes these pods again: \S+\/bare\.$/m);
    assert.match(text, /^These pods lose the data of their emptyDir volumes: \S+\/bare \(cache\)\.$/m);
    assert.match(
      text,
      /^PodDisruptionBudgets hold these pods back now: \S+\/web-\S+ \(web\), \S+\/web-\S+ \(web\)\.$/m,
    );
    assert.match(
      text,
      /^No other node takes these pods: \S+\/web-\S+ \(its node selector or affinity on \d+ of \d+ nodes/m,
    );
    assert.match(text, /It needs force: true, .*bare\.\nIt needs deleteEmptyDirData: true, .*bare\./);
    assert.equal(await field('.spec.unschedulable'), '');
  });

  it('does nothing while something would be lost that was not given up', async () => {
    const questions = asked.length;
    assert.match(
      await refused('drain'),
      /^Error: Nothing was done to the node\. It needs force: true|^Nothing was done/,
    );
    assert.match(await refused('drain', { force: true }), /It needs deleteEmptyDirData: true/);
    assert.equal(asked.length, questions);
    assert.equal(await field('.spec.unschedulable'), '');
  });

  const all = { force: true, deleteEmptyDirData: true };

  it('respects budgets, and says how far it came when time is up', async () => {
    const before = await podNames('web');
    const text = await refused('drain', { ...all, waitSeconds: 5 });
    assert.match(
      text,
      /is cordoned, but not drained: 5 s were not enough\. 1 of 3 evictions were accepted\. Still there: /,
    );
    assert.match(text, /\/web-\S+ \(.*disruption budget.*\)/i);
    assert.match(asked.at(-1) ?? '', /^2 changes:\n/);
    assert.match(asked.at(-1) ?? '', /delete Node\/pods \S+-node in context admin\n! Nothing makes these pods again/);
    assert.equal(await field('.spec.unschedulable'), 'true');
    assert.deepEqual(await podNames('web'), before);
    const last = (await journal()).slice(-4);
    assert.deepEqual(last.map(({ kind, subresource, outcome }) => `${kind}/${subresource} ${outcome}`).sort(), [
      'Node/pods failed',
      'Pod/eviction applied',
      'Pod/eviction failed',
      'Pod/eviction failed',
    ]);
  });

  it('stops when it is cancelled, and the journal tells how far it came', async () => {
    const cancel = new AbortController();
    const running = server.client.callTool(
      { name: 'maintain_node', arguments: { name: node(), action: 'drain', ...all } },
      undefined,
      { signal: cancel.signal, onprogress: () => cancel.abort() },
    );
    await assert.rejects(running);
    // The journal's last line of a drain is its own.
    for (;;) {
      const last = (await journal()).at(-1);
      if (last?.subresource === 'pods' && last.reason?.includes('cancelled')) {
        assert.match(
          last.reason,
          /is cordoned, but not drained: it was cancelled\. 0 of 2 evictions were accepted\. Still there: /,
        );
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(await field('.spec.unschedulable'), 'true');
  });

  it('drains what its budgets allow', async () => {
    await kubectl('delete', 'pdb', 'web', '-n', namespace.name);
    const text = await maintain('drain', all);
    assert.match(
      text,
      /^Drained node ".*" \(context admin\): 2 pods evicted, all gone after \d+ s\. It stays cordoned until action=uncordon\.\nStay, of DaemonSets: \S+\/agent-/,
    );
    const left = await kubectl('get', 'pods', '-A', '--field-selector', `spec.nodeName=${node()}`, '-o', 'name');
    assert.match(left, /^pod\/agent-\S+$/);
    assert.match(await maintain('uncordon'), /^Uncordoned/);
    await kubectl('rollout', 'status', 'deployment/web', '-n', namespace.name, '--timeout=60s');
  });

  it('is refused where the user has not allowed it', async () => {
    const cases: [readonly string[], string, object, RegExp][] = [
      [
        ['--enable-update', '--enable-delete'],
        'cordon',
        {},
        /toolset node, which is switched off.*mcpK8s\.toolsets.*--toolsets/,
      ],
      [[TOOLSETS], 'cordon', {}, /maintain_node is switched off.*mcpK8s\.enableUpdate/],
      [[TOOLSETS, '--enable-update'], 'drain', {}, /action=drain is switched off.*mcpK8s\.enableDelete/],
      [
        [TOOLSETS, '--enable-update'],
        'taint',
        { taint: 'x:NoExecute' },
        /running pods are deleted.*needs the switch for deleting too/,
      ],
      [[...WRITES, '--protect-context', 'adm*'], 'cordon', {}, /is protected/],
      [[...WRITES, '--allow-namespace', namespace.name], 'cordon', {}, /cluster-scoped kind nodes is outside/],
      [[...WRITES, '--read-only-kind', 'nodes'], 'uncordon', {}, /nodes may be read but not written/],
      [[...WRITES, '--read-only-kind', 'pods'], 'drain', {}, /pods may be read but not written/],
      [[...WRITES, '--deny-kind', 'pods'], 'drain', { dryRun: true }, /pods is closed to agents/],
      [WRITES, 'cordon', { name: 'node-9' }, /There is no nodes "node-9"/],
    ];
    for (const [args, action, more, expected] of cases) {
      const other = await start('admin', args);
      try {
        assert.match(await other.error('maintain_node', { name: node(), action, ...more }), expected);
      } finally {
        await other.stop();
      }
    }
    for (const user of ['viewer', 'tenant'] as const) {
      const other = await start(user, WRITES);
      try {
        assert.match(await other.error('maintain_node', { name: node(), action: 'cordon' }), /cannot .*nodes.*\(403\)/);
      } finally {
        await other.stop();
      }
    }
    assert.equal(await field('.spec.unschedulable'), '');
  });
});
