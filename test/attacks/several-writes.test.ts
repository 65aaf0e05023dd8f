import assert from 'node:assert/strict';
import { apply, fieldOf, kubectl, scratchNamespace } from '../server/scratch.ts';
import { withAgent } from './agent.ts';

const RIGHT = 'tR0ub4dor-8462';
const WRONG = 'tR0ub4dor-8463';
const PART_OF = 'applyset.kubernetes.io/part-of';

// What is refused one by one is refused in a set too, before anything of the set is written.
describe('writes of several objects', () => {
  const namespace = scratchNamespace();
  const args = (...more: string[]) => ['--namespace', namespace.name, ...more];
  const ALL = ['--enable-create', '--enable-update', '--enable-delete'];
  const metadata = (name: string, more = '') => `metadata: { name: ${name}, namespace: ${namespace.name}${more} }`;
  const configMap = (name: string, more = '') =>
    `apiVersion: v1\nkind: ConfigMap\n${metadata(name, more)}\ndata: { a: b }`;
  const container = (more = '') => `containers: [{ name: c, image: nginx${more} }]`;
  const cronJob = (name: string, pod: string) =>
    `apiVersion: batch/v1\nkind: CronJob\n${metadata(name)}\nspec: { suspend: true, schedule: "0 0 1 1 *", jobTemplate: { spec: { template: { spec: { restartPolicy: Never, ${pod} } } } } }`;
  before(() =>
    apply(
      [
        configMap('map', ', labels: { set: maps }'),
        configMap('other', ', labels: { set: maps }'),
        configMap('held', ', finalizers: [example.com/hold], labels: { set: held }'),
        `apiVersion: v1\nkind: Secret\n${metadata('db')}\nstringData: { password: ${RIGHT} }`,
        `apiVersion: v1\nkind: Secret\n${metadata('fixed')}\nimmutable: true\nstringData: { password: ${RIGHT} }`,
        cronJob('reads', container(', envFrom: [{ secretRef: { name: db } }]')),
        cronJob('plain', container()),
      ].join('\n---\n'),
      '--server-side',
      '--field-manager=argocd',
    ),
  );
  after(() => kubectl('patch', 'cm', 'held', '-n', namespace.name, '-p', '{"metadata":{"finalizers":null}}'));
  const versions = () => fieldOf('{.items[*].metadata.resourceVersion}', 'cm,secret,cronjob,job', '-n', namespace.name);
  /** Nothing of it reaches the cluster, or the user. */
  const refused = (more: readonly string[], calls: [string, Record<string, unknown>, RegExp][]) =>
    withAgent(args(...more), async (agent) => {
      const before = await versions();
      for (const [tool, input, expected] of calls)
        assert.match(await agent.error(tool, input), expected, `${tool} ${JSON.stringify(input)}`);
      assert.deepEqual(agent.asked, []);
      assert.equal(await versions(), before);
      const entries = await agent.journal();
      assert.ok(
        entries.length >= calls.length && entries.every(({ outcome }) => ['refused', 'failed'].includes(outcome)),
      );
    });
  const manifest = (...documents: string[]) => ({ manifest: documents.join('\n---\n') });
  const fresh = configMap('fresh');

  it('do not go where one write may not', async () => {
    const elsewhere = fresh.replace(namespace.name, 'shop');
    const names = ['map', 'other'];
    await refused(
      [...ALL, '--allow-namespace', namespace.name],
      [
        ['apply_manifest', manifest(fresh, elsewhere), /Namespace "shop" is outside/],
        [
          'apply_manifest',
          manifest(fresh, 'apiVersion: v1\nkind: Namespace\nmetadata: { name: new }'),
          /A write to a Namespace itself|outside/,
        ],
        ['delete_resource', { kind: 'cm', names, namespace: 'shop' }, /Namespace "shop" is outside/],
        ['delete_resource', { kind: 'cm', labelSelector: 'app', namespace: 'shop' }, /Namespace "shop" is outside/],
      ],
    );
    await refused(
      [...ALL, '--protect-context', '*'],
      [
        ['apply_manifest', manifest(fresh), /is protected/],
        ['delete_resource', { kind: 'cm', names }, /is protected/],
        ['update_resource', { kind: 'cm', names, patch: '{"data":{"a":"c"}}' }, /is protected/],
        ['rollout_resource', { kind: 'cronjob', names: ['plain'], action: 'trigger' }, /is protected/],
      ],
    );
    await refused(
      [...ALL, '--read-only-kind', 'configmaps'],
      [
        ['apply_manifest', manifest(fresh), /may be read but not written/],
        [
          'apply_manifest',
          { ...manifest(`apiVersion: v1\nkind: ServiceAccount\n${metadata('sa')}`), applySet: 'x' },
          /may be read but not written/,
        ],
        ['delete_resource', { kind: 'cm', labelSelector: 'set=maps' }, /may be read but not written/],
      ],
    );
  });

  it('do not reach closed kinds, by a Job of a CronJob either', async () => {
    await refused(
      [...ALL, '--deny-kind', 'secrets'],
      [
        [
          'apply_manifest',
          manifest(fresh, `apiVersion: v1\nkind: Secret\n${metadata('mine')}`),
          /kind secrets is closed/,
        ],
        ['rollout_resource', { kind: 'cronjob', name: 'reads', action: 'trigger' }, /would reach the kind secrets/],
      ],
    );
    await refused(
      [...ALL, '--deny-kind', 'jobs.batch'],
      [['rollout_resource', { kind: 'cronjob', name: 'plain', action: 'trigger' }, /kind jobs\.batch is closed/]],
    );
  });

  it('delete nothing without the switch, by an owner, an omission or a set', async () => {
    const owner =
      ', ownerReferences: [{ apiVersion: v1, kind: ConfigMap, name: nobody, uid: 00000000-0000-4000-8000-000000000000 }]';
    const finalizers = JSON.stringify({ metadata: { finalizers: null } });
    await refused(
      ['--enable-create', '--enable-update'],
      [
        [
          'apply_manifest',
          { ...manifest(fresh, configMap('map', owner)), force: true },
          /deleted as soon as its owner.*needs the switch for deleting/,
        ],
        [
          'update_resource',
          { kind: 'cm', labelSelector: 'set=held', patch: finalizers, force: true },
          /example\.com\/hold is removed.*needs the switch for deleting/,
        ],
        ['apply_manifest', { ...manifest(fresh), applySet: 'set' }, /enableDelete/],
        ['apply_manifest', { ...manifest(fresh), rollback: true }, /enableDelete/],
      ],
    );
  });

  it('write no owners of fields, and nothing that kubectl apply keeps', () =>
    withAgent(args(...ALL), async (agent) => {
      const annotations = ', annotations: { kubectl.kubernetes.io/last-applied-configuration: "{}" }';
      const fields =
        ', managedFields: [{ manager: evil, operation: Apply, apiVersion: v1, fieldsType: FieldsV1, fieldsV1: { "f:data": {} } }]';
      await agent.text(
        'apply_manifest',
        manifest(configMap('forged', `${annotations.replace('}', ', x: y }')}${fields}`)),
      );
      const forged = await kubectl('get', 'cm', 'forged', '-n', namespace.name, '--show-managed-fields', '-o', 'json');
      assert.doesNotMatch(forged, /last-applied|evil/);
    }));

  it('name nothing that is a path, and choose nothing by what it is not', async () => {
    await refused(ALL, [
      ...['../map', 'map/status', 'map%2fstatus', '.', '..'].map((name): [string, Record<string, unknown>, RegExp] => [
        'delete_resource',
        { kind: 'cm', names: ['map', name] },
        /^Nothing was changed\.\ncm ".*not a valid name/s,
      ]),
      ['delete_resource', { kind: 'ns', labelSelector: '!none' }, /only says what is not chosen/],
      [
        'delete_resource',
        { kind: 'cm', labelSelector: { matchExpressions: [{ key: 'x', operator: 'DoesNotExist' }] } },
        /only says what is not chosen/,
      ],
      ['delete_resource', { kind: 'cm', labelSelector: '' }, /would choose everything/],
    ]);
  });

  it('tell no right guess of a redacted value from a wrong one', () =>
    withAgent(args(...ALL, '--review=off'), async (agent) => {
      for (const name of ['db', 'fixed']) {
        const secret = (rest: object) =>
          manifest(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...rest }));
        const base64 = (text: string) => Buffer.from(text).toString('base64');
        for (const rest of [
          (value: string) => ({ stringData: { password: value } }),
          (value: string) => ({ data: { password: base64(value) } }),
        ])
          for (const options of [{ dryRun: true }, { dryRun: true, force: true }]) {
            const answer = async (value: string) => {
              const { text } = await agent.call('apply_manifest', { ...secret(rest(value)), ...options });
              return text.replaceAll(value, 'GUESS').replaceAll(base64(value), 'GUESS');
            };
            assert.equal(await answer(RIGHT), await answer(WRONG), `${name} ${JSON.stringify(options)}`);
          }
      }
    }));

  it('delete no members that others have put into a set, unseen', () =>
    withAgent(
      args(...ALL),
      async (agent) => {
        const set = { applySet: 'planted' };
        const parent = JSON.stringify({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: {
            name: 'planted',
            namespace: namespace.name,
            labels: { 'applyset.kubernetes.io/id': 'applyset-guess-v1' },
            annotations: {
              'applyset.kubernetes.io/tooling': 'mcp-k8s/v1',
              'applyset.kubernetes.io/contains-group-kinds': 'Secret,Namespace',
            },
          },
        });
        await apply(parent);
        assert.match(await agent.error('apply_manifest', { ...manifest(fresh), ...set }), /is no ApplySet/);
        await kubectl('delete', 'cm', 'planted', '-n', namespace.name);
        const mine = { ...manifest(fresh), applySet: 'mine' };
        await agent.error('apply_manifest', mine);
        assert.match(
          agent.asked.at(-1) ?? '',
          /^2 changes:\n1\. create ConfigMap .*mine.*\n2\. create ConfigMap .*fresh/,
        );
        assert.match(await kubectl('get', 'cm', '-n', namespace.name, '-l', PART_OF, '-o', 'name'), /^$/);
      },
      'Reject',
    ));
});
