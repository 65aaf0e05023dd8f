import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoginLock, takeLoginLock } from '../../../../src/kubernetes/client/login-lock.ts';

describe('the lock of a login', () => {
  let folder: string;
  const never = new AbortController().signal;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'lock-')), 'mcp-k8s', 'logins');
  });
  afterEach(() => rm(join(folder, '..', '..'), { recursive: true }));

  const take = (name = 'a', onHeld?: () => void, signal = never) =>
    takeLoginLock(name, { signal, folder, ...(onHeld && { onHeld }) });
  async function taken(name = 'a'): Promise<LoginLock> {
    const lock = await take(name);
    assert.ok(lock);
    return lock;
  }
  /** A lock left by another process. */
  async function leave(owner: string): Promise<void> {
    await mkdir(join(folder, 'a'), { recursive: true });
    await writeFile(join(folder, 'a', owner), '');
  }

  it('is held by one at a time, whoever comes, and leaves nothing behind', async () => {
    let holders = 0;
    const order: number[] = [];
    const work = async (index: number) => {
      const lock = await taken();
      assert.equal(++holders, 1);
      await new Promise(setImmediate);
      order.push(index);
      holders -= 1;
      lock.release();
    };
    await Promise.all(Array.from({ length: 5 }, (_, index) => work(index)));
    assert.equal(order.length, 5);
    assert.deepEqual(await readdir(folder), []);
  });

  it('says that it is held, once, and is no concern of other names', async () => {
    const lock = await taken();
    (await taken('b')).release();
    let told = 0;
    const next = take('a', () => {
      told += 1;
      setTimeout(() => lock.release(), 600);
    });
    (await next)?.release();
    assert.equal(told, 1);
  });

  it('is waited for no longer than one wants', async () => {
    const lock = await taken();
    const cancel = new AbortController();
    const reason = new Error('enough');
    await assert.rejects(
      take('a', () => cancel.abort(reason), cancel.signal),
      (error: Error) => error === reason,
    );
    lock.release();
  });

  it('is taken from a process that is gone, by one only', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    for (const left of [`${pid}@${hostname()}@x`, undefined]) {
      if (left) await leave(left);
      else await mkdir(join(folder, 'a'), { recursive: true });
      let holders = 0;
      await Promise.all(
        Array.from({ length: 5 }, async () => {
          const lock = await taken();
          assert.equal(++holders, 1);
          await new Promise(setImmediate);
          holders -= 1;
          lock.release();
        }),
      );
    }
    assert.deepEqual(await readdir(folder), []);
  });

  it('is not taken from a process that lives, here or on another machine', async () => {
    for (const owner of [`${process.ppid}@${hostname()}@x`, `1@elsewhere@x`, 'whatever']) {
      await leave(owner);
      const cancel = new AbortController();
      await assert.rejects(take('a', () => cancel.abort(), cancel.signal));
      await rm(join(folder, 'a'), { recursive: true });
    }
  });

  if (process.platform !== 'win32')
    it('lies in a folder of the user’s own, or there is none', async () => {
      (await taken()).release();
      assert.equal((await stat(folder)).mode & 0o777, 0o700);
      await chmod(folder, 0o755);
      (await taken()).release();
      assert.equal((await stat(folder)).mode & 0o777, 0o700);
      await rm(folder, { recursive: true });
      await symlink(tmpdir(), folder);
      assert.equal(await take(), undefined);
      await rm(folder);
      await writeFile(folder, '');
      assert.equal(await take(), undefined);
    });
});
