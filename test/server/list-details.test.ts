import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

describe('lists and logs say what they mean', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  const place = () => ({ namespace: namespace.name });

  before(async () => {
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), ['--namespace', namespace.name]);
    const container = (name: string, memory = '') =>
      `{ name: ${name}, image: nginx${memory ? `, resources: { limits: { memory: ${memory} } }` : ''} }`;
    const pod = (name: string, ...containers: string[]) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${namespace.name} }\nspec: { containers: [${containers.join(', ')}] }`;
    await apply(
      [
        pod('half', container('a', '64Mi'), container('b')),
        pod('full', container('a', '64Mi'), container('b', '128Mi')),
        pod('none', container('a')),
      ].join('\n---\n'),
    );
    await kubectl('wait', 'pod', '--all', '--for=condition=Ready', `--namespace=${namespace.name}`);
  });
  after(() => server.stop());

  it('counts containers without a value, and says that objects are in several groups', async () => {
    const groupBy = ['LIMIT:.spec.containers[*].resources.limits.memory'];
    assert.equal(
      await server.text('list_resources', { kind: 'pods', ...place(), groupBy }),
      `3 pods in namespace ${namespace.name} in 3 groups; 2 of them are in several groups, so the counts add up to more\nCOUNT\tLIMIT\n2\t-\n2\t64Mi\n1\t128Mi`,
    );
  });

  it('puts the kinds without objects in one line', async () => {
    const kind = 'pods,cm,secrets,svc,deploy,sts,ds,jobs,pvc,ingresses';
    const text = await server.text('list_resources', { kind, ...place(), output: 'name' });
    assert.match(text, /^3 pods in namespace/);
    assert.match(
      text,
      /\n\nNo secrets, services, deployments\.apps, statefulsets\.apps, daemonsets\.apps, jobs\.batch, persistentvolumeclaims, ingresses\.networking\.k8s\.io in namespace \S+\.$/,
    );
    assert.match(
      await server.text('list_resources', { kind: 'secrets', ...place() }),
      new RegExp(`^No secrets in namespace ${namespace.name}\\.$`),
    );
  });

  it('leaves the roles of Kubernetes itself out, and says how to have them', async () => {
    for (const kind of ['clusterrolebindings', 'clusterroles']) {
      const text = await server.text('list_resources', { kind, limit: 1000 });
      assert.doesNotMatch(text, /^system:/m);
      assert.match(
        text,
        /, \d\d of Kubernetes itself \(system:…\) left out: labelSelector=kubernetes\.io\/bootstrapping lists them\n/,
      );
      assert.match(text, kind === 'clusterroles' ? /^view\t/m : /^cluster-admin\t/m);
      const all = await server.text('list_resources', {
        kind,
        limit: 1000,
        labelSelector: 'kubernetes.io/bootstrapping',
      });
      assert.match(all, /^system:/m);
    }
  });

  it('makes an error of a namespace that does not exist', async () => {
    const nowhere = { namespace: 'shopp' };
    for (const [tool, args] of [
      ['list_resources', { kind: 'cm' }],
      ['list_resources', { kind: 'cm,secrets' }],
      ['list_resources', { kind: 'pods', groupBy: ['.spec.nodeName'] }],
      ['list_events', {}],
      ['get_resource_usage', { kind: 'pod' }],
    ] as const)
      assert.match(await server.error(tool, { ...args, ...nowhere }), /"shopp" does not exist; nearest: shop/, tool);
  });

  it('names the nearest field for a path that the kind does not have', async () => {
    const list = { kind: 'pods', ...place() };
    const wrong =
      /\.spec\.container\[\*\]\.image finds nothing: There is no field "container" at \.spec\. Nearest there: .*containers/;
    assert.match(await server.text('list_resources', { ...list, columns: ['IMAGE:.spec.container[*].image'] }), wrong);
    assert.match(await server.text('list_resources', { ...list, groupBy: ['.spec.container[*].image'] }), wrong);
    assert.match(
      await server.text('get_resource', {
        kind: 'pod',
        name: 'none',
        fields: ['.spec.container[*].image', '.spec.nodeName'],
      }),
      wrong,
    );
    assert.match(
      await server.text('list_resources', { kind: 'pods,cm', ...place(), columns: ['.spec.container[*].image'] }),
      wrong,
    );
    assert.doesNotMatch(
      await server.text('list_resources', { kind: 'pods,cm', ...place(), columns: ['.data', '.spec.nodeName'] }),
      /finds nothing/,
    );
    // A field that the kind has but these objects lack is not an error.
    for (const path of [
      '.spec.runtimeClassName',
      '.metadata.annotations.none',
      '.metadata.labels.a\\.b/c',
      '.spec.containers[0].resources.limits.cpu',
    ])
      assert.doesNotMatch(await server.text('list_resources', { ...list, columns: [path] }), /finds nothing/, path);
  });

  it('gives managedFields to who asks for them', async () => {
    const fields = ['.metadata.managedFields[*].manager'];
    const text = await server.text('get_resource', { kind: 'pod', name: 'none', fields });
    assert.match(text, /kubectl-client-side-apply/);
    assert.match(
      await server.text('list_resources', { kind: 'pods', ...place(), columns: [`WHO:${fields[0]}`] }),
      /^none\t.*kubectl-client-side-apply/m,
    );
    assert.doesNotMatch(await server.text('get_resource', { kind: 'pod', name: 'none' }), /managedFields/);
  });

  it('shares tailLines among the pods of a workload', async () => {
    for (const tailLines of [1, 2, 3, 7]) {
      const text = await server.text('get_pod_logs', { kind: 'deploy', name: 'web', namespace: 'shop', tailLines });
      const lines = text.split('\n\n').slice(1).join('\n\n').split('\n').filter(Boolean);
      assert.equal(lines.length, tailLines);
      assert.match(text, new RegExp(`newest ${tailLines} lines`));
      if (tailLines >= 3) assert.equal(new Set(lines.map((line) => line.split(']')[0])).size, 3);
    }
  });

  it('folds events that differ by identifiers only', async () => {
    const event = (name: string, uid: string) => `apiVersion: v1
kind: Event
metadata: { name: ${name}, namespace: ${namespace.name} }
type: Warning
reason: FailedMount
message: 'volume of pod "${uid}" cannot be mounted'
involvedObject: { apiVersion: v1, kind: Pod, name: again, namespace: ${namespace.name}, uid: ${uid} }
firstTimestamp: '2026-01-01T00:00:00Z'
lastTimestamp: '2026-01-01T00:00:00Z'
count: 2`;
    await apply(
      [event('one', '11111111-1111-1111-1111-111111111111'), event('two', '22222222-2222-2222-2222-222222222222')].join(
        '\n---\n',
      ),
    );
    const text = await server.text('list_events', { ...place(), kind: 'Pod', name: 'again' });
    assert.match(text, /^1 event of Pod again/);
    assert.match(text, /cannot be mounted \(x4 in /);
  });
});
