import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { broughtKubeconfig, broughtSwitch, isInside } from '../../../../src/extension/targets/brought.ts';

describe('consent', () => {
  let folder: string;
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'consent-')));
    await mkdir(join(folder, 'workspace'));
    await writeFile(join(folder, 'workspace', 'inside'), 'contexts: [{ name: a }]');
    await writeFile(join(folder, 'outside'), 'a: b');
  });
  after(() => rm(folder, { recursive: true }));

  it('is needed for a kubeconfig inside the workspace, by whatever way', async () => {
    const workspace = join(folder, 'workspace');
    assert.equal(await isInside(join(workspace, 'inside'), [workspace]), true);
    assert.equal(await isInside(join(workspace, 'not', 'there', 'yet'), [workspace]), true);
    assert.equal(await isInside(join(folder, 'outside'), [workspace]), false);
    assert.equal(await isInside(`${workspace}-2`, [workspace]), false);
    assert.equal(await isInside(join(folder, 'outside'), []), false);
    if (process.platform === 'win32') return;
    await symlink(join(workspace, 'inside'), join(folder, 'way-in'));
    await symlink(join(folder, 'outside'), join(workspace, 'way-out'));
    assert.equal(await isInside(join(folder, 'way-in'), [workspace]), true);
    assert.equal(await isInside(join(workspace, 'way-out'), [workspace]), true);
  });

  it('is bound to the exact value and its place', async () => {
    const path = join(folder, 'workspace', 'inside');
    const key = (await broughtKubeconfig(path))?.key;
    assert.ok(key);
    assert.equal((await broughtKubeconfig(path))?.key, key);
    await writeFile(path, 'contexts: [{ name: a }]\nusers: [{ name: a, user: { exec: { command: x } } }]');
    assert.notEqual((await broughtKubeconfig(path))?.key, key);
    const keys = ['file:///a', 'file:///b'].flatMap((place) =>
      (['enableCreate', 'enableDelete'] as const).map((setting) => broughtSwitch(setting, place).key),
    );
    assert.equal(new Set(keys).size, 4);
  });
});
