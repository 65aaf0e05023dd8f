import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClusterStatus, statusText } from '../../../../src/extension/status/cluster-status.ts';
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

describe('status', () => {
  const status: ClusterStatus = { context: 'dev', namespace: 'shop', server: '', isProtected: false, open: [] };

  it('is a lock where agents only read, and letters of what they may do elsewhere', () => {
    assert.equal(statusText(status), '$(lock) dev · shop');
    const open = ['enableCreate', 'enableUpdate', 'enableDelete', 'enableExec'] as const;
    assert.equal(statusText({ ...status, open }), '$(unlock) CUDE dev · shop');
    assert.equal(statusText({ ...status, open, isProtected: true }), '$(lock) dev · shop');
    assert.match(statusText({ ...status, problem: 'x' }), /warning/);
  });

  it('shortens long names, and shows no icons that a name asks for', () => {
    const context = 'arn:aws:eks:eu-central-1:123456789012:cluster/production';
    assert.equal(statusText({ ...status, context }), '$(lock) arn:aws:eks:eu-…uster/production · shop');
    assert.doesNotMatch(statusText({ ...status, context: '$(unlock)' }), /\$\(unlock\)/);
  });
});
