import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

/** Their base64 is also valid in a label. */
const PASSWORD = 'hunter2-of-old';
const ENCODED = Buffer.from('staple-battery').toString('base64').replace(/=+$/, '');

// An update can copy a value to where it is not redacted, and even a dry run shows the result.
describe('an update that would put a redacted value in the open', () => {
  const namespace = scratchNamespace();
  let folder: string;
  let server: McpServer;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-revealing-'));
    const args = [
      '--enable-update',
      '--review=off',
      '--namespace',
      namespace.name,
      '--journal',
      join(folder, 'journal'),
    ];
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), args);
    const metadata = (name: string, more = '') => `metadata: { name: ${name}, namespace: ${namespace.name}${more} }`;
    const env = `env: [{ name: MODE, value: fast }, { name: DB_PASSWORD, value: ${PASSWORD} }]`;
    await apply(
      [
        `apiVersion: v1\nkind: Secret\n${metadata('db')}\ndata: { password: ${Buffer.from('correct-horses').toString('base64').slice(0, 16)}, other: QUJDREVGR0hJ }`,
        `apiVersion: apps/v1\nkind: Deployment\n${metadata('web')}\nspec: { replicas: 0, selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: web, image: nginx, ${env} }] } } }`,
        `apiVersion: v1\nkind: ConfigMap\n${metadata('release', ', labels: { owner: helm, name: shop }')}\ndata: { release: ${ENCODED} }`,
      ].join('\n---\n'),
      '--server-side',
    );
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const container = '/spec/template/spec/containers/0';
  const copies = (from: string, path: string) => JSON.stringify([{ op: 'copy', from, path }]);
  const cases: [string, string, string, string][] = [
    ['copies it to a label', 'secret', 'db', copies('/data/other', '/metadata/labels')],
    [
      'copies it to one label',
      'secret',
      'db',
      JSON.stringify([
        { op: 'add', path: '/metadata/labels', value: {} },
        { op: 'copy', from: '/data/other', path: '/metadata/labels/seen' },
      ]),
    ],
    [
      'copies a variable to an annotation',
      'deploy',
      'web',
      JSON.stringify([
        { op: 'add', path: '/metadata/annotations/seen', value: '' },
        { op: 'copy', from: `${container}/env/1/value`, path: '/metadata/annotations/seen' },
      ]),
    ],
    ['copies it to another variable', 'deploy', 'web', copies(`${container}/env/1/value`, `${container}/env/0/value`)],
    [
      'copies it to the arguments',
      'deploy',
      'web',
      JSON.stringify([
        { op: 'add', path: `${container}/args`, value: ['x'] },
        { op: 'copy', from: `${container}/env/1/value`, path: `${container}/args/0` },
      ]),
    ],
    [
      'gives its variable another name',
      'deploy',
      'web',
      JSON.stringify([{ op: 'replace', path: `${container}/env/1/name`, value: 'MOOD' }]),
    ],
    [
      'takes away the label by which Helm’s releases are known',
      'cm',
      'release',
      '{"metadata":{"labels":{"owner":null}}}',
    ],
    ['changes that label', 'cm', 'release', '{"metadata":{"labels":{"owner":"me"}}}'],
  ];
  for (const [what, kind, name, patch] of cases) {
    it(`is refused, also as a dry run, and changes nothing: it ${what}`, async () => {
      const version = () =>
        kubectl('get', kind, name, '-n', namespace.name, '-o', 'jsonpath={.metadata.resourceVersion}');
      const before = await version();
      for (const dryRun of [true, false]) {
        const { text, isError } = await server.call('update_resource', { kind, name, patch, dryRun });
        assert.ok(isError, text);
        assert.doesNotMatch(text, new RegExp(`${PASSWORD}|${ENCODED}|QUJDREVGR0hJ|ABCDEFGHI`));
      }
      assert.equal(await version(), before);
      const journal = await readFile(join(folder, 'journal'), 'utf8').catch(() => '');
      assert.doesNotMatch(journal, new RegExp(`${PASSWORD}|${ENCODED}|QUJDREVGR0hJ`));
    });
  }

  it('says what it is about', async () => {
    const patch = JSON.stringify([{ op: 'replace', path: `${container}/env/1/name`, value: 'MOOD' }]);
    assert.match(
      await server.error('update_resource', { kind: 'deploy', name: 'web', patch }),
      /^deployments\.apps "web" .* was not changed: a value that is redacted now would be readable afterwards\./,
    );
  });

  it('is not one that the agent could have written itself', async () => {
    const patch = `{"metadata":{"annotations":{"note":"${PASSWORD}"}}}`;
    assert.match(await server.text('update_resource', { kind: 'deploy', name: 'web', patch }), /note/);
    assert.match(
      await server.text('update_resource', {
        kind: 'deploy',
        name: 'web',
        patch: JSON.stringify([{ op: 'remove', path: `${container}/env/0` }]),
      }),
      /^- .*MODE/m,
    );
  });
});
