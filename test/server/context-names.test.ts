import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { resourceUri } from '../../src/kubernetes/apimachinery/resource-uri.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

/** As clouds and people name them. */
const NAMES = [
  '//gke.example/p 1:y',
  'arn:aws:eks:eu-west-1:123456789012:cluster/prod',
  'gke_project_europe-west1_name',
  'with space',
  'a/b/c',
  'a/b',
  '100%',
  'x%41',
  'xA',
  'a&context=b',
  'ünïcode ☸ 集群',
  'question?hash#',
  'quo"ted\'',
  'comma,separated',
  'plus+equals=',
  '[brackets].$^',
  '~26',
];

describe('contexts of any name', () => {
  const namespace = scratchNamespace();
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-contexts-'));
    file = join(folder, 'kubeconfig');
    const config = parse(await readFile((await testCluster()).kubeconfig('admin'), 'utf8'));
    const [{ context }] = config.contexts;
    config.contexts = NAMES.map((name) => ({ name, context: { ...context, namespace: namespace.name } }));
    config['current-context'] = NAMES[0];
    await writeFile(file, stringify(config));
    await apply(`apiVersion: v1\nkind: ConfigMap\nmetadata: { name: here, namespace: ${namespace.name} }\n`);
  });
  after(() => rm(folder, { recursive: true }));

  it('are used by tools, resources and completions, and each is listed', async () => {
    const server = await McpServer.start(file, ['--allow-context', '*']);
    try {
      const list = await server.text('list_contexts');
      const { completion } = await server.client.complete({
        ref: { type: 'ref/resource', uri: 'k8s:///{namespace}/{resource}/{name}.yaml{?context}' },
        argument: { name: 'context', value: '' },
      });
      assert.deepEqual(completion.values.toSorted(), NAMES.toSorted());
      for (const context of NAMES) {
        assert.ok(list.includes(`\n${context}`), context);
        const { result, text } = await server.call('get_resource', { kind: 'cm', name: 'here', context });
        assert.match(text, /^ {2}name: here$/m, context);
        const link = result.content.find((part) => part.type === 'resource_link');
        assert.equal(new URL(link?.type === 'resource_link' ? link.uri : '').searchParams.get('context'), context);
        const uri = resourceUri({ context, namespace: namespace.name, resource: 'configmaps', name: 'here' });
        const { contents } = await server.client.readResource({ uri });
        assert.match(JSON.stringify(contents), /name: here/, context);
        const names = await server.client.complete({
          ref: { type: 'ref/resource', uri: 'k8s:///{namespace}/{resource}/{name}.yaml{?context}' },
          argument: { name: 'name', value: 'he' },
          context: { arguments: { context, namespace: namespace.name, resource: 'configmaps' } },
        });
        assert.deepEqual(names.completion.values, ['here'], context);
        await server.client.subscribeResource({ uri });
        await server.client.unsubscribeResource({ uri });
      }
    } finally {
      await server.stop();
    }
  });

  it('are allowed, written to and protected by their names, and none but those', async () => {
    for (const context of NAMES) {
      const [first = ''] = NAMES.filter((name) => name !== context);
      const rules = ['--allow-context', context, '--protect-context', context, '--enable-create', '--review=off'];
      const server = await McpServer.start(file, ['--context', first, '--journal', '/dev/null', ...rules]);
      try {
        assert.match(await server.text('get_resource', { kind: 'cm', name: 'here', context }), /name: here/);
        const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: there }\n';
        assert.match(await server.error('create_resource', { manifest, context }), /is protected/);
        const other = NAMES.find((name) => name !== context && name !== first);
        assert.match(
          await server.error('get_resource', { kind: 'cm', name: 'here', context: other }),
          /is not allowed here/,
        );
      } finally {
        await server.stop();
      }
    }
    assert.equal(await kubectl('get', 'cm', 'there', '-n', namespace.name, '--ignore-not-found'), '');
  });
});
