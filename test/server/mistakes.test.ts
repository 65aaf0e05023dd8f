import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';

// What models send who know kubectl better than these tools.
describe('natural mistakes', () => {
  let server: McpServer;
  before(async () => {
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), ['--namespace', 'shop']);
  });
  after(() => server.stop());

  it('are understood where only one thing can be meant', async () => {
    const pods = (more: object) => server.text('list_resources', { kind: 'pods', namespace: 'shop', ...more });
    const web = await pods({ labelSelector: 'app=web' });
    assert.match(web, /^3 pods/);
    for (const labelSelector of [{ app: 'web' }, { matchLabels: { app: 'web' } }])
      assert.equal(await pods({ labelSelector }), web);
    assert.match(
      await pods({ columns: 'IMAGE:.spec.containers[*].image,NODE:{.spec.nodeName}', limit: '1' }),
      /^NAME\tIMAGE\tNODE$/m,
    );
    assert.match(
      await pods({ columns: ["APP:.metadata.labels['app','tier']"], limit: 1 }),
      /^NAME\tAPP$/m,
      'a comma inside of a path is none between columns',
    );
  });

  it('are answered with what to do instead', async () => {
    const answers: [string, Record<string, unknown>, RegExp][] = [
      ['get_resource', { kind: 'pod/postgres-0' }, /name is missing\.$/],
      ['get_resource', {}, /kind is missing; name is missing\.$/],
      ['get_resource', { kind: 'pod', name: 'shop/postgres-0' }, /kind, namespace and name are given one by one/],
      ['get_resource', { kind: 'all', name: 'web' }, /"all" is no kind\. Name those that matter, such as deploy,sts/],
      ['list_resources', { kind: 'all' }, /"all" is no kind/],
      ['list_resources', { kind: 'pods', namespace: 'all' }, /For all namespaces, leave namespace out\.$/],
      ['list_resources', { kind: 'pods', namespace: '*' }, /For all namespaces, leave namespace out\.$/],
    ];
    for (const [tool, args, expected] of answers) {
      const { text } = await server.call(tool, args);
      assert.match(text, expected, JSON.stringify(args));
      assert.ok(text.length < 300, text);
    }
  });

  it('are told of a question that is asked by creating an object, without more power', async () => {
    const review = 'apiVersion: authorization.k8s.io/v1\nkind: SelfSubjectAccessReview\nspec: {}';
    for (const manifest of [review, { kind: 'SelfSubjectAccessReview' }]) {
      const error = await server.error('create_resource', { manifest });
      assert.match(
        error,
        /create_resource is switched off\..*A review only asks a question, but by creating an object/,
      );
    }
    assert.doesNotMatch(await server.error('create_resource', { manifest: 'kind: Pod' }), /review/);
  });
});
