import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInside, isRemotePath, isSystemPath } from '../../../../src/kubernetes/client/places.ts';

describe('places', () => {
  let folder: string;
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'places-')));
    await mkdir(join(folder, 'workspace'));
    await writeFile(join(folder, 'workspace', 'inside'), '');
    await writeFile(join(folder, 'outside'), '');
  });
  after(() => rm(folder, { recursive: true }));

  it('hold what is below them, by whatever way', async () => {
    const workspace = join(folder, 'workspace');
    assert.equal(await isInside(join(workspace, 'inside'), [workspace]), true);
    assert.equal(await isInside(workspace, [workspace]), true);
    assert.equal(await isInside(join(workspace, 'not', 'there', 'yet'), [workspace]), true);
    assert.equal(await isInside(`${workspace}/../workspace/inside`, [workspace]), true);
    assert.equal(await isInside(join(workspace, '..x'), [workspace]), true);
    assert.equal(await isInside(join(folder, 'outside'), [workspace]), false);
    assert.equal(await isInside(`${workspace}-2`, [workspace]), false);
    assert.equal(await isInside(join(folder, 'outside'), []), false);
    if (process.platform === 'win32') return;
    await symlink(join(workspace, 'inside'), join(folder, 'way-in'));
    await symlink(join(folder, 'outside'), join(workspace, 'way-out'));
    await symlink(workspace, join(folder, 'other-name'));
    assert.equal(await isInside(join(folder, 'way-in'), [workspace]), true);
    assert.equal(await isInside(join(workspace, 'way-out'), [workspace]), true);
    assert.equal(await isInside(join(workspace, 'inside'), [join(folder, 'other-name')]), true);
    assert.equal(await isInside(join(folder, 'other-name', 'inside'), [workspace]), true);
  });

  it('of other machines and of the system are known by their names', () => {
    for (const path of ['\\\\host\\share', '//host/share', '\\/host', ' \\\\?\\C:\\x', '\\\\.\\pipe\\x'])
      assert.equal(isRemotePath(path), true, path);
    for (const path of ['/a', 'a', 'C:\\a', '~//a', './/a']) assert.equal(isRemotePath(path), false, path);
    for (const path of ['/proc/self/cwd/kubeconfig', '/dev/fd/0', '/sys', '/proc'])
      assert.equal(isSystemPath(path), true);
    for (const path of ['/process', '/home/dev/x', '/a/proc/x']) assert.equal(isSystemPath(path), false);
  });
});
