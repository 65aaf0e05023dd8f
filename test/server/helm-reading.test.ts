import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { inParallel } from '../cluster/api-client.ts';
import { unhurried } from '../support/load.ts';
import { testCluster } from './environment.ts';
import { CHART, helm, payloadOf, releaseSecret } from './helm.ts';
import { McpServer } from './mcp-process.ts';
import { kubectl, scratchNamespace } from './scratch.ts';

const SECRET = 'pass-Sup3r-0riginal';

describe('Helm releases', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  before(async () => {
    server = await McpServer.start((await testCluster()).kubeconfig());
    await helm('install', 'web', CHART, '-n', namespace.name, '--set', `auth.password=${SECRET}`);
    await helm('upgrade', 'web', CHART, '-n', namespace.name, '--reuse-values', '--set', 'greeting=hi,replicas=2');
  });
  after(() => server.stop());

  const get = (section: string, more: object = {}) =>
    server.text('get_helm_release', { name: 'web', namespace: namespace.name, section, ...more });

  it('are listed with their newest revision, without a helm program', async () => {
    const text = await server.text('list_helm_releases', { namespace: namespace.name });
    assert.match(text, new RegExp(`^${namespace.name}\tweb\t2\tdeployed\t\\d+s\tweb-1\\.0\\.0\t2\\.4$`, 'm'));
    assert.equal(text.split('\n').length, 3, text);
  });

  it('are found by name in whatever namespace they are', async () => {
    assert.match(await server.text('get_helm_release', { name: 'web' }), /Release web in namespace test-/);
    assert.match(
      await server.error('get_helm_release', { name: 'webb' }),
      /There is no Helm release "webb".*Nearest: .*web/,
    );
  });

  it('show each section, and no password in any of them', async () => {
    const texts = await Promise.all(
      ['summary', 'values', 'allValues', 'manifest', 'notes', 'history', 'diff'].map((section) => get(section)),
    );
    const [summary = '', values = '', all = '', manifest = '', notes = '', history = '', diff = ''] = texts;
    for (const text of texts) {
      assert.ok(!text.includes(SECRET), text);
      assert.ok(!text.includes(Buffer.from(SECRET).toString('base64')), text);
    }
    assert.match(summary, /deployed, revision 2\nchart web-1\.0\.0, app version 2\.4/);
    assert.match(summary, /^Deployment\t1\tweb$/m);
    assert.match(values, /greeting: hi/);
    assert.match(values, /password: .*<redacted/);
    assert.doesNotMatch(values, /image/);
    assert.match(all, /image: nginx:1\.27/);
    assert.match(manifest, /kind: Deployment/);
    assert.match(notes, /greets with hi/);
    assert.match(history, /^1\tsuperseded.*\n2\tdeployed|^2\tdeployed.*\n1\tsuperseded/m);
    assert.match(diff, /-greeting|\+ *greeting: hi/);
    assert.match(diff, /Deployment web:\n[\s\S]*- {2}replicas: 1\n\+ {2}replicas: 2/);
  });

  it('show one object where it is asked for', async () => {
    const text = await get('manifest', { object: 'Service/web' });
    assert.match(text, /kind: Service/);
    assert.doesNotMatch(text, /kind: Deployment/);
    assert.match(
      await server.error('get_helm_release', {
        name: 'web',
        namespace: namespace.name,
        section: 'manifest',
        object: 'Ingress',
      }),
      /has no Ingress\. It has:\nKIND/,
    );
  });

  it('tell what a user lacks who may not read Secrets', async () => {
    const viewer = await McpServer.start((await testCluster()).kubeconfig('viewer'));
    const sentence =
      /This user may not read Secrets in namespace \S+, where Helm keeps its releases: a Role with the verbs get and list on secrets would do\./;
    try {
      assert.match(await viewer.error('list_helm_releases', { namespace: namespace.name }), sentence);
      assert.match(await viewer.error('get_helm_release', { name: 'web', namespace: namespace.name }), sentence);
    } finally {
      await viewer.stop();
    }
  });

  it('that are broken are listed and reported', async () => {
    const { client } = await testCluster();
    const place = { namespace: namespace.name };
    const broken: Record<string, string> = {
      'no-base64': '\u0000\u0001',
      'no-json': gzipSync('{"name":').toString('base64'),
      cut: payloadOf({ name: 'cut', ...place }).slice(0, 80),
      bomb: gzipSync(Buffer.alloc(200 << 20)).toString('base64'),
      list: gzipSync('[1]').toString('base64'),
      deep: gzipSync(`{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`).toString('base64'),
      empty: '',
    };
    for (const [name, payload] of Object.entries(broken))
      await client.apply(releaseSecret({ name, ...place }, payload) as never);
    const text = await server.text('list_helm_releases', place);
    for (const name of Object.keys(broken)) {
      assert.match(text, new RegExp(`\t${name}\t1\tdeployed\t[^\n]*unreadable: `), text);
      assert.match(
        await server.error('get_helm_release', { name, ...place }),
        new RegExp(`Revision 1 of release "${name}" in namespace ${namespace.name} cannot be read`),
      );
    }
  });

  it('of 1 MB cost a page', async () => {
    const { client } = await testCluster();
    const map = (index: number) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: big-${index} }\ndata: { text: ${randomBytes(3_000).toString('base64')} }`;
    const manifest = Array.from({ length: 220 }, (_, index) => map(index)).join('\n---\n');
    const stored = {
      name: 'big',
      namespace: namespace.name,
      manifest,
      config: { text: randomBytes(1_000).toString('hex') },
    };
    const object = releaseSecret(stored);
    assert.ok(JSON.stringify(object).length > 900_000);
    await client.apply(object as never);
    for (const section of ['summary', 'values', 'manifest', 'history']) {
      const text = await server.text('get_helm_release', { name: 'big', namespace: namespace.name, section });
      assert.ok(text.length < 22_000, `${section}: ${text.length}`);
    }
    assert.match(
      await server.text('get_helm_release', {
        name: 'big',
        namespace: namespace.name,
        section: 'manifest',
        object: 'ConfigMap/big-7',
      }),
      /^apiVersion: v1\nkind: ConfigMap[\s\S]*name: big-7\n/,
    );
  });

  it('in every state are 300 in 40 namespaces, listed within 2 s in pages under 10 kB', async () => {
    const { client } = await testCluster();
    const spaces = Array.from({ length: 40 }, (_, index) => `${namespace.name}-${index}`);
    const states = [
      'deployed',
      'failed',
      'pending-install',
      'pending-upgrade',
      'superseded',
      'uninstalling',
      'uninstalled',
    ];
    await inParallel(spaces, 8, (name) => client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
    const stored = Array.from({ length: 300 }, (_, index) => ({
      name: `release-${index}`,
      namespace: spaces[index % spaces.length] as string,
      status: states[index % states.length] as string,
    }));
    await inParallel(stored, 8, (one) => client.apply(releaseSecret(one) as never));
    const begin = performance.now();
    let text = await server.text('list_helm_releases', { name: 'release-' });
    const took = unhurried(performance.now() - begin);
    console.log(`      300 releases: first page of ${text.length} bytes in ${Math.round(took)} ms`);
    assert.ok(took < 2_000, `${took} ms`);
    const seen = new Set<string>();
    for (;;) {
      assert.ok(text.length < 10_000, String(text.length));
      for (const [, name = ''] of text.matchAll(/^\S+\t(release-\d+)\t/gm)) seen.add(name);
      const token = /continue="([^"]+)"/.exec(text)?.[1];
      if (!token) break;
      text = await server.text('list_helm_releases', { name: 'release-', continue: token });
    }
    assert.equal(seen.size, 300);
    const failed = await server.text('list_helm_releases', { name: 'release-', status: 'failed' });
    assert.match(failed, /^43 Helm releases in all namespaces: 43 failed/);
    await inParallel(spaces, 8, (name) => kubectl('delete', 'namespace', name, '--wait=false').then(() => undefined));
  });
});
