import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';

// Input from models that know kubectl better than these tools.
describe('natural mistakes', () => {
  let server: McpServer;
  before(async () => {
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), ['--namespace', 'shop']);
  });
  after(() => server.stop());

  it('are understood where only one thing can be meant', async () => {
    const pods = (more: object) => server.text('list_resources', { kind: 'pods', namespace: 'shop', ...more });
    const withoutAges = (text: string) => text.replace(/\t\S+$/gm, '');
    const web = await pods({ labelSelector: 'app=web' });
    assert.match(web, /^3 pods/);
    for (const labelSelector of [{ app: 'web' }, { matchLabels: { app: 'web' } }])
      assert.equal(withoutAges(await pods({ labelSelector })), withoutAges(web));
    assert.match(
      await pods({ columns: 'IMAGE:.spec.containers[*].image,NODE:{.spec.nodeName}', limit: '1' }),
      /^NAME\tIMAGE\tNODE$/m,
    );
    assert.match(
      await pods({ columns: ["APP:.metadata.labels['app','tier']"], limit: 1 }),
      /^NAME\tAPP$/m,
      'a comma inside of a path is none between columns',
    );
    const both = await server.text('list_resources', { kind: 'deploy,svc', namespace: 'shop', output: 'name' });
    for (const kinds of [{ kind: ['deploy', 'svc'] }, { kinds: ['deploy', 'svc'] }, { kinds: 'deploy,svc' }])
      assert.equal(await server.text('list_resources', { ...kinds, namespace: 'shop', output: 'name' }), both);
    assert.match(
      await server.text('get_resource', { kind: 'deploy', names: ['web'], namespace: 'shop', field: '.spec.replicas' }),
      /^\.spec\.replicas: 3/,
    );
  });

  it('of manifests are told all at once', async () => {
    const writing = await McpServer.start((await testCluster()).kubeconfig('admin'), [
      '--enable-create',
      '--enable-update',
    ]);
    try {
      for (const tool of ['create_resource', 'update_resource'])
        for (const [manifest, missing] of [
          ['metadata: { name: x }', 'no apiVersion and no kind'],
          ['kind: ConfigMap\nmetadata: { name: x }', 'no apiVersion'],
          ['apiVersion: v1\nmetadata: { name: x }', 'no kind'],
        ] as const)
          assert.match(
            await writing.error(tool, { manifest }),
            new RegExp(`^The manifest has ${missing}: every object says what it is, as in "apiVersion`),
          );
    } finally {
      await writing.stop();
    }
  });

  it('are answered with what to do instead', async () => {
    const answers: [string, Record<string, unknown>, RegExp][] = [
      ['get_resource', { kind: 'pod/postgres-0' }, /name is missing\.$/],
      ['get_resource', {}, /kind is missing; name is missing\.$/],
      ['get_resource', { kind: 'pod', name: 'shop/postgres-0' }, /kind, namespace and name are given one by one/],
      ['get_resource', { kind: 'all', name: 'web' }, /"all" is no kind\. Name those that matter, such as deploy,sts/],
      ['list_resources', { kind: 'all' }, /kind=all needs a namespace or a labelSelector/],
      ['list_resources', { kind: 'pods', namespace: 'all' }, /For all namespaces, leave namespace out\.$/],
      ['list_resources', { kind: 'pods', namespace: '*' }, /For all namespaces, leave namespace out\.$/],
      ['list_resources', { kind: 'Eviction' }, /request to the subresource "eviction" of pods\. .*delete_resource/],
      ['get_resource', { kind: 'TokenRequest', name: 'x' }, /subresource "token" of serviceaccounts\. Tokens are not/],
      ['list_resources', { kind: 'pods/log' }, /log is a subresource of pods\. get_pod_logs reads logs\.$/],
      ['get_resource', { kind: 'deploy/web', name: 'web' }, /given one by one, kind deploy and name web\.$/],
      ['get_resource', { kind: 'deploy,svc', name: 'web' }, /more than one kind: give one at a time here\.$/],
      ['get_resource', { kind: 'deploy', name: ['web', 'api'] }, /name: .*expected string/],
      ['list_resources', { kind: Array(26).fill('cm') }, /One call lists 25 kinds at most, not 26\.$/],
      [
        'get_resource',
        { kind: 'deploy', name: 'web', context: 'viewer' },
        /Only the user can allow more: the setting mcpK8s\.allowedContexts in VS Code, or the flag --allow-context/,
      ],
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
