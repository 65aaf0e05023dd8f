import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

describe('list_resources chooses and orders', () => {
  const namespace = scratchNamespace();
  const other = scratchNamespace();
  let admin: McpServer;
  let tenant: McpServer;

  before(async () => {
    const { kubeconfig } = await testCluster();
    [admin, tenant] = await Promise.all([McpServer.start(kubeconfig('admin')), McpServer.start(kubeconfig('tenant'))]);
    const deployment = (name: string, replicas: number, memory: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: ${namespace.name} }\nspec:\n  replicas: ${replicas}\n  selector: { matchLabels: { app: ${name} } }\n  template:\n    metadata: { labels: { app: ${name} } }\n    spec: { containers: [{ name: main, image: nginx${memory ? `, resources: { limits: { memory: ${memory} } }` : ''} }] }`;
    const config = (place: string, name: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${place}, labels: { own: 'yes' } }`;
    await apply(
      [
        deployment('large', 1, '2Gi'),
        deployment('small', 2, '512Mi'),
        deployment('free', 0, ''),
        config(namespace.name, 'one'),
        config(other.name, 'two'),
        `apiVersion: v1\nkind: Secret\nmetadata: { name: login, namespace: ${namespace.name} }\nstringData: { password: correct-horse-battery }`,
      ].join('\n---\n'),
    );
    await kubectl('wait', 'deploy', '--all', '--for=condition=Available', '-n', namespace.name, '--timeout=180s');
  });
  after(() => Promise.all([admin.stop(), tenant.stop()]));
  const list = (args: object) =>
    admin.text('list_resources', { kind: 'deploy', namespace: namespace.name, output: 'name', ...args });

  it('by conditions', async () => {
    assert.match(await list({ where: '.spec.replicas>=1' }), /^2 deployments\.apps in namespace \S+\nlarge\nsmall$/);
    assert.match(await list({ where: '.spec.template.spec.containers[?(!@.resources.limits)]' }), /^1 .*\nfree$/);
    assert.match(await list({ where: '.spec.template.spec.containers[*].resources.limits.memory>1Gi' }), /\nlarge$/);
    assert.match(
      await list({ where: '.metadata.creationTimestamp>1d' }),
      /^No deployments\.apps in namespace \S+ match where /,
    );
    assert.match(await list({ where: '.spec.replicas==2', output: 'table' }), /^1 deploy.*\nNAME\tREADY.*\nsmall\t/);
    assert.match(await list({ where: '.spec.replicas==2', columns: ['.spec.replicas'] }), /\nsmall\t2$/);
  });

  it('in an order, page by page', async () => {
    const memory = '.spec.template.spec.containers[*].resources.limits.memory';
    assert.match(await list({ sortBy: memory }), /\nsmall\nlarge\nfree$/);
    assert.match(await list({ sortBy: `-${memory}` }), /\nlarge\nsmall\nfree$/);
    assert.match(await list({ sortBy: '-name' }), /\nsmall\nlarge\nfree$/);
    assert.match(await list({ sortBy: '-.spec.replicas', output: 'table' }), /\nsmall\t.*\nlarge\t.*\nfree\t/);
    const first = await list({ sortBy: '-name', limit: 2 });
    assert.match(first, /^2 of 3 deployments.*\nsmall\nlarge\n1 more: call again with continue="from-2"$/);
    assert.match(await list({ sortBy: '-name', limit: 2, continue: 'from-2' }), /\nfree$/);
  });

  it('counts a zero that the API leaves out, and says what it took for one', async () => {
    const none = await list({ where: '.status.readyReplicas==0' });
    assert.match(none, /^Where \.status\.readyReplicas is missing, it counts as 0\.\n1 deploy.*\nfree$/);
    assert.match(await list({ where: 'status.readyReplicas=0', sortBy: '.status.replicas' }), /\nfree$/);
    assert.match(await list({ where: '.spec.paused==false', sortBy: '-.status.replicas' }), /\nsmall\nlarge\nfree$/);
    const wait = { kind: 'deploy', namespace: namespace.name, name: 'free', for: '.status.replicas=0' };
    assert.match(await admin.text('wait_for_resource', wait), /^Has \.status\.replicas=0 (already|after)/);
  });

  it('sorts by what the table shows, and has its columns', async () => {
    assert.match(await list({ sortBy: '-UP-TO-DATE' }), /\nsmall\nlarge\nfree$/);
    assert.match(
      await list({ sortBy: '-ready', columns: ['READY', '.spec.replicas'] }),
      /\nNAME\tREADY\tREPLICAS\nsmall\t2\/2\t2\n/,
    );
    assert.match(
      await list({ sortBy: 'nonsense' }),
      /nonsense finds nothing: There is no field .* Columns to sort by: NAME, READY, /,
    );
  });

  it('says that a path is mistyped, also where nothing matches', async () => {
    assert.match(
      await list({ where: '.spec.replica>0' }),
      /^No .*\n\.spec\.replica finds nothing: .* Nearest there: replicas/,
    );
    assert.match(
      await list({ where: '.spec.template.spec.containers[?(@.imag=="x")]' }),
      /@\.imag finds nothing: .*: image/,
    );
    assert.match(await list({ sortBy: '.spec.replica' }), /\n\.spec\.replica finds nothing: /);
    assert.match(
      await admin.error('wait_for_resource', {
        kind: 'deploy',
        namespace: namespace.name,
        name: 'free',
        for: '.spec.replica=0',
      }),
      /There is no field "replica" .* nothing to wait for/,
    );
  });

  it('of several namespaces', async () => {
    const both = [namespace.name, other.name];
    const args = { kind: 'cm', output: 'name', labelSelector: 'own=yes' };
    const text = await admin.text('list_resources', { ...args, namespace: both.join(',') });
    assert.equal(text, `2 configmaps in namespaces ${both.join(', ')}\n${both[0]}/one\n${both[1]}/two`);
    assert.equal(await admin.text('list_resources', { ...args, namespace: both }), text);
    assert.match(
      await admin.text('list_resources', { ...args, output: 'table', namespace: both, sortBy: '-name' }),
      /two.*\n.*one/,
    );
    const page = await admin.text('list_resources', { ...args, namespace: both, limit: 1 });
    const [, token] = /continue="([^"]+)"/.exec(page) ?? [];
    assert.match(await admin.text('list_resources', { ...args, namespace: both, limit: 1, continue: token }), /\/two/);
    assert.match(
      await admin.error('list_resources', { kind: 'sts', namespace: `${other.name},shp` }),
      /"shp" does not exist; nearest: shop/,
    );
    assert.match(
      await admin.text('list_resources', { ...args, namespace: `${other.name},shp` }),
      /^The namespace "shp" does not exist; nearest: shop\.\n1 configmaps /,
    );
    assert.match(await tenant.error('list_resources', { ...args, namespace: both }), /forbidden|may not/i);
  });

  it('finds nothing by a right guess', async () => {
    const guess = (value: string) =>
      list({ kind: 'secrets', where: `.data.password=="${Buffer.from(value).toString('base64')}"` });
    assert.match(await guess('correct-horse-battery'), /^No secrets/);
    assert.match(await guess('wrong'), /^No secrets/);
  });

  it('teaches what was wrong', async () => {
    const error = (args: object) =>
      admin.error('list_resources', { kind: 'deploy', namespace: namespace.name, ...args });
    assert.match(
      await error({ where: 'restarts over 5' }),
      /is not a condition: .*Examples: \.status\.containerStatuses/,
    );
    assert.match(await error({ sortBy: '.[' }), /is not a JSONPath/);
    assert.match(await error({ where: '.spec', groupBy: ['.spec'] }), /groupBy counts/);
    const [, token] = /continue="([^"]+)"/.exec(await list({ limit: 1 })) ?? [];
    assert.match(await error({ sortBy: 'name', continue: token }), /is of a list without where and sortBy/);
  });

  it('waits for several objects, by label, and for a value', async () => {
    const wait = (args: object) =>
      admin.text('wait_for_resource', { kind: 'deploy', namespace: namespace.name, timeoutSeconds: 20, ...args });
    await kubectl('label', 'deploy', '--all', 'wave=1', '-n', namespace.name);
    assert.match(await wait({ labelSelector: 'wave=1', for: 'available' }), /^Available: 3 of 3\nAvailable .*"free"/);
    assert.match(await wait({ name: 'large,small', for: 'ready' }), /^Ready: 2 of 2\n/);
    assert.match(
      await wait({ name: 'small', for: '.status.readyReplicas=2' }),
      /^Has \.status\.readyReplicas=2 (already|after)/,
    );
    assert.match(
      await wait({ name: 'small', for: 'jsonpath={.spec.replicas}=2' }),
      /already: .*\{\.spec\.replicas\} is 2\.$/,
    );
    const late = await wait({ name: 'small,free', for: '.spec.replicas==2', timeoutSeconds: 0.2 });
    assert.match(late, /^Has \.spec\.replicas=2: 1 of 2\nDoes not have .*"free".* is 0\..*\nHas .*"small"/);
    const error = (args: object) =>
      admin.error('wait_for_resource', { kind: 'deploy', namespace: namespace.name, for: 'ready', ...args });
    assert.match(await error({}), /takes name or labelSelector/);
    assert.match(await error({ labelSelector: 'wave=9' }), /No deployments\.apps .* match wave=9/);
    assert.match(await error({ name: 'small', for: '.spec[' }), /is not a JSONPath/);
    assert.match(await error({ name: 'small', for: 'soon' }), /Use ready, available, rollout/);
  });
});
