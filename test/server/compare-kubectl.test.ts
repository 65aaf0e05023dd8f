import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { changedPaths, pathText } from '../../src/kubernetes/apimachinery/field-path.ts';
import type { KubernetesObject } from '../../src/kubernetes/apimachinery/objects.ts';
import { SHORT_LIVED } from '../support/go.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const SEED = 20_261_125;
const CASES = 16;

describe('compare_resources beside kubectl diff', () => {
  const namespace = scratchNamespace();
  let writing: McpServer;
  let reading: McpServer;

  before(async () => {
    const { kubeconfig } = await testCluster();
    const file = kubeconfig('admin');
    [writing, reading] = await Promise.all([
      McpServer.start(file, ['--namespace', namespace.name, '--enable-update']),
      McpServer.start(file, ['--namespace', namespace.name]),
    ]);
  });
  after(() => Promise.all([writing, reading].map((server) => server.stop())));

  it('finds the same fields of generated changes', async function () {
    this.timeout(180_000);
    const pairs = fc.sample(change(), { seed: SEED, numRuns: CASES });
    const named = (object: KubernetesObject, index: number): KubernetesObject => ({
      ...object,
      metadata: { ...object.metadata, name: `case-${index}`, namespace: namespace.name },
    });
    const before = pairs.map(([one], index) => named(one, index));
    const after = pairs.map(([, other], index) => named(other, index));
    await apply(text(before));
    // Someone else's fields stay.
    await kubectl('label', '-n', namespace.name, 'deploy,svc,cm,cronjob', '--all', 'other=yes');
    const expected = await kubectlDiff(text(after));
    for (const [index, object] of after.entries()) {
      const answer = await writing.text('compare_resources', { manifest: text([object]) });
      const wanted = expected.get(`${object.kind} case-${index}`) ?? [];
      assert.deepEqual(pathsIn(answer), wanted, `${answer}\n${JSON.stringify([before[index], object])}`);
    }
    const all = await writing.text('compare_resources', { manifest: text(after) });
    assert.equal(all.match(/^(same|differs): /gm)?.length, CASES, all);
    assert.ok([...expected.values()].filter((paths) => paths.length > 0).length > CASES / 2);
    // The objects themselves are as they were.
    assert.deepEqual(await kubectlDiff(text(before)), new Map());
  });

  it('knows what the last apply set, defaults, and what the server refuses', async () => {
    const service = (spec: string) =>
      `apiVersion: v1\nkind: Service\nmetadata: { name: front, namespace: ${namespace.name} }\nspec: ${spec}`;
    const two = '{ selector: { app: a, tier: b }, ports: [{ name: http, port: 80 }, { name: https, port: 443 }] }';
    await apply(service(two));
    const fewer = service('{ selector: { app: a }, ports: [{ name: http, port: 80 }] }');
    const text = await writing.text('compare_resources', { manifest: fewer });
    assert.match(text, /2 fields \(live -> applied\)/);
    assert.match(text, /\n {2}\.spec\.selector\.tier: b -> nothing$/m);
    assert.match(text, /\n {2}\.spec\.ports\[https\]: \{.*\} -> nothing$/m);
    // Without the switch only what the manifest names is compared; a selector is all of its labels.
    assert.match(
      await reading.text('compare_resources', { manifest: fewer }),
      /^differs: services "front" .*, 1 field \(live -> manifest\).*\n {2}\.spec\.selector\.tier: b -> nothing$/,
    );
    const refused = await writing.text('compare_resources', {
      manifest: service(`{ clusterIP: 10.96.99.99, ports: [{ port: 80 }] }`),
    });
    assert.match(refused, /\n {2}The server would refuse it: .*clusterIP/);
    const part = `apiVersion: v1\nkind: Service\nmetadata: { name: front, namespace: ${namespace.name} }\nspec: { sessionAffinity: ClientIP }`;
    const partly = await writing.text('compare_resources', { manifest: part });
    assert.match(
      partly,
      /\n {2}\.spec\.sessionAffinity: None -> ClientIP\n[\s\S]*\n {2}Only what the manifest names: /,
    );
    const unknown = await writing.text('compare_resources', { manifest: fewer.replace('selector', 'selectr') });
    assert.match(unknown, /\n {2}Warning: unknown field "spec\.selectr"/);
  });

  it('asks the server nothing about a value that is redacted', async () => {
    const secret = (password: string) =>
      `apiVersion: v1\nkind: Secret\nmetadata: { name: fixed, namespace: ${namespace.name} }\nimmutable: true\nstringData: { password: '${password}' }`;
    await apply(secret('correct-horse-battery'));
    const guess = (password: string) => writing.text('compare_resources', { manifest: secret(password) });
    assert.equal(await guess('correct-horse-battery'), await guess('wrong-horse-battery'));
  });
});

