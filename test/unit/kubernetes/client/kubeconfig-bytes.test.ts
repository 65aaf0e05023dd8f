import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKubeconfigBytes } from '../../../../src/kubernetes/client/kubeconfig-bytes.ts';

describe('a kubeconfig file', () => {
  let folder: string;
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'file-')));
    await writeFile(join(folder, 'config'), 'a: b');
  });
  after(() => rm(folder, { recursive: true }));

  it('is read with where links led to, and what its bytes are', async () => {
    await symlink('config', join(folder, 'link'));
    const [own, strange] = await Promise.all(
      [false, true].map((how) => readKubeconfigBytes(join(folder, 'link'), how)),
    );
    assert.deepEqual(own, strange);
    assert.equal(own?.realPath, join(folder, 'config'));
    assert.equal(own?.bytes.toString(), 'a: b');
    assert.equal(await readKubeconfigBytes(join(folder, 'absent'), true), undefined);
  });

  if (process.platform === 'win32') return;

  it('of a workspace is a regular file of this machine: nothing else is opened', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await mkdir(join(folder, 'folder'));
    await symlink('pipe', join(folder, 'to-pipe'));
    await symlink('/dev/zero', join(folder, 'to-device'));
    await symlink('/proc/self/environ', join(folder, 'to-proc'));
    await writeFile(join(folder, 'large'), Buffer.alloc(2 << 20, '#'));
    await symlink('//host/share', join(folder, 'to-host'));
    await mkdir(join(folder, 'below'));
    await symlink('\\\\host\\share', join(folder, 'below', 'to-host'));
    const refused: [string, RegExp][] = [
      [join(folder, 'to-host'), /another machine/],
      [join(folder, 'to-host', 'config'), /another machine/],
      [join(folder, 'below', 'to-host', 'config'), /another machine/],
      ...['pipe', 'folder', 'to-pipe', 'to-device', 'to-proc'].map((name): [string, RegExp] => [
        join(folder, name),
        /regular file/,
      ]),
      ['/dev/zero', /regular file/],
      ['/proc/self/cwd/kubeconfig', /regular file/],
      ['/dev/fd/0', /regular file/],
      ['//host/share', /another machine/],
      ['\\\\host\\share', /another machine/],
      [join(folder, 'large'), /larger than any/],
    ];
    for (const [path, why] of refused) await assert.rejects(readKubeconfigBytes(path, true), why, path);
  });

  it('under another name is the same file with another path', async () => {
    await link(join(folder, 'config'), join(folder, 'hard'));
    const [one, other] = await Promise.all(
      ['config', 'hard'].map((name) => readKubeconfigBytes(join(folder, name), true)),
    );
    assert.equal(one?.sha256, other?.sha256);
    assert.notEqual(one?.realPath, other?.realPath);
  });
});
