import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withAgent } from '../attacks/agent.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

describe('copy_files', () => {
  let server: McpServer;
  let folder: string;
  const namespace = scratchNamespace();
  const place = () => ['--namespace', namespace.name, '--enable-exec', '--journal', '/dev/null'];
  // Simulated containers run their commands on this machine.
  const inContainer = (name: string) => join(folder, 'container', name);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-test-'));
    for (const name of ['container', 'workspace', 'workspace/.git', 'outside']) await mkdir(join(folder, name));
    await symlink(join(folder, 'outside'), join(folder, 'workspace', 'link'));
    await symlink(join(folder, 'outside', 'secret.txt'), join(folder, 'workspace', 'secret.txt'));
    await writeFile(join(folder, 'outside', 'secret.txt'), 'of the user');
    await apply(
      `apiVersion: v1\nkind: Pod\nmetadata: { name: box, namespace: ${namespace.name} }\nspec: { containers: [{ name: app, image: busybox }] }`,
    );
    await kubectl('wait', '-n', namespace.name, 'pod/box', '--for=condition=Ready', '--timeout=60s');
    const { kubeconfig } = await testCluster();
    server = await McpServer.start(kubeconfig('admin'), place(), {}, {}, join(folder, 'workspace'));
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const copy = (direction: string, path: string, more: object = {}) =>
    server.text('copy_files', { name: 'box', direction, path, ...more });
  const refused = (direction: string, path: string, more: object = {}) =>
    server.error('copy_files', { name: 'box', direction, path, ...more });

  it('writes a text into a container, and shows it again', async () => {
    const odd = 'line "one"\n$HOME `id` ü\n\tend without a line end';
    const path = inContainer("a 'b' $(c).txt");
    assert.match(await copy('in', path, { content: odd }), /^Wrote \d+ bytes to .* in container app of pod "box"/);
    assert.equal(await readFile(path, 'utf8'), odd);
    assert.ok((await copy('out', path)).endsWith(`:\n${odd}`));
    await copy('in', path, { content: '' });
    assert.equal(await readFile(path, 'utf8'), '');
    const large = 'x'.repeat(30_000);
    await copy('in', path, { content: large });
    assert.equal(await readFile(path, 'utf8'), large);
  });

  it('copies to and from the workspace', async () => {
    await writeFile(join(folder, 'workspace', 'app.conf'), 'port: 80\n');
    await copy('in', inContainer('app.conf'), { workspaceFile: 'app.conf' });
    assert.equal(await readFile(inContainer('app.conf'), 'utf8'), 'port: 80\n');
    assert.match(
      await copy('out', inContainer('app.conf'), { workspaceFile: 'copied.conf' }),
      /^Saved 9 bytes from .* as copied\.conf in the workspace\.$/,
    );
    assert.equal(await readFile(join(folder, 'workspace', 'copied.conf'), 'utf8'), 'port: 80\n');
    assert.match(
      await refused('out', inContainer('app.conf'), { workspaceFile: 'copied.conf' }),
      /exists already, and nothing is overwritten/,
    );
  });

  it('redacts what comes out, shown or saved, and writes no marker back', async () => {
    await writeFile(inContainer('env'), 'password=hunter2-secret\nplain=text\n');
    const shown = await copy('out', inContainer('env'));
    assert.match(shown, /password=<redacted.*>\nplain=text$/);
    await copy('out', inContainer('env'), { workspaceFile: 'env.txt' });
    const saved = await readFile(join(folder, 'workspace', 'env.txt'), 'utf8');
    assert.match(saved, /^password=<redacted/);
    for (const more of [{ content: saved }, { workspaceFile: 'env.txt' }])
      assert.match(await refused('in', inContainer('env'), more), /holds a marker for a redacted value/);
    assert.match(await readFile(inContainer('env'), 'utf8'), /hunter2/);
    await writeFile(inContainer('binary'), Buffer.of(0, 255, 1));
    assert.match(await refused('out', inContainer('binary')), /is no text: 3 bytes/);
    await writeFile(inContainer('huge'), Buffer.alloc(600_000, 'x'));
    assert.match(await refused('out', inContainer('huge')), /has more than 524288 bytes/);
    assert.match(await refused('out', inContainer('none')), /could not be copied: .*No such file/);
  });

  it('touches nothing outside of the workspace', async () => {
    const path = inContainer('app.conf');
    const outside = [
      '../outside/x',
      '/etc/passwd',
      'link/x',
      'a/../../outside/x',
      './x',
      '.git/config',
      '.env',
      'x/.y',
      'no/such/x',
      'a\\b',
      'c:x',
      'a\0b',
      '',
    ];
    for (const workspaceFile of [...outside, 'secret.txt'])
      for (const direction of ['in', 'out'])
        assert.match(
          await refused(direction, path, { workspaceFile }),
          /^The workspace file .* is not used: /,
          `${direction} ${workspaceFile}`,
        );
    assert.equal(await readFile(join(folder, 'outside', 'secret.txt'), 'utf8'), 'of the user');
    for (const odd of ['etc/x', '/etc/../x', '/etc/./x', '/etc//x', '/etc/', '/a\nb', ''])
      assert.match(await refused('out', odd), /^The path of a file in a container is absolute/, odd);
    assert.match(await refused('in', path), /takes either content or workspaceFile/);
    assert.match(await refused('out', path, { content: 'x' }), /content goes with direction=in only/);
  });

  it('shows the user what is written, and is refused as a command is', async () => {
    const call = { name: 'box', direction: 'in', path: inContainer('asked'), content: 'line one\nline two' };
    await withAgent(place(), async ({ text, asked }) => {
      await text('copy_files', call);
      assert.match(
        asked[0] ?? '',
        /^exec Pod \S+\/box in context admin\n[\s\S]*Write 17 bytes to \S+ of container app:\n\nline one\nline two$/,
      );
    });
    for (const [args, expected] of [
      [['--namespace', namespace.name], /copy_files is switched off.*mcpK8s\.enableExec/],
      [[...place(), '--protect-context', 'admin'], /is protected/],
      [[...place(), '--deny-kind', 'pods/exec'], /pods\/exec is closed to agents/],
      [[...place(), '--allow-namespace', 'shop'], /is outside of what is allowed/],
    ] as const)
      await withAgent(args, async ({ error, asked }) => {
        assert.match(await error('copy_files', { ...call, namespace: namespace.name }), expected);
        assert.deepEqual(asked, []);
      });
  });
});
