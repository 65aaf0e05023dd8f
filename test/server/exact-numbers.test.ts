import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer, RawServer } from './mcp-process.ts';
import { fieldOf, scratchNamespace } from './scratch.ts';

/** The first integer a double cannot hold, and the last of 64 bits. */
const [ODD, LARGEST] = ['9007199254740993', '9223372036854775807'];

describe('numbers that a double cannot hold', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  const name = 'exact';
  const live = () =>
    fieldOf('{.spec.template.spec.terminationGracePeriodSeconds}', 'deploy', name, '-n', namespace.name);

  before(async () => {
    const { kubeconfig } = await testCluster();
    const switches = ['--enable-create', '--enable-update', '--enable-delete'];
    server = await McpServer.start(kubeconfig('admin'), ['--namespace', namespace.name, ...switches]);
    await server.text('create_resource', {
      manifest: `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 0
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: ${ODD}
      containers: [{ name: app, image: nginx }]
`,
    });
  });
  after(() => server.stop());

  it('are created and shown digit by digit', async () => {
    assert.equal(await live(), ODD);
    const object = { kind: 'Deployment', name };
    const field = ['.spec.template.spec.terminationGracePeriodSeconds'];
    assert.match(await server.text('get_resource', object), new RegExp(`terminationGracePeriodSeconds: ${ODD}\\n`));
    assert.match(await server.text('get_resource', { ...object, output: 'json' }), new RegExp(`Seconds":${ODD}[,}]`));
    assert.match(await server.text('get_resource', { ...object, fields: field }), new RegExp(ODD));
    const list = await server.text('list_resources', { kind: 'Deployment', output: 'yaml' });
    assert.match(list, new RegExp(`terminationGracePeriodSeconds: ${ODD}\\n`));
    const columns = await server.text('list_resources', { kind: 'Deployment', columns: field });
    assert.match(columns, new RegExp(ODD));
    for (const where of [`${field[0]}>5`, `${field[0]}==${ODD}`])
      assert.match(await server.text('list_resources', { kind: 'Deployment', where }), new RegExp(`\\t${name}\\t`));
  });

  it('survive an edit of something else, and are seen in the diff of their own', async () => {
    const read = await server.text('get_resource', { kind: 'Deployment', name });
    const manifest = read.slice(read.indexOf('apiVersion:'));
    const other = await server.text('update_resource', {
      manifest: manifest.replace('image: nginx', 'image: nginx:2'),
    });
    assert.doesNotMatch(other, /terminationGracePeriodSeconds: \d+\n\+/);
    assert.equal(await live(), ODD);
    const patch = `{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":${LARGEST}}}}}`;
    const diff = await server.text('update_resource', { kind: 'Deployment', name, patch });
    assert.match(
      diff,
      new RegExp(`-\\s+terminationGracePeriodSeconds: ${ODD}\n\\+\\s+terminationGracePeriodSeconds: ${LARGEST}$`),
    );
    assert.equal(await live(), LARGEST);
  });

  it('are kept by an apply and by a rollback', async () => {
    await server.text('update_resource', {
      manifest: `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec: { template: { spec: { terminationGracePeriodSeconds: ${ODD} } } }`,
    });
    assert.equal(await live(), ODD);
    assert.match(await server.text('rollout_resource', { kind: 'Deployment', name, action: 'restart' }), /restart/i);
    assert.equal(await live(), ODD);
  });

  it('are kept where a manifest is sent as an object', async () => {
    const { kubeconfig } = await testCluster();
    const switches = ['--enable-update', '--review=off', '--journal', '/dev/null'];
    const raw = new RawServer(['--kubeconfig', kubeconfig('admin'), '--namespace', namespace.name, ...switches]);
    raw.initialize();
    const patch = `{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":${LARGEST}}}}}`;
    const args = `{"kind":"Deployment","name":"${name}","patch":${patch}}`;
    raw.send(`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"update_resource","arguments":${args}}}`);
    assert.notEqual((await raw.answer(7)).result?.isError, true);
    assert.equal(await live(), LARGEST);
    raw.process.kill();
  });
});
