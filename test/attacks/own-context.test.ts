import assert from 'node:assert/strict';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { testCluster } from '../server/environment.ts';
import { HttpServer } from '../server/http-process.ts';
import { McpServer } from '../server/mcp-process.ts';
import { kubectl, scratchNamespace } from '../server/scratch.ts';

// Switching contexts in a terminal must not redirect an agent's writes.
describe('the context that was current at the start', () => {
  const scratch = scratchNamespace();
  let folder: string;
  let path: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-own-context-'));
    path = join(folder, 'config');
  });
  beforeEach(async () => writeFile(path, await readFile((await testCluster()).kubeconfig(), 'utf8')));
  after(() => rm(folder, { recursive: true }));

  const WRITES = [
    '--enable-create',
    '--enable-update',
    '--enable-delete',
    '--enable-exec',
    '--review=off',
    '--journal=/dev/null',
  ];
  const manifest = (name: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${scratch.name} }\ndata: { a: b }`;

  /** Replaces the file, as `kubectl config` does. */
  async function edit(
    change: (config: Record<string, unknown> & { contexts: { name: string }[] }) => void,
  ): Promise<void> {
    const config = parse(await readFile(path, 'utf8'));
    change(config);
    await writeFile(`${path}.lock`, stringify(config));
    await rename(`${path}.lock`, path);
  }
  const useContext = (name: string) =>
    edit((config) => {
      config['current-context'] = name;
    });

  async function use(args: string[], run: (server: McpServer) => Promise<void>): Promise<void> {
    const server = await McpServer.start(path, args);
    try {
      await run(server);
    } finally {
      await server.stop();
    }
  }

  it('stays, and every write says where it went and that another is current now', () =>
    use(WRITES, async (server) => {
      const one = { kind: 'cm', name: 'one', namespace: scratch.name };
      assert.match(await server.text('create_resource', { manifest: manifest('one') }), /context admin/);
      await useContext('refused');
      await kubectl('create', 'deployment', 'idle', '--image=nginx', '--replicas=0', '-n', scratch.name);
      const idle = { kind: 'deploy', name: 'idle', namespace: scratch.name };
      const writes: Record<string, Record<string, unknown>> = {
        create_resource: { manifest: manifest('two') },
        apply_manifest: { manifest: manifest('applied') },
        update_resource: { ...one, patch: '{"data":{"a":"c"}}' },
        scale_resource: { ...idle, replicas: 0 },
        rollout_resource: { ...idle, action: 'pause' },
        exec_in_pod: { name: 'postgres-0', namespace: 'shop', command: ['true'] },
        request_service: { name: 'web', namespace: 'shop' },
        debug_pod: { name: 'postgres-0', namespace: 'shop', image: 'busybox', command: ['true'], timeoutSeconds: 1 },
        copy_files: { name: 'postgres-0', namespace: 'shop', direction: 'out', path: '/etc/hostname' },
        delete_resource: one,
      };
      const { tools } = await server.client.listTools();
      const writing = tools.filter(({ annotations }) => !annotations?.readOnlyHint).map(({ name }) => name);
      assert.deepEqual(
        writing.filter((name) => !(name in writes)),
        [],
        'every tool that writes is tried',
      );
      for (const [tool, args] of Object.entries(writes)) {
        const { text } = await server.call(tool, args);
        assert.match(text, /context admin/i, `${tool}: ${text}`);
        assert.match(text, /current context is "refused" now\. This server keeps "admin"/, `${tool}: ${text}`);
      }
      const contexts = await server.text('list_contexts');
      assert.match(contexts, /^admin \(default\)\t/m);
      assert.match(contexts, /current context is "refused" now/);
      assert.doesNotMatch(await server.text('get_resource', { kind: 'ns', name: 'shop' }), /current context is/);
      await useContext('admin');
      assert.doesNotMatch(await server.text('create_resource', { manifest: manifest('three') }), /current context is/);
    }));

  it('is the one of the first reading, whoever reads: a list of tools, a completion, a call for another', async () => {
    for (const first of ['tools', 'list_contexts', 'other'] as const) {
      await useContext('admin');
      await use(['--allow-context', 'viewer', ...WRITES], async (server) => {
        if (first === 'tools') await server.tools();
        else if (first === 'list_contexts') await server.text('list_contexts');
        else await server.text('get_resource', { kind: 'ns', name: 'shop', context: 'viewer' }).catch(() => '');
        await useContext('tenant');
        assert.match(
          await server.text('create_resource', { manifest: manifest(`first-${first}`.replace('_', '-')) }),
          /context admin/,
        );
        assert.match(
          await server.error('get_resource', { kind: 'ns', name: 'shop', context: 'tenant' }),
          /not allowed/,
        );
      });
    }
  });

  it('stays when it vanishes, and nothing takes its place', () =>
    use(WRITES, async (server) => {
      await server.text('get_resource', { kind: 'ns', name: 'shop' });
      await edit((config) => {
        config.contexts = config.contexts.filter(({ name }) => name !== 'admin');
        config['current-context'] = 'viewer';
      });
      const { text } = await server.call('create_resource', { manifest: manifest('vanished') });
      assert.doesNotMatch(text, /context viewer:|User "viewer"/);
      assert.match(await server.text('list_contexts').catch(String), /keeps "admin"/);
    }));

  it('is no question where one was named', () =>
    use(['--context', 'admin', ...WRITES], async (server) => {
      await useContext('refused');
      const text = await server.text('create_resource', { manifest: manifest('named') });
      assert.match(text, /context admin/);
      assert.doesNotMatch(text, /current context is/);
    }));

  it('is one for all who call over HTTP, also for those who come later, and for the review of their tokens', async () => {
    const token = await kubectl('create', 'token', 'default', '-n', scratch.name);
    const impersonating = ['--impersonate-user', 'username', '--impersonate-group', 'groups'];
    const server = await HttpServer.start(['--kubeconfig', path, '--token-review', ...impersonating]);
    assert.match(await (await server.connect({ token })).call('list_contexts'), /^admin \(default\)/m);
    await useContext('refused');
    await kubectl('create', 'serviceaccount', 'late', '-n', scratch.name);
    const late = await server.connect({ token: await kubectl('create', 'token', 'late', '-n', scratch.name) });
    assert.match(await late.call('list_contexts'), /^admin \(default\)/m);
    assert.match(
      await late.call('list_resources', { kind: 'pod', namespace: 'shop' }),
      /system:serviceaccount:.*:late/,
    );
  });
});
