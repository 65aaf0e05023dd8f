import assert from 'node:assert/strict';
import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { assertContained, chartSource } from '../../../../src/kubernetes/helm/chart.ts';

describe('where a chart comes from', () => {
  let workspace: string;
  let outside: string;
  before(async () => {
    [workspace, outside] = [await mkdtemp(join(tmpdir(), 'in-')), await mkdtemp(join(tmpdir(), 'out-'))];
    for (const folder of [join(workspace, 'web'), outside]) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'Chart.yaml'), 'name: web\n');
    }
    await symlink(outside, join(workspace, 'link'));
  });
  after(() => Promise.all([workspace, outside].map((folder) => rm(folder, { recursive: true }))));

  it('is a folder of the workspace, a repository, a registry or an address', async () => {
    assert.equal((await chartSource('./web', workspace)).from, 'workspace');
    assert.equal((await chartSource('web', workspace)).from, 'workspace');
    assert.equal((await chartSource('bitnami/nginx', workspace)).from, 'repository');
    assert.equal((await chartSource('oci://ghcr.io/acme/web', workspace)).from, 'registry');
    assert.equal((await chartSource('https://example.com/web-1.tgz', undefined)).from, 'url');
  });

  it('is no folder outside, by its name or by a link, and none at all without a workspace', async () => {
    await assert.rejects(chartSource(outside, workspace), /outside of the workspace/);
    await assert.rejects(chartSource('link', workspace), /outside of the workspace/);
    await assert.rejects(chartSource('./web', undefined), /of which nothing is read/);
    await assert.rejects(chartSource(join(workspace, 'web'), undefined), /of which nothing is read/);
  });

  it('never becomes a flag of helm, whatever it is called', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        const source = await chartSource(text, workspace).catch(() => undefined);
        const given = source === undefined ? '' : source.from === 'workspace' ? source.folder : source.reference;
        assert.doesNotMatch(given, /^-|[\s;|&$`]/);
      }),
    );
  });

  it('holds no link that leads out of it', async () => {
    const folder = join(workspace, 'web');
    await assertContained(folder);
    await symlink('/etc/hostname', join(folder, 'host'));
    await assert.rejects(assertContained(folder), /leads out of it/);
    await rm(join(folder, 'host'));
    await writeFile(join(outside, 'secret'), 'a');
    await link(join(outside, 'secret'), join(folder, 'values.yaml'));
    await assert.rejects(assertContained(folder), /another name, which may be outside of it/);
    await rm(join(outside, 'secret'));
    await assertContained(folder);
  });
});
