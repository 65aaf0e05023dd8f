import assert from 'node:assert/strict';
import { apply, fieldOf, kubectl, scratchNamespace } from '../server/scratch.ts';
import { withAgent } from './agent.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const POINTER = `/metadata/annotations/${LAST_APPLIED.replace('/', '~1')}`;
const FORGED = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', data: { mine: '1', yours: '2' } });
const FOREIGN = [
  {
    manager: 'kubectl',
    operation: 'Update',
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': { 'f:owned': {} } },
  },
];

// A forged annotation makes the user's next apply delete; forged managedFields let anybody change Argo CD's field.
describe('what only kubectl and the API server write', () => {
  const namespace = scratchNamespace();
  const args = () => ['--namespace', namespace.name, '--enable-create', '--enable-update', '--enable-delete'];
  const one = { kind: 'cm', name: 'owned' };
  before(async () => {
    const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: owned, namespace: ${namespace.name} }\ndata: { owned: a }`;
    await apply(manifest, '--server-side', '--field-manager=argocd-controller');
    await apply(manifest.replace('name: owned', 'name: applied'));
  });

  const patches: [string, string, unknown][] = [
    ['the annotation by a merge patch', 'merge', { metadata: { annotations: { [LAST_APPLIED]: FORGED } } }],
    ['the annotation by a strategic patch', 'strategic', { metadata: { annotations: { [LAST_APPLIED]: FORGED } } }],
    [
      'the annotation by a json patch',
      'json',
      [{ op: 'add', path: '/metadata/annotations', value: { [LAST_APPLIED]: FORGED } }],
    ],
    [
      'all metadata by a json patch',
      'json',
      [{ op: 'replace', path: '/metadata', value: { name: 'owned', annotations: { [LAST_APPLIED]: FORGED } } }],
    ],
    ['nobody as the owner, by a merge patch', 'merge', { metadata: { labels: { a: 'b' }, managedFields: [{}] } }],
    [
      'nobody as the owner, by a strategic patch',
      'strategic',
      { metadata: { labels: { a: 'b' }, managedFields: [{}] } },
    ],
    [
      'nobody as the owner, by a json patch',
      'json',
      [
        { op: 'add', path: '/metadata/labels', value: { a: 'b' } },
        { op: 'replace', path: '/metadata/managedFields', value: [{}] },
      ],
    ],
    [
      'somebody else as the owner, by a merge patch',
      'merge',
      { metadata: { labels: { a: 'b' }, managedFields: FOREIGN } },
    ],
    [
      'somebody else as the owner, by a json patch',
      'json',
      [
        { op: 'add', path: '/metadata/labels', value: { a: 'b' } },
        { op: 'replace', path: '/metadata/managedFields', value: FOREIGN },
      ],
    ],
  ];
  for (const [what, patchType, patch] of patches) {
    it(`are not written, tried or asked about: ${what}`, () =>
      withAgent(args(), async (agent) => {
        for (const dryRun of [true, false]) {
          const { text, isError } = await agent.call('update_resource', {
            ...one,
            patchType,
            patch: JSON.stringify(patch),
            dryRun,
          });
          assert.ok(isError, text);
          assert.match(text, /agents do not write it/);
        }
        assert.deepEqual(agent.asked, []);
        const live = await kubectl('get', 'cm', 'owned', '-n', namespace.name, '-o', 'yaml', '--show-managed-fields');
        assert.match(live, /manager: argocd-controller/);
        assert.doesNotMatch(live, /last-applied|manager: kubectl|labels/);
        assert.deepEqual(
          (await agent.journal()).map(({ outcome }) => outcome),
          ['refused', 'refused'],
        );
      }));
  }

  it('removing the annotation is writing it', () =>
    withAgent(args(), async (agent) => {
      for (const [patchType, patch] of [
        ['merge', { metadata: { annotations: { [LAST_APPLIED]: null } } }],
        ['json', [{ op: 'remove', path: POINTER }]],
        ['json', [{ op: 'remove', path: '/metadata/annotations' }]],
      ] as const)
        assert.match(
          await agent.error('update_resource', {
            kind: 'cm',
            name: 'applied',
            patchType,
            patch: JSON.stringify(patch),
          }),
          /agents do not write it/,
        );
    }));

  it('are left out of manifests, which go through without them', () =>
    withAgent(args(), async (agent) => {
      const metadata = { annotations: { [LAST_APPLIED]: FORGED, note: 'x' }, managedFields: FOREIGN };
      const manifest = (name: string, more: object = {}) =>
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name, ...metadata, ...more },
          data: { b: 'c' },
        });
      await agent.text('create_resource', { manifest: manifest('made') });
      await agent.text('update_resource', { manifest: manifest('owned') });
      const resourceVersion = await fieldOf('{.metadata.resourceVersion}', 'cm', 'made', '-n', namespace.name);
      await agent.text('update_resource', { manifest: manifest('made', { resourceVersion, labels: { a: 'b' } }) });
      for (const name of ['made', 'owned']) {
        const live = await kubectl('get', 'cm', name, '-n', namespace.name, '-o', 'yaml', '--show-managed-fields');
        assert.doesNotMatch(live, /last-applied|manager: kubectl$/m);
        assert.match(live, /note: x/);
      }
    }));
});