/** Two manifests of one kind, between which fields come and go. */
function change(): fc.Arbitrary<[KubernetesObject, KubernetesObject]> {
  const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const word = fc.constantFrom('a', 'b', 'c');
  const words = fc.dictionary(word, fc.constantFrom('x', 'y'), { maxKeys: 3 });
  const metadata = fc.record({ labels: some(words), annotations: some(words) });
  const env = fc.uniqueArray(fc.record({ name: word, value: fc.constantFrom('x', 'y') }), {
    selector: ({ name }) => name,
    maxLength: 3,
  });
  const ports = fc.uniqueArray(
    fc.record({ containerPort: fc.constantFrom(80, 81, 82), name: fc.constant(undefined) }),
    { selector: ({ containerPort }) => containerPort, maxLength: 3 },
  );
  const cpu = fc.constantFrom('100m', '0.1', '1', '1000m');
  const resources = fc.record({
    requests: some(fc.record({ cpu, memory: some(fc.constantFrom('64Mi', '67108864')) })),
  });
  const container = fc.record({
    name: word,
    image: fc.constantFrom('nginx:1', 'nginx:2'),
    command: some(fc.array(word, { minLength: 1, maxLength: 2 })),
    env: some(env),
    ports: some(ports),
    resources: some(resources),
    readinessProbe: some(
      fc.record({
        httpGet: fc.record({ path: some(fc.constant('/x')), port: fc.constantFrom(80, 81) }),
        periodSeconds: some(fc.constantFrom(5, 10)),
      }),
    ),
  });
  const containers = fc.uniqueArray(container, { selector: ({ name }) => name, minLength: 1, maxLength: 2 });
  const podSpec = fc.record({
    containers,
    terminationGracePeriodSeconds: some(fc.constantFrom(30, 60)),
    nodeSelector: some(words),
    tolerations: some(fc.array(fc.record({ key: word, operator: fc.constant('Exists') }), { maxLength: 2 })),
    volumes: some(
      fc.uniqueArray(fc.record({ name: word, emptyDir: fc.constant({}) }), {
        selector: ({ name }) => name,
        maxLength: 2,
      }),
    ),
  });
  const deployment = fc
    .record({
      metadata,
      replicas: some(fc.constantFrom(0, 1)),
      paused: some(fc.boolean()),
      spec: podSpec,
      labels: words,
    })
    .map(({ metadata, replicas, paused, spec, labels }) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: replicas ?? 0,
        paused,
        selector: { matchLabels: { app: 'case' } },
        template: { metadata: { labels: { ...labels, app: 'case' } }, spec },
      },
    }));
  const servicePorts = fc.uniqueArray(
    fc.record({ port: fc.constantFrom(80, 81, 82), targetPort: some(fc.constantFrom(8080, 'web')) }),
    { selector: ({ port }) => port, minLength: 1, maxLength: 3 },
  );
  const service = fc
    .record({
      metadata,
      ports: servicePorts,
      selector: some(words),
      sessionAffinity: some(fc.constantFrom('None', 'ClientIP')),
    })
    .map(({ metadata, ports, ...spec }) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ...spec, ports: ports.map((port) => ({ ...port, name: `p${port.port}` })) },
    }));
  const configMap = fc
    .record({ metadata, data: some(words) })
    .map((rest) => ({ apiVersion: 'v1', kind: 'ConfigMap', ...rest }));
  const cronJob = fc
    .record({
      metadata,
      schedule: fc.constantFrom('0 0 1 1 *', '0 0 2 1 *'),
      suspend: some(fc.boolean()),
      spec: podSpec,
    })
    .map(({ metadata, schedule, suspend, spec }) => ({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata,
      spec: { schedule, suspend, jobTemplate: { spec: { template: { spec: { ...spec, restartPolicy: 'Never' } } } } },
    }));
  return fc.oneof(...[deployment, service, configMap, cronJob].map((kind) => fc.tuple(kind, kind))) as fc.Arbitrary<
    [KubernetesObject, KubernetesObject]
  >;
}

function text(objects: readonly KubernetesObject[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

/** The paths that kubectl finds changed, by kind and name; nothing for an object that would stay as it is. */
async function kubectlDiff(manifests: string): Promise<Map<string, string[]>> {
  const cluster = await testCluster();
  // With all the context there is, each side is a whole document.
  const env = { ...process.env, ...SHORT_LIVED, KUBECTL_EXTERNAL_DIFF: 'diff -N -U 100000' };
  const args = ['--kubeconfig', cluster.kubeconfig('admin'), 'diff', '-f', '-'];
  const running = promisify(execFile)(cluster.kubectl, args, { env, maxBuffer: 64 << 20 });
  running.child.stdin?.end(manifests);
  const output = await running.then(
    ({ stdout }) => stdout,
    (error: { code: number; stdout: string }) => {
      // It ends with 1 when there is a difference.
      if (error.code !== 1) throw error;
      return error.stdout;
    },
  );
  const found = new Map<string, string[]>();
  for (const file of output.split(/^diff .*\n/m)) {
    const [, body = ''] = file.split(/^@@ .* @@\n/m);
    const side = (sign: string) =>
      body
        .split('\n')
        .flatMap((line) => (line.startsWith(' ') || line.startsWith(sign) ? line.slice(1) : []))
        .join('\n');
    const [live, merged] = ['-', '+'].map(
      (sign) => parseAllDocuments(side(sign))[0]?.toJS() as KubernetesObject | undefined,
    );
    if (!live || !merged) continue;
    const paths = changedPaths(bare(live), bare(merged)).map(pathText);
    if (paths.length > 0) found.set(`${live.kind} ${live.metadata?.name}`, paths.map(label).toSorted());
  }
  return found;
}

function bare({ status: _, metadata, ...object }: KubernetesObject): object {
  const { managedFields: _fields, generation: _generation, resourceVersion: _version, ...rest } = metadata ?? {};
  const shown = Object.entries(rest.annotations ?? {}).filter(([key]) => !key.startsWith('kubectl.'));
  const { annotations: _own, ...other } = rest;
  return { ...object, metadata: shown.length > 0 ? { ...other, annotations: Object.fromEntries(shown) } : other };
}

/** As the tool writes paths. */
function label(path: string): string {
  return `.${path.replace(/\[name="([^"]*)"\]/g, '[$1]')}`;
}

/** The paths of one object. */
function pathsIn(answer: string): string[] {
  const lines = answer.split('\n').filter((line) => line.startsWith('  .'));
  return lines.map((line) => line.trim().split(': ')[0] ?? '').toSorted();
}
