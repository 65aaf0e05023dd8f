import assert from 'node:assert/strict';
import { testCluster } from '../server/environment.ts';
import { McpServer } from '../server/mcp-process.ts';
import { apply, kubectl, scratchNamespace } from '../server/scratch.ts';
import { leakOf } from './leaks.ts';

const PASSWORD = 'xK7#qm-Zt2_vw91';
const OLD = 'pR4!older-Value_77';
const CONTAINER = '/spec/template/spec/containers/0';
const APPLIED = '/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration';

// The API server's error or dry run shows the values that a JSON patch operation takes.
describe('an attack by a JSON patch', () => {
  const namespace = scratchNamespace();
  let server: McpServer;
  before(async () => {
    const cluster = await testCluster();
    const args = ['--enable-update', '--review=off', '--namespace', namespace.name, '--journal', '/dev/null'];
    server = await McpServer.start(cluster.kubeconfig('admin'), args);
    const metadata = (name: string) => `metadata: { name: ${name}, namespace: ${namespace.name} }`;
    const secret = (password: string) =>
      `apiVersion: v1\nkind: Secret\n${metadata('db')}\nstringData: { password: "${password}", user: shop }`;
    const env = `env: [{ name: MODE, value: fast }, { name: DB_PASSWORD, value: "${PASSWORD}" }]`;
    const web = `apiVersion: apps/v1\nkind: Deployment\n${metadata('web')}\nspec: { replicas: 0, selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: web, image: nginx, ${env} }] } } }`;
    // Applied by kubectl with a copy in an annotation, which keeps the old value when another tool writes a new one.
    await apply(`${secret(OLD)}\n---\n${web}`);
    await kubectl(
      ...['patch', 'secret', 'db', '-n', namespace.name, '--type=merge', '-p'],
      JSON.stringify({ stringData: { password: PASSWORD } }),
    );
  });
  after(() => server.stop());

  const version = async (kind: string, name: string) =>
    kubectl('get', kind, name, '-n', namespace.name, '-o', 'jsonpath={.metadata.resourceVersion}');

  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: '6a1e2b3c-0000-4000-8000-000000000000' };
  const taking: [string, string, string, object[]][] = [
    ...['/type', '/metadata/name', '/metadata/namespace', '/metadata/labels', '/metadata/uid', '/immutable'].map(
      (path): [string, string, string, object[]] => [
        `copies a value to ${path}`,
        'secret',
        'db',
        [{ op: 'copy', from: '/data/password', path }],
      ],
    ),
    ['moves a value', 'secret', 'db', [{ op: 'move', from: '/data/password', path: '/type' }]],
    ['copies all values', 'secret', 'db', [{ op: 'copy', from: '/data', path: '/metadata/labels' }]],
    ['copies the object', 'secret', 'db', [{ op: 'copy', from: '', path: '/metadata/annotations/all' }]],
    [
      'copies what kubectl has applied to an owner',
      'secret',
      'db',
      [
        { op: 'add', path: '/metadata/ownerReferences', value: [owner] },
        { op: 'copy', from: APPLIED, path: '/metadata/ownerReferences/0/name' },
      ],
    ],
    [
      'copies all annotations',
      'secret',
      'db',
      [{ op: 'copy', from: '/metadata/annotations', path: '/metadata/labels' }],
    ],
    [
      'copies what kubectl has applied to the arguments',
      'deploy',
      'web',
      [
        { op: 'add', path: `${CONTAINER}/args`, value: [] },
        { op: 'copy', from: APPLIED, path: `${CONTAINER}/args/-` },
      ],
    ],
    ['copies metadata', 'deploy', 'web', [{ op: 'copy', from: '/metadata', path: '/spec/template/metadata' }]],
    [
      'copies a variable to the restart policy',
      'deploy',
      'web',
      [{ op: 'copy', from: `${CONTAINER}/env/1/value`, path: '/spec/template/spec/restartPolicy' }],
    ],
    [
      'copies a variable that has moved up',
      'deploy',
      'web',
      [
        { op: 'remove', path: `${CONTAINER}/env/0` },
        { op: 'copy', from: `${CONTAINER}/env/0/value`, path: `${CONTAINER}/image` },
      ],
    ],
    [
      'copies a variable that has moved down',
      'deploy',
      'web',
      [
        { op: 'add', path: `${CONTAINER}/env/0`, value: { name: 'A', value: 'b' } },
        { op: 'copy', from: `${CONTAINER}/env/2/value`, path: `${CONTAINER}/image` },
      ],
    ],
    [
      'copies a container',
      'deploy',
      'web',
      [{ op: 'copy', from: CONTAINER, path: '/spec/template/spec/containers/-' }],
    ],
    ['moves a list', 'deploy', 'web', [{ op: 'move', from: `${CONTAINER}/env`, path: `${CONTAINER}/args` }]],
    ['tests a value', 'secret', 'db', [{ op: 'test', path: '/data/password', value: 'eA==' }]],
    ['tests all values', 'secret', 'db', [{ op: 'test', path: '/data', value: {} }]],
    ['tests the object', 'secret', 'db', [{ op: 'test', path: '', value: {} }]],
    ['tests a variable', 'deploy', 'web', [{ op: 'test', path: `${CONTAINER}/env/1/value`, value: 'x' }]],
    ['tests what kubectl has applied', 'deploy', 'web', [{ op: 'test', path: APPLIED, value: 'x' }]],
  ];
  for (const [what, kind, name, operations] of taking) {
    it(`is refused, and shows nothing: it ${what}`, async () => {
      const before = await version(kind, name);
      for (const dryRun of [true, false]) {
        const patch = JSON.stringify(operations);
        const text = await server.error('update_resource', { kind, name, patch, patchType: 'json', dryRun });
        for (const value of [PASSWORD, OLD]) assert.equal(leakOf(value, text), undefined);
        assert.match(text, /^Operation \d of the patch .*takes or compares what is redacted/);
      }
      assert.equal(await version(kind, name), before);
    });
  }

  it('does nothing by steps that the API server reads in another way', async () => {
    for (const from of [
      '/data/password/',
      '/data//password',
      'data/password',
      '/data/pass~word',
      '/data/-1',
      '/data/~2',
    ]) {
      const patch = JSON.stringify([{ op: 'copy', from, path: '/type' }]);
      const text = await server.error('update_resource', { kind: 'secret', name: 'db', patch, patchType: 'json' });
      assert.equal(leakOf(PASSWORD, text), undefined);
    }
    for (const index of ['-1', '01', '1e0', '+1', ' 1']) {
      const patch = JSON.stringify([
        { op: 'copy', from: `${CONTAINER}/env/${index}/value`, path: `${CONTAINER}/image` },
      ]);
      const text = await server.error('update_resource', { kind: 'deploy', name: 'web', patch, patchType: 'json' });
      assert.match(text, /goes nowhere/);
    }
  });

  it('leaves the patches that take nothing redacted', async () => {
    const patched = (operations: object[]) => ({
      ...{ kind: 'deploy', name: 'web', patchType: 'json' },
      patch: JSON.stringify(operations),
    });
    const text = await server.text(
      'update_resource',
      patched([
        { op: 'test', path: `${CONTAINER}/env/0/value`, value: 'fast' },
        { op: 'add', path: `${CONTAINER}/env/-`, value: { name: 'COLOUR', value: 'blue' } },
        { op: 'move', from: `${CONTAINER}/env/0`, path: `${CONTAINER}/env/1` },
        { op: 'add', path: '/metadata/labels', value: { a: 'b' } },
        { op: 'copy', from: '/metadata/labels/a', path: '/metadata/labels/c~1d' },
      ]),
    );
    assert.match(text, /^\+ +c\/d: b$/m);
    assert.match(text, /COLOUR/);
    assert.equal(leakOf(PASSWORD, text), undefined);
    const test = { op: 'test', path: '/spec/replicas', value: 7 };
    assert.match(await server.error('update_resource', patched([test])), /^Operation 1 of the patch .* failed: /);
    const remove = { op: 'remove', path: '/metadata/labels/none' };
    assert.match(
      await server.error('update_resource', patched([remove])),
      /^Operation 1 of the patch .* goes nowhere: /,
    );
  });
});
