import assert from 'node:assert/strict';
import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stage } from '../../../../src/kubernetes/kustomize/staging.ts';
import { readKustomization, readWorkspaceManifest } from '../../../../src/kubernetes/kustomize/workspace-manifest.ts';
import { WorkspaceTree } from '../../../../src/kubernetes/kustomize/workspace-tree.ts';

const signal = new AbortController().signal;

describe('a manifest of the workspace', () => {
  let workspace: string;
  let outside: string;
  let temporary: string;
  const previous = process.env.TMPDIR;
  const put = async (name: string, text: string) => {
    await mkdir(dirname(join(workspace, name)), { recursive: true });
    await writeFile(join(workspace, name), text);
  };
  const read = (path: string, folder: string | undefined = workspace) =>
    readWorkspaceManifest(
      path,
      { workspace: folder, kustomize: () => Promise.reject(new Error('asked for a program')) },
      signal,
    );
  const staged = async (path: string) => {
    const tree = await WorkspaceTree.of(workspace);
    return stage(tree, await tree.find(path));
  };

  before(async () => {
    [workspace, outside] = [await mkdtemp(join(tmpdir(), 'in-')), await mkdtemp(join(tmpdir(), 'out-'))];
    temporary = join(outside, 'tmp');
    await mkdir(temporary);
    process.env.TMPDIR = temporary;
    await writeFile(join(outside, 'secret.yaml'), 'kind: Secret\n');
    await put('one.yaml', 'kind: A\n');
    await put('all/b.yml', 'kind: B\n');
    await put('all/a.json', '{"kind":"A"}');
    await put('all/note.txt', 'no manifest');
    await put('all/below/c.yaml', 'kind: C\n');
    await put('empty/note.txt', '');
    await put('binary.yaml', '');
    await writeFile(join(workspace, 'binary.yaml'), Buffer.from([0x80, 0x81]));
    await put('base/kustomization.yaml', 'resources: [web.yaml]\n');
    await put('base/web.yaml', 'kind: Deployment\n');
    await put(
      'overlays/prod/kustomization.yml',
      'resources: [../../base]\nconfigMapGenerator: [{ name: x, files: [k=app.conf] }]\n',
    );
    await put('overlays/prod/app.conf', 'a: 1\n');
    await put('overlays/prod/unused.txt', 'not copied');
    await symlink(outside, join(workspace, 'link'));
    await symlink(join(outside, 'secret.yaml'), join(workspace, 'secret.yaml'));
    await link(join(outside, 'secret.yaml'), join(workspace, 'hard.yaml'));
    await symlink(join(workspace, 'base'), join(workspace, 'inner'));
  });
  after(async () => {
    if (previous === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = previous;
    await Promise.all([workspace, outside].map((folder) => rm(folder, { recursive: true })));
  });

  it('is a file, or the manifests of a folder in the order of their names', async () => {
    assert.deepEqual(await read('one.yaml'), { text: 'kind: A\n', origin: 'one.yaml' });
    assert.deepEqual(await read(join(workspace, 'one.yaml')), { text: 'kind: A\n', origin: 'one.yaml' });
    assert.deepEqual(await read('all'), { text: '{"kind":"A"}\n---\nkind: B\n', origin: 'all (2 files)' });
    await assert.rejects(read('empty'), /The folder empty has neither a kustomization\.yaml nor files that end in/);
    await assert.rejects(read('binary.yaml'), /The file binary\.yaml is no text/);
    await assert.rejects(read('none.yaml'), /"none\.yaml" does not exist in \./);
  });

  it('is nothing outside, by its name or by any link, and nothing without a workspace', async () => {
    for (const path of ['..', '../x', outside, '/etc/passwd', 'all/../../x', '//host/share'])
      await assert.rejects(read(path), /is outside of the workspace: only files of the workspace are read/, path);
    for (const path of ['link', 'link/secret.yaml', 'secret.yaml'])
      await assert.rejects(read(path), /is a link out of the workspace/, path);
    await assert.rejects(read('hard.yaml'), /"hard\.yaml" is a link, or no file/);
    await assert.rejects(
      readWorkspaceManifest('one.yaml', { workspace: undefined, kustomize: () => Promise.reject(new Error()) }, signal),
      /path is read from a workspace, and this server has none/,
    );
  });

  it('is built from a copy of what the kustomization loads, and of nothing else', async () => {
    let root: string;
    {
      await using staging = await staged('overlays/prod');
      root = staging.root;
      assert.equal(staging.folder, join(root, 'overlays/prod'));
      const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
      assert.deepEqual(files.map(({ name }) => name).sort(), [
        'app.conf',
        'kustomization.yaml',
        'kustomization.yml',
        'web.yaml',
      ]);
      assert.equal(await readFile(join(root, 'base/web.yaml'), 'utf8'), 'kind: Deployment\n');
    }
    await assert.rejects(readdir(root), /ENOENT/);
    await assert.rejects(read('overlays/prod'), /asked for a program/);
    await assert.rejects(read('overlays/prod/kustomization.yml'), /asked for a program/);
    // A link within the workspace is what it leads to.
    await using inner = await staged('inner');
    assert.deepEqual(await readdir(inner.folder), ['kustomization.yaml', 'web.yaml']);
  });

  it('is of the folder that a kustomization is in, also where its file is a link', async () => {
    await put('linked/web.yaml', 'kind: Linked\n');
    await symlink(join(workspace, 'base/kustomization.yaml'), join(workspace, 'linked/kustomization.yaml'));
    await put('shared/app.conf', 'a: 2\n');
    await put('generated/kustomization.yaml', 'configMapGenerator: [{ name: x, files: [k=app.conf] }]\n');
    await symlink(join(workspace, 'shared/app.conf'), join(workspace, 'generated/app.conf'));
    const path = join(outside, 'program');
    await writeFile(path, '#!/bin/sh\ncat "$2"/web.yaml "$2"/app.conf 2>/dev/null || true\n', { mode: 0o755 });
    const access = { workspace, kustomize: async () => ({ path, name: 'kustomize' }) as const };
    for (const [folder, expected] of [
      ['linked', 'kind: Linked\n'],
      ['base', 'kind: Deployment\n'],
      ['generated', 'a: 2\n'],
    ] as const) {
      const file = `${folder}/kustomization.yaml`;
      assert.equal((await readKustomization(file, access, signal)).text, expected);
      for (const path of [folder, file])
        assert.equal((await readWorkspaceManifest(path, access, signal)).text, expected, path);
    }
  });

  it('is not built of anything outside, and what was copied is deleted', async () => {
    for (const [kustomization, expected] of [
      ['resources: [../../out]', /is outside of the workspace/],
      ['resources: [../secret.yaml]', /is a link out of the workspace/],
      ['resources: [../link]', /is a link out of the workspace/],
      ['configMapGenerator: [{ name: x, files: [../hard.yaml] }]', /is a link, or no file/],
      ['resources: [missing.yaml]', /"missing\.yaml" does not exist in bad/],
      ['resources: [../all]', /The folder all has no kustomization\.yaml/],
      ['patches: [{ path: ../all }]', /as a file, and it is a folder/],
      ['resources: ["https://example.com/a.yaml"]', /nothing is loaded from elsewhere/],
      ['helmCharts: [{ name: x }]', /no plugin, function or chart is run/],
      ['{', /bad\/kustomization\.yaml/],
    ] as const) {
      await put('bad/kustomization.yaml', kustomization);
      await assert.rejects(staged('bad'), expected, kustomization);
    }
    await put('bad/Kustomization', '');
    await assert.rejects(staged('bad'), /bad has several kustomizations/);
    assert.deepEqual(await readdir(temporary), []);
  });

  it('may go in circles', async () => {
    await put('round/kustomization.yaml', 'resources: [../round2]\n');
    await put('round2/kustomization.yaml', 'resources: [../round]\n');
    await using staging = await staged('round');
    assert.deepEqual(await readdir(staging.root), ['round', 'round2']);
  });
});
