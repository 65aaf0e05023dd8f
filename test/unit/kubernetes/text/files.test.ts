import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LimitError } from '../../../../src/kubernetes/apimachinery/limits.ts';
import { readTextFile } from '../../../../src/kubernetes/text/files.ts';

describe('readTextFile', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'files-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('reads a file that is not too long', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'grün');
    assert.equal(await readTextFile(path, 5), 'grün');
    await assert.rejects(readTextFile(path, 4), LimitError);
    await assert.rejects(readTextFile(join(folder, 'absent'), 5), { code: 'ENOENT' });
    await assert.rejects(readTextFile(folder, 5));
  });

  if (process.platform !== 'win32')
    it('neither waits for a pipe nor reads a device', async () => {
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      for (const path of [pipe, '/dev/zero', '/dev/null']) await assert.rejects(readTextFile(path, 5), /not a file/);
    });
});
