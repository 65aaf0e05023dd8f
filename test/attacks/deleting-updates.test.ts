import assert from 'node:assert/strict';
import { apply, fieldOf, kubectl, scratchNamespace } from '../server/scratch.ts';
import { routes, withAgent } from './agent.ts';

const NOBODY = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: '00000000-0000-4000-8000-000000000000' }];

// With update rights alone, a caller can make the garbage collector, the TTL controller and others delete.
describe('an update that makes a controller delete', () => {
  const namespace = scratchNamespace();
  const place = () => ['--namespace', namespace.name, '--enable-update'];
  const metadata = (name: string, more = '') => `metadata: { name: ${name}, namespace: ${namespace.name}${more} }`;
  const template = (more = '') =>
    `template: { metadata: { labels: { a: b } }, spec: { restartPolicy: Never, containers: [{ name: c, image: nginx }]${more} } }`;
  before(() =>
    apply(
      [
        `apiVersion: v1\nkind: ConfigMap\n${metadata('map')}`,
        `apiVersion: v1\nkind: ConfigMap\n${metadata('held', ', finalizers: [example.com/hold, example.com/other]')}`,
        `apiVersion: batch/v1\nkind: Job\n${metadata('job')}\nspec: { suspend: false, backoffLimit: 6, activeDeadlineSeconds: 9000, ${template()} }`,
        `apiVersion: batch/v1\nkind: CronJob\n${metadata('cron')}\nspec: { schedule: "0 0 1 1 *", jobTemplate: { spec: { ${template()} } } }`,
        `apiVersion: apps/v1\nkind: StatefulSet\n${metadata('set')}\nspec: { replicas: 3, serviceName: none, selector: { matchLabels: { a: b } }, ${template().replace('restartPolicy: Never, ', '')} }`,
        `apiVersion: apps/v1\nkind: StatefulSet\n${metadata('shrinking')}\nspec: { replicas: 3, serviceName: none, persistentVolumeClaimRetentionPolicy: { whenScaled: Delete }, selector: { matchLabels: { a: b } }, ${template().replace('restartPolicy: Never, ', '')} }`,
        `apiVersion: v1\nkind: PersistentVolume\nmetadata: { name: ${namespace.name}-pv }\nspec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Retain, hostPath: { path: /x } }`,
        `apiVersion: v1\nkind: Secret\n${metadata('token', ', annotations: { kubernetes.io/service-account.name: default }')}\ntype: kubernetes.io/service-account-token`,
      ].join('\n---\n'),
    ),
  );
  after(() => kubectl('delete', 'pv', `${namespace.name}-pv`, '--ignore-not-found', '--wait=false'));

  const cases: [string, { apiVersion: string; kind: string; name: string }, Record<string, unknown>, RegExp][] = [
    [
      'an owner that is nobody',
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'map' },
      { metadata: { ownerReferences: NOBODY } },
      /deleted as soon as its owner ConfigMap "nobody"/,
    ],
    [
      'a time to live',
      { apiVersion: 'batch/v1', kind: 'Job', name: 'job' },
      { spec: { ttlSecondsAfterFinished: 0 } },
      /ttlSecondsAfterFinished becomes 0: a controller deletes the object/,
    ],
    [
      'a deadline',
      { apiVersion: 'batch/v1', kind: 'Job', name: 'job' },
      { spec: { activeDeadlineSeconds: 1 } },
      /activeDeadlineSeconds becomes 1: running pods/,
    ],
    [
      'suspension',
      { apiVersion: 'batch/v1', kind: 'Job', name: 'job' },
      { spec: { suspend: true } },
      /suspend becomes true: running pods/,
    ],
    [
      'no history of a CronJob',
      { apiVersion: 'batch/v1', kind: 'CronJob', name: 'cron' },
      { spec: { successfulJobsHistoryLimit: 0 } },
      /HistoryLimit becomes 0: Jobs/,
    ],
    [
      'replacing Jobs',
      { apiVersion: 'batch/v1', kind: 'CronJob', name: 'cron' },
      { spec: { concurrencyPolicy: 'Replace' } },
      /concurrencyPolicy becomes Replace/,
    ],
    [
      'no history of a StatefulSet',
      { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'set' },
      { spec: { revisionHistoryLimit: 0 } },
      /older revisions/,
    ],
    [
      'the claims of a StatefulSet',
      { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'set' },
      { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' } } },
      /whenDeleted becomes Delete: volumes/,
    ],
    [
      'fewer replicas, where claims go with them',
      { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'shrinking' },
      { spec: { replicas: 1 } },
      /replicas becomes 1: volumes/,
    ],
  ];
  for (const [what, object, change, expected] of cases) {
    for (const [route, args] of Object.entries(routes(object, change))) {
      it(`needs the delete switch: ${what}, by ${route}`, () =>
        withAgent(place(), async (agent) => {
          const version = () =>
            fieldOf(
              '{.metadata.generation}{.metadata.ownerReferences}',
              object.kind,
              object.name,
              '-n',
              namespace.name,
            );
          const before = await version();
          for (const dryRun of [true, false]) {
            const { text, isError } = await agent.call('update_resource', { ...args, dryRun });
            assert.ok(isError, text);
            assert.match(text, expected);
            assert.match(text, /switch for deleting/);
          }
          assert.deepEqual(agent.asked, []);
          assert.equal(await version(), before);
        }));
    }
  }

  it('needs it by scale_resource, and as a whole manifest', () =>
    withAgent(place(), async (agent) => {
      assert.match(
        await agent.error('scale_resource', { kind: 'sts', name: 'shrinking', replicas: 1 }),
        /volumes are deleted[\s\S]*switch for deleting/,
      );
      assert.match(
        await agent.error('update_resource', {
          kind: 'sts',
          name: 'shrinking',
          subresource: 'scale',
          patch: '{"spec":{"replicas":1}}',
        }),
        /volumes are deleted/,
      );
      const shown = await agent.text('get_resource', { kind: 'cm', name: 'map' });
      const manifest = shown.replace('metadata:\n', `metadata:\n  ownerReferences: ${JSON.stringify(NOBODY)}\n`);
      assert.match(await agent.error('update_resource', { manifest }), /its owner ConfigMap "nobody"/);
      await agent.text('scale_resource', { kind: 'sts', name: 'set', replicas: 0 });
    }));

  it('needs it to take finalizers away, one or all', () =>
    withAgent(place(), async (agent) => {
      const one = { kind: 'cm', name: 'held' };
      for (const patch of [
        '{"metadata":{"finalizers":null}}',
        '{"metadata":{"finalizers":["example.com/other"]}}',
        '[{"op":"remove","path":"/metadata/finalizers/0"}]',
      ])
        assert.match(
          await agent.error('update_resource', { ...one, patch, patchType: patch.startsWith('[') ? 'json' : 'merge' }),
          /Finalizer example\.com\/hold is removed/,
        );
      await kubectl('delete', 'cm', 'held', '-n', namespace.name, '--wait=false');
      assert.match(
        await agent.error('update_resource', { ...one, patch: '{"metadata":{"finalizers":null}}', patchType: 'merge' }),
        /goes for good/,
      );
    }));

  it('needs it for volumes, tokens, and a status that controllers delete by', () =>
    withAgent(place(), async (agent) => {
      const pv = { kind: 'pv', name: `${namespace.name}-pv` };
      assert.match(
        await agent.error('update_resource', { ...pv, patch: '{"spec":{"persistentVolumeReclaimPolicy":"Delete"}}' }),
        /volumes are deleted/,
      );
      const claimRef = {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        name: 'x',
        namespace: namespace.name,
        uid: NOBODY[0]?.uid,
      };
      assert.match(
        await agent.error('update_resource', { ...pv, patch: JSON.stringify({ spec: { claimRef } }) }),
        /claimRef becomes/,
      );
      assert.match(
        await agent.error('update_resource', {
          kind: 'secret',
          name: 'token',
          patch: '{"metadata":{"annotations":{"kubernetes.io/service-account.name":"nobody"}}}',
        }),
        /a controller deletes the object/,
      );
      const conditions = [{ type: 'Ready', status: 'False' }];
      const status = JSON.stringify({ status: { conditions } });
      const node = { kind: 'node', name: 'node-0', subresource: 'status', patch: status, force: true };
      assert.match(await agent.error('update_resource', node), /believe the status of Node/);
    }));

  it('needs it for what a controller takes over', async () => {
    const labels = (name: string) => `labels: { app: ${name} }`;
    const bare = (name: string, app: string) =>
      `apiVersion: v1\nkind: Pod\n${metadata(name, `, ${labels(app)}`)}\nspec: { containers: [{ name: c, image: nginx }] }`;
    const controller = (kind: string, name: string, app: string, more = '') =>
      `apiVersion: apps/v1\nkind: ${kind}\n${metadata(name)}\nspec: { ${more}selector: { matchLabels: { app: ${app} } }, template: { metadata: { ${labels(app)} }, spec: { containers: [{ name: c, image: nginx }] } } }`;
    await apply(
      [bare('solo', 'solo'), bare('loner', 'loner'), controller('ReplicaSet', 'none', 'taken', 'replicas: 0, ')].join(
        '\n---\n',
      ),
    );
    await withAgent([...place(), '--enable-create'], async (agent) => {
      const create = (manifest: string, more: object = {}) => agent.error('create_resource', { manifest, ...more });
      for (const kind of ['ReplicaSet', 'DaemonSet'])
        assert.match(
          await create(controller(kind, 'taker', 'solo')),
          /may delete it: pods solo.*switch for deleting/s,
          kind,
        );
      assert.match(await create(bare('new', 'taken'), { dryRun: true }), /replicasets none takes it over/);
      for (const [way, args] of Object.entries(
        routes({ apiVersion: 'v1', kind: 'Pod', name: 'loner' }, { metadata: { labels: { app: 'taken' } } }),
      ))
        assert.match(
          await agent.error('update_resource', { ...args, force: true }),
          /replicasets none takes it over/,
          way,
        );
      assert.deepEqual(agent.asked, []);
      // Of its own pods, and of nobody's.
      await agent.text('create_resource', { manifest: controller('ReplicaSet', 'own', 'own') });
      await agent.text('update_resource', { kind: 'pod', name: 'loner', patch: '{"metadata":{"labels":{"x":"y"}}}' });
    });
  });

  it('goes through with the switch, after the user has read what it does', () =>
    withAgent([...place(), '--enable-delete'], async (agent) => {
      const patch = JSON.stringify({ spec: { successfulJobsHistoryLimit: 0 } });
      await agent.text('update_resource', { kind: 'cronjob', name: 'cron', patch });
      assert.match(
        agent.asked[0] ?? '',
        /^update CronJob .*\n! spec\.successfulJobsHistoryLimit becomes 0: Jobs are deleted/,
      );
    }));
});
