import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { kubectl, scratchNamespace } from './scratch.ts';

const SIZE = 900 << 10;

describe('a ConfigMap with 900 KB of binary data', () => {
  const namespace = scratchNamespace();
  const content = Buffer.concat([Buffer.of(0xff, 0xfe, 0), randomBytes(SIZE - 3)]);
  let folder: string;
  let server: McpServer;
  const stored = async () =>
    Buffer.from(
      await kubectl('get', 'cm', 'large', '-n', namespace.name, '-o', 'jsonpath={.binaryData.blob}'),
      'base64',
    );
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-binary-'));
    await writeFile(join(folder, 'blob'), content);
    await kubectl('create', 'cm', 'large', '-n', namespace.name, `--from-file=${folder}`, '--from-literal=text=hello');
    const args = ['--namespace', namespace.name, '--enable-update', '--review=off', '--journal', '/dev/null'];
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), args);
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it('is shown with keys and sizes', async () => {
    for (const args of [{}, { output: 'json' }, { fields: ['.binaryData.blob'] }]) {
      const text = await server.text('get_resource', { kind: 'cm', name: 'large', ...args });
      assert.match(text, /<redacted #[0-9a-f]{4}, 921600 bytes>/);
      assert.ok(text.length < 2_000, `${text.length} characters`);
    }
    for (const args of [{ output: 'yaml' }, { columns: ['BLOB:.binaryData.blob'] }]) {
      const text = await server.text('list_resources', { kind: 'cm', namespace: namespace.name, ...args });
      assert.match(text, /, 921600 bytes>/);
      assert.ok(!text.includes(content.toString('base64').slice(100, 200)));
    }
  });

  it('keeps it when something else is edited', async () => {
    const read = await server.text('get_resource', { kind: 'cm', name: 'large' });
    const manifest = read.slice(read.indexOf('apiVersion:')).replace('text: hello', 'text: changed');
    const diff = await server.text('update_resource', { manifest });
    assert.match(diff, /^\+ {2}text: changed$/m);
    assert.ok(diff.length < 2_000, diff);
    assert.ok((await stored()).equals(content));
  });

  it('says what becomes of it, by its size', async () => {
    const patch = JSON.stringify({ binaryData: { blob: Buffer.from([0xff, 1, 2]).toString('base64') } });
    const diff = await server.text('update_resource', { kind: 'cm', name: 'large', patch });
    assert.match(diff, /^- {2}blob: "?<redacted #[0-9a-f]{4}, 921600 bytes>"?$/m);
    assert.match(diff, /^\+ {2}blob: .*/m);
    assert.ok(diff.length < 2_000, `${diff.length} characters`);
    assert.equal((await stored()).length, 3);
  });
});
