import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const SWITCHES = ['--enable-create', '--enable-update', '--enable-delete'];
const PART_OF = 'applyset.kubernetes.io/part-of';

describe('apply_manifest', () => {
  const namespace = scratchNamespace();
  let folder: string;
  let journal: string;
  let server: McpServer;
  const questions: string[] = [];
  let decide: (question: number) => 'Apply' | 'Reject';
  /** What happens while the user reads. */
  let meanwhile: () => Promise<unknown>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-apply-'));
    journal = join(folder, 'journal');
    const args = ['--namespace', namespace.name, '--journal', journal, ...SWITCHES];
    const capabilities = { elicitation: {} };
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), args, {}, capabilities);
    server.client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      questions.push(params.message);
      await meanwhile();
      return { action: 'accept', content: { decision: decide(questions.length) } };
    });
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    questions.length = 0;
    decide = () => 'Apply';
    meanwhile = async () => undefined;
  });

  const configMap = (name: string, data: string, more = '') =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}${more} }\ndata: { ${data} }`;
  const deployment = (name: string, image = 'nginx:1') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: '${image}' }] }`;
  const account = (name: string) => `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${name} }`;
  const manifest = (...documents: string[]) => documents.join('\n---\n');
  const applied = (documents: string[], more: object = {}) =>
    server.text('apply_manifest', { manifest: manifest(...documents), ...more });
  const refused = (documents: string[], more: object = {}) =>
    server.error('apply_manifest', { manifest: manifest(...documents), ...more });
  const get = (path: string, ...object: string[]) =>
    kubectl('get', ...object, '-n', namespace.name, '-o', `jsonpath=${path}`);
  const names = async (kind: string, start: string) =>
    (await get('{.items[*].metadata.name}', kind)).split(' ').filter((name) => name.startsWith(start));
  const entries = async (start: string) =>
    (await readFile(journal, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((entry) => String(entry.name).startsWith(start))
      .map((entry) => `${entry.access} ${entry.kind} ${entry.outcome}`);
  const place = () => `in namespace ${namespace.name}`;

  it('creates what is missing, changes what differs, and leaves the rest alone, under one review', async () => {
    const first = await applied([deployment('one-web'), configMap('one-cm', 'a: b, gone: x'), account('one-sa')]);
    assert.equal(
      first,
      [
        'In context admin:',
        `created: serviceaccounts "one-sa" ${place()}`,
        `created: configmaps "one-cm" ${place()}`,
        `created: deployments.apps "one-web" ${place()}`,
      ].join('\n'),
    );
    assert.equal(questions.length, 1);
    assert.match(questions[0] ?? '', /^3 changes:\n1\. create ServiceAccount /);
    assert.match(
      await kubectl('get', 'cm', 'one-cm', '-n', namespace.name, '--show-managed-fields', '-o', 'yaml'),
      /manager: mcp-k8s-apply\n {4}operation: Apply/,
    );
    const second = await applied([configMap('one-cm', 'a: c'), deployment('one-web'), account('one-sa')]);
    assert.match(second, /^unchanged: serviceaccounts "one-sa".*\nchanged: configmaps "one-cm".*\nunchanged: deploy/m);
    assert.match(second, /\n\nconfigmaps "one-cm" in namespace \S+:\n[\s\S]*^- {2}a: b$[\s\S]*^- {2}gone: x$/m);
    assert.equal(await get('{.data}', 'cm', 'one-cm'), '{"a":"c"}');
    assert.equal(questions.length, 2);
    assert.match(questions[1] ?? '', /^update ConfigMap /);
    assert.deepEqual((await entries('one-')).sort(), [
      'create ConfigMap applied',
      'create Deployment applied',
      'create ServiceAccount applied',
      'update ConfigMap applied',
      'update Deployment unchanged',
      'update ServiceAccount unchanged',
    ]);
  });

  it('keeps what single updates have set, and what others set', async () => {
    await applied([configMap('keep-cm', 'a: b')]);
    await server.text('update_resource', { manifest: configMap('keep-cm', 'mine: x') });
    await kubectl('patch', 'cm', 'keep-cm', '-n', namespace.name, '-p', '{"data":{"theirs":"y"}}');
    await applied([configMap('keep-cm', 'new: z')]);
    assert.deepEqual(JSON.parse(await get('{.data}', 'cm', 'keep-cm')), { mine: 'x', theirs: 'y', new: 'z' });
  });

  it('says in a dry run what would become of each, asks nobody, and changes nothing', async () => {
    await applied([configMap('dry-cm', 'a: b')]);
    questions.length = 0;
    const other = configMap('dry-cm', 'a: b', ', namespace: dry-new');
    const space = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: dry-new }';
    const text = await applied([other, configMap('dry-cm', 'a: c'), configMap('dry-two', 'a: b'), space], {
      dryRun: true,
    });
    assert.match(
      text,
      /^Dry run, nothing was changed\. In context admin:\nwould be created: namespaces "dry-new"\nnot validated, it needs an object of this manifest first: configmaps "dry-cm" in namespace dry-new\nwould be changed: configmaps "dry-cm" .*\nwould be created: configmaps "dry-two" .*\n\nconfigmaps "dry-cm" .*:\n/,
    );
    assert.match(text, /^- {2}a: b\n\+ {2}a: c$/m);
    assert.equal(questions.length, 0);
    assert.deepEqual(await names('cm', 'dry-'), ['dry-cm']);
    assert.equal(await get('{.data.a}', 'cm', 'dry-cm'), 'b');
  });

  it('puts first what others need, and asks again for what could not be tried before', async () => {
    const group = `${namespace.name}.example.com`;
    const documents = [
      `apiVersion: ${group}/v1\nkind: Thing\nmetadata: { name: deep, namespace: ${namespace.name}-new }\nspec: { size: 1 }`,
      `apiVersion: v1\nkind: Service\nmetadata: { name: deep, namespace: ${namespace.name}-new }\nspec: { ports: [{ port: 80 }] }`,
      configMap('deep-cm', 'a: b'),
      `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: Thing, plural: things }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { size: { type: integer }, colour: { type: string, default: red } } } } } } }]`,
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${namespace.name}-new }`,
    ];
    try {
      const text = await applied(documents);
      assert.deepEqual(
        text.split('\n').map((line) => line.split(' ').slice(0, 2).join(' ')),
        [
          'In context',
          'created: namespaces',
          'created: customresourcedefinitions.apiextensions.k8s.io',
          'created: configmaps',
          'created: services',
          `created: things.${group}`,
        ],
      );
      assert.equal(questions.length, 2);
      assert.match(questions[0] ?? '', /^5 changes:[\s\S]*! Not tried yet/);
      assert.match(questions[1] ?? '', /^2 changes:[\s\S]*colour: red/);
      assert.doesNotMatch(questions[1] ?? '', /Not tried yet/);
    } finally {
      await kubectl('delete', 'ns', `${namespace.name}-new`, '--wait=false', '--ignore-not-found');
      await kubectl('delete', 'crd', `things.${group}`, '--ignore-not-found');
    }
  });

  it('writes nothing when one document cannot be applied, or the user says no', async () => {
    const wrong = deployment('none-web').replace('selector', 'selektor');
    const text = await refused([
      configMap('none-cm', 'a: b'),
      wrong,
      'kind: Deploymnt\napiVersion: apps/v1\nmetadata: { name: none-x }',
    ]);
    assert.match(text, /^Nothing was changed\.\nDeploymnt "none-x": /);
    assert.match(
      await refused([configMap('none-cm', 'a: b'), wrong]),
      /^Nothing was changed\.\ndeployments\.apps "none-web" in namespace \S+: .*\.spec\.selektor: field not declared/,
    );
    assert.equal(questions.length, 0);
    decide = () => 'Reject';
    assert.match(await refused([configMap('none-cm', 'a: b'), account('none-sa')]), /^The user rejected this/);
    assert.deepEqual(await names('cm,sa', 'none-'), []);
    assert.match(
      await refused([configMap('none-cm', 'a: b'), configMap('none-cm', 'a: c')]),
      /holds configmaps "none-cm" in namespace \S+ twice/,
    );
    assert.match(
      await refused(['apiVersion: v1\nkind: ConfigMap\nmetadata: { generateName: none- }']),
      /no metadata\.name/,
    );
    assert.match(await refused([configMap('none-cm', "a: '<redacted>'")]), /^Nothing was changed\.|redacted/);
    assert.match(await refused(['# nothing']), /holds no object|no object/);
  });

  it('does not take fields from a controller, unless it is forced', async () => {
    const theirs = configMap('gitops-cm', 'a: b').replace(
      'name: gitops-cm',
      `name: gitops-cm, namespace: ${namespace.name}`,
    );
    await apply(theirs, '--server-side', '--field-manager=argocd-controller');
    const documents = [configMap('gitops-cm', 'a: c'), configMap('gitops-two', 'a: b')];
    assert.match(
      await refused(documents),
      /^Nothing was changed\.\n.*"gitops-cm".*owned by argocd-controller\).* force: true/,
    );
    assert.deepEqual(await names('cm', 'gitops-'), ['gitops-cm']);
    assert.match(await applied(documents, { force: true }), /^changed: configmaps "gitops-cm"/m);
    assert.equal(await get('{.data.a}', 'cm', 'gitops-cm'), 'c');
  });

  describe('when an object fails after the review', () => {
    const documents = (set: string) => [
      account(`${set}-sa`),
      configMap(`${set}-cm`, 'a: c'),
      `apiVersion: v1\nkind: Service\nmetadata: { name: ${set}-svc }\nspec: { ports: [{ port: 80 }] }`,
      deployment(`${set}-web`),
    ];
    /** Somebody else creates the Service while the user reads. */
    const collide = async (set: string) => {
      await apply(configMap(`${set}-cm`, 'a: b', `, namespace: ${namespace.name}`));
      meanwhile = async () => {
        meanwhile = async () => undefined;
        await kubectl('create', 'service', 'clusterip', `${set}-svc`, '--tcp=81', '-n', namespace.name);
      };
    };

    it('says what was done, what failed, and what was not tried', async () => {
      await collide('part');
      const text = await refused(documents('part'));
      assert.match(
        text,
        /^Done:\ncreated: serviceaccounts "part-sa" .*\nchanged: configmaps "part-cm" .*\nFailed:\nservices "part-svc" .*created by somebody else meanwhile.*\nNot tried: deployments\.apps "part-web" in namespace \S+\.$/,
      );
      assert.equal(await get('{.spec.ports[0].port}', 'svc', 'part-svc'), '81');
      assert.deepEqual(await names('deploy', 'part-'), []);
    });

    it('rolls back on request, as the user agrees', async () => {
      await collide('back');
      const text = await refused(documents('back'), { rollback: true });
      assert.match(text, /\nNot tried: .*\nEverything that was done was rolled back\.$/);
      assert.equal(questions.length, 2);
      assert.match(questions[1] ?? '', /^2 changes:\n1\. update ConfigMap .*\n2\. delete ServiceAccount /);
      assert.equal(await get('{.data.a}', 'cm', 'back-cm'), 'b');
      assert.deepEqual(await names('sa,svc', 'back-'), ['back-svc']);
      await collide('stay');
      decide = (question) => (question === 4 ? 'Reject' : 'Apply');
      assert.match(await refused(documents('stay'), { rollback: true }), /It was not rolled back: .*rejected/);
      assert.deepEqual(await names('sa', 'stay-'), ['stay-sa']);
    });
  });

  describe('with an ApplySet', () => {
    const set = { applySet: 'set-parent' };
    const id = () =>
      `applyset-${createHash('sha256').update(`set-parent.${namespace.name}.ConfigMap.`).digest('base64url')}-v1`;

    it('deletes what the manifest omits, in the same review, and nothing else', async () => {
      await apply(configMap('set-other', 'a: b', `, namespace: ${namespace.name}`));
      await applied([configMap('set-a', 'a: b'), configMap('set-b', 'a: b'), account('set-c')], set);
      const parent = JSON.parse(await kubectl('get', 'cm', 'set-parent', '-n', namespace.name, '-o', 'json'));
      assert.equal(parent.metadata.labels['applyset.kubernetes.io/id'], id());
      assert.equal(
        parent.metadata.annotations['applyset.kubernetes.io/contains-group-kinds'],
        'ConfigMap,ServiceAccount',
      );
      assert.equal(await get(`{.metadata.labels.${PART_OF.replaceAll('.', '\\.')}}`, 'cm', 'set-a'), id());
      questions.length = 0;
      const dry = await applied([configMap('set-a', 'a: b')], { ...set, dryRun: true });
      assert.match(dry, /^would be deleted: configmaps "set-b" in namespace \S+$/m);
      const text = await applied([configMap('set-a', 'a: b')], set);
      assert.match(text, /^deleted: serviceaccounts "set-c" in namespace \S+$/m);
      assert.equal(questions.length, 1);
      assert.match(questions[0] ?? '', /^2 changes:\n1\. delete ConfigMap .*\n2\. delete ServiceAccount /);
      assert.deepEqual(await names('cm,sa', 'set-'), ['set-a', 'set-other', 'set-parent']);
    });

    it('leaves the sets of others alone', async () => {
      await apply(
        `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: theirs, namespace: ${namespace.name}, labels: { applyset.kubernetes.io/id: ${id().replace('set-parent', 'x')} } }`,
      );
      assert.match(await refused([configMap('x', 'a: b')], { applySet: 'theirs' }), /is no ApplySet/);
      const labels = `, namespace: ${namespace.name}, labels: { ${PART_OF}: applyset-other-v1 }`;
      await apply(configMap('member', 'a: b', labels));
      assert.match(await refused([configMap('member', 'a: c')], set), /part of another ApplySet/);
      assert.match(await refused([configMap('x', 'a: b', labels)], set), /part of another ApplySet/);
    });
  });

  it('shows no value of a Secret that it did not write itself', async () => {
    const secret = (value: string) =>
      `apiVersion: v1\nkind: Secret\nmetadata: { name: hidden }\nstringData: { password: ${value} }`;
    await applied([secret('first-pass-4711')]);
    const text = await applied([secret('second-pass-4712')]);
    assert.match(text, /^changed: secrets "hidden"/m);
    assert.doesNotMatch(text, /first-pass|Zmlyc3Q/);
    assert.doesNotMatch(questions[1] ?? '', /first-pass|Zmlyc3Q/);
  });

  it('is for those who may create and update', async () => {
    const { kubeconfig } = await testCluster();
    const start = (user: 'viewer' | 'tenant' | 'admin', ...args: string[]) =>
      McpServer.start(kubeconfig(user), ['--journal=/dev/null', '--review=off', ...args]);
    const input = { manifest: configMap('who', 'a: b'), namespace: 'team-a' };
    const both = ['--enable-create', '--enable-update'];
    const one = await start('admin', '--enable-update');
    assert.ok(!(await one.tools()).includes('apply_manifest'));
    assert.match(await one.error('apply_manifest', input), /switched off.*enableCreate/);
    await one.stop();
    const viewer = await start('viewer', ...both);
    assert.match(
      await viewer.error('apply_manifest', input),
      /^Nothing was changed\.\nconfigmaps "who" .*User "viewer" cannot .*\(403\)/,
    );
    await viewer.stop();
    const tenant = await start('tenant', ...both);
    assert.match(
      await tenant.text('apply_manifest', { ...input, dryRun: true }),
      /^would be created: configmaps "who"/m,
    );
    assert.match(
      await tenant.error('apply_manifest', { ...input, namespace: 'shop' }),
      /User "tenant" cannot .*\(403\)/,
    );
    assert.match(
      await tenant.error('apply_manifest', { ...input, applySet: 'x' }),
      /applySet deletes what.*enableDelete/,
    );
    assert.match(
      await tenant.error('apply_manifest', { ...input, rollback: true }),
      /rollback deletes what.*enableDelete/,
    );
    await tenant.stop();
  });
});
